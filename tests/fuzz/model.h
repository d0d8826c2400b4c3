// SPDX-License-Identifier: MIT
// What a program would know of its sockets, to hold the core to it: which bytes each has sent and received.
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include "fuzz.h"
#include "sockets_tcp.h"

#define SLOTS 8
#define LARGEST_DATA 16384

/** Bytes from one port to another. */
struct flow {
	uint16_t from, to;
	/** How many lwIP has taken. */
	uint32_t sent;
	/** How many connections have had these ports; whether `sent` is not known. */
	unsigned uses;
	bool unknown;
};

/** A socket of the program. */
struct slot {
	struct sockets_tcp *socket;
	/** The flow that it sends into, once it has; NULL also if there is no room to keep one. */
	struct flow *flow;
	uint32_t sent, received;
	/** It has been told of a failure, or reads no more: then the stream may end early. */
	bool excused;
	/** It waits, as an awaited operation does: for these events, since a try found nothing. */
	unsigned awaited;
	/** Until when; 0 for no limit. */
	uint32_t limit;
};

extern struct slot slots[SLOTS];

void model_begin(void);
void model_set(struct slot *slot, struct sockets_tcp *socket);
const uint8_t *model_data(const struct slot *slot, size_t size);
void model_sent(struct slot *slot, uint32_t base, long result);
uint32_t model_base(const struct slot *slot);
void model_received(struct slot *slot, const uint8_t *data, long result);
void model_peeked(const struct slot *slot, const uint8_t *data, long result);
void model_failed(struct slot *slot);
void model_connect(struct slot *slot);
void model_check(void);

#endif
