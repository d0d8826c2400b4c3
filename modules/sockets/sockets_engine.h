// SPDX-License-Identifier: MIT
// The one place that knows how XS keeps buffers and typed arrays. The public ways (xsmcGetBuffer, new Uint8Array
// through the global object) do not take views of wider elements, take any host object for a buffer, and cost more than
// the rest of a call. Read sockets_xs.c first. No types of XS here, since its two sets of headers do not go together.
#ifndef SOCKETS_ENGINE_H
#define SOCKETS_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of JavaScript's, valid until the next allocation in the XS heap. */
struct sockets_bytes {
	uint8_t *data;
	size_t size;
};

/**
 * The bytes of an ArrayBuffer, a SharedArrayBuffer, a view of one, or a host buffer; `slot` is the value. False if it
 * is none of them; throws TypeError for one that is detached or out of bounds, or read-only and to be written.
 */
bool sockets_engine_bytes(void *machine, const void *slot, bool writable, struct sockets_bytes *bytes);

/** Makes `result`, a slot that the collector knows, a new Uint8Array of so many bytes, and gives where they are. */
uint8_t *sockets_engine_new_bytes(void *machine, void *result, int32_t size);

/** `slot` is an object that a constructor has just been given: sees to it that it never says how many bytes it has. */
void sockets_engine_hide_length(void *machine, const void *slot);

/**
 * Makes `result`, a slot that the collector knows, what `new` makes for the class whose constructor `constructor` is:
 * an object without host data yet. XS calls its destructor `destructor`.
 */
void sockets_engine_new_host(void *machine, void *result, const void *constructor, void (*destructor)(void *));

/** Makes `result`, a slot that the collector knows, a new array [host, port]; the host is text. */
void sockets_engine_new_address(void *machine, void *result, const char *host, uint16_t port);

/**
 * Whether `slot` is just an array [host, port], with text and a whole number from 0 to 65535, which can be had without
 * running JavaScript. The text is valid until the next allocation in the XS heap.
 */
bool sockets_engine_address(void *machine, const void *slot, const char **host, uint16_t *port);

/** Makes `result` a new promise that is pending. */
void sockets_engine_new_promise(void *machine, void *result);

/** Makes `result`, which has no method `then`, a new promise that is fulfilled with it. */
void sockets_engine_new_fulfilled(void *machine, void *result);

/** Makes `result` a new promise that is rejected with it. */
void sockets_engine_new_rejected(void *machine, void *result);

/** Fulfils a promise of sockets_engine_new_promise that is pending; the value has no method `then`. Runs nothing, and
 * allocates nothing if nobody waits for it. If there was no memory, sockets_engine_go_on does the rest. */
void sockets_engine_fulfil(void *machine, const void *promise, const void *value);
void sockets_engine_go_on(void *machine, const void *promise);

/** Rejects a promise of sockets_engine_new_promise that is pending. Runs nothing. Can be called again, with the same
 * reason, if there was no memory. */
void sockets_engine_reject(void *machine, const void *promise, const void *reason);

#endif
