// SPDX-License-Identifier: MIT
// send, sendall, recv and recv_into: the natives that a program calls for every message, and so the ones whose own cost
// counts. They are written on XS's inside; what is not the common case (a string, an argument that is no whole number,
// a socket that is closed) goes the way of all others. Read sockets_xs.c first: what it says of pointers into XS's heap
// holds here.
#include "sockets_engine_inside.h"

#include "sockets_arguments.h"
#include "sockets_errors.h"
#include "sockets_tcp.h"
#include "sockets_xs.h"

#define RECEIVE_FLAGS (SOCKETS_PEEK | SOCKETS_DONTWAIT | SOCKETS_WAITALL)

/** The core's socket of `this`; throws EBADF after close(). */
static inline struct sockets_tcp *this_socket(txMachine *the, const char *operation) {
	struct sockets_tcp *socket = engine_host_data(mxThis, xs_socket_destructor);
	return socket != NULL ? socket : sockets_this((xsMachine *)the, operation);
}

/** Whether the argument is there and not undefined. */
static inline bool has_argument(const txMachine *the, int index) {
	return mxArgc > index && mxArgv(index)->kind != XS_UNDEFINED_KIND;
}

/** A number of bytes. */
static inline int size_argument(txMachine *the, int index) {
	if (mxArgc > index && mxArgv(index)->kind == XS_INTEGER_KIND && mxArgv(index)->value.integer >= 0)
		return mxArgv(index)->value.integer;
	return sockets_integer_argument((xsMachine *)the, index, "size", 0, INT32_MAX);
}

/** Flags, 0 if there are none; throws EOPNOTSUPP for one that is not allowed. */
static inline unsigned flags_argument(txMachine *the, int index, unsigned allowed, const char *operation) {
	if (!has_argument(the, index))
		return 0;
	if (mxArgv(index)->kind == XS_INTEGER_KIND && ((unsigned)mxArgv(index)->value.integer & ~allowed) == 0)
		return (unsigned)mxArgv(index)->value.integer;
	return sockets_flags_argument((xsMachine *)the, index, allowed, operation);
}

/** Data to send; may use mxResult. */
static inline void data_argument(txMachine *the, struct sockets_bytes *bytes) {
	if (mxArgc == 0 || !engine_array_bytes(the, mxArgv(0), false, bytes))
		sockets_data_argument((xsMachine *)the, 0, bytes);
}

/** Throws if the result of the core is a failure. */
static inline void check(txMachine *the, int32_t result, const char *operation) {
	if (result < 0)
		sockets_throw((xsMachine *)the, result, operation);
}

/** Makes the result of the call a number. */
static inline void set_integer(txMachine *the, int32_t value) {
	mxResult->value.integer = value;
	mxResult->kind = XS_INTEGER_KIND;
}

/** send(data, flags): number */
void xs_socket_send(txMachine *the) {
	struct sockets_tcp *socket = this_socket(the, "send");
	const unsigned flags = flags_argument(the, 1, SOCKETS_DONTWAIT, "send");
	struct sockets_bytes bytes;
	data_argument(the, &bytes);
	const int32_t sent = sockets_tcp_send(socket, bytes.data, bytes.size, flags);
	check(the, sent, "send");
	set_integer(the, sent);
}

/** sendall(data, flags) */
void xs_socket_sendall(txMachine *the) {
	struct sockets_tcp *socket = this_socket(the, "sendall");
	const unsigned flags = flags_argument(the, 1, SOCKETS_DONTWAIT, "sendall");
	struct sockets_bytes bytes;
	data_argument(the, &bytes);
	check(the, sockets_tcp_sendall(socket, bytes.data, bytes.size, flags), "sendall");
	mxResult->kind = XS_UNDEFINED_KIND; // data_argument may have used it
}

/** recv(size, flags): Uint8Array. Waits first, then makes an array of just the size that is there, then takes the
 * bytes: running out of heap takes nothing away. */
void xs_socket_recv(txMachine *the) {
	struct sockets_tcp *socket = this_socket(the, "recv");
	int32_t size = size_argument(the, 0);
	const unsigned flags = flags_argument(the, 1, RECEIVE_FLAGS, "recv");
	if (size > 0) {
		const size_t want = flags & SOCKETS_WAITALL ? (size_t)size : 1;
		const int32_t there = sockets_tcp_wait_readable(socket, want, flags);
		check(the, there, "recv");
		if (size > there)
			size = there;
	}
	uint8_t *data = engine_new_bytes(the, mxResult, size);
	sockets_tcp_take(socket, data, (size_t)size, flags);
}

/** recv_into(buffer, size, flags): number */
void xs_socket_recv_into(txMachine *the) {
	struct sockets_tcp *socket = this_socket(the, "recv_into");
	const int size = has_argument(the, 1) ? size_argument(the, 1) : -1;
	const unsigned flags = flags_argument(the, 2, RECEIVE_FLAGS, "recv_into");
	struct sockets_bytes bytes;
	if (mxArgc == 0 || !engine_array_bytes(the, mxArgv(0), true, &bytes))
		sockets_buffer_argument((xsMachine *)the, 0, &bytes);
	if (size >= 0) {
		if ((size_t)size > bytes.size)
			mxRangeError("size: %d, but the buffer has %u bytes", size, (unsigned)bytes.size);
		bytes.size = (size_t)size;
	}
	const int32_t received = sockets_tcp_receive(socket, bytes.data, bytes.size, flags);
	check(the, received, "recv_into");
	set_integer(the, received);
}
