// SPDX-License-Identifier: MIT
// What happens beneath the sockets in an input: packets that are lost, doubled, reordered, damaged or forged, an
// interface that loses its address, memory that ends. The board is tests/core/harness.c's.
#ifndef FUZZ_NETWORK_H
#define FUZZ_NETWORK_H

#include "fuzz.h"

/** Whether a segment was forged in this input: then TCP promises nothing any more. */
extern bool network_forged;

/** The address of the board's interface with no board at its other end: 10.9.9.1/24. */
#define NETWORK_HERE 0x0A090901u
/** Somebody there, whose segments are forged, and the name server. */
#define NETWORK_THERE 0x0A090902u
#define NETWORK_SERVER 0x0A090935u

void network_begin(struct input *input);
void network_event_now(void);
void network_events_later(void);
void network_end(void);

/** The latest query for a name that has left the board; `size` 0 if there was none. */
struct network_query {
	uint16_t port, id;
	uint8_t question[260];
	size_t size;
};
extern struct network_query network_query;

void network_deliver(const uint8_t *packet, size_t size);
size_t network_udp(uint8_t *packet, uint32_t from, uint16_t from_port, uint16_t port, const uint8_t *data, size_t size);
void network_forge_answer(void);

#endif
