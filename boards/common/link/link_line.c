// SPDX-License-Identifier: MIT
// The network with faults; read link_line.h first.
//
// Both ends are interfaces of one lwIP, which would never send anything for an address of its own to an interface: so
// the hook in its routing (../beside.h) says that the far address is behind the near interface, and the near behind the
// far. What an interface puts out is copied into the line's own memory, and comes in at the other when its time has
// come, in a buffer of lwIP's receive pool, as from any driver.
//
// Each decision about a packet is a hash of the seed, the direction, the packet's number and what is to be decided. So
// changing one fault does not change what the others do, and nothing else draws from the same numbers.
#include "link_line.h"

#include <stdlib.h>
#include <string.h>

#include "beside.h"
#include "board.h"
#include "stack.h"

#include "lwip/inet.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"

#define PACKET_LIMIT 1500
#define NONE 0xff

// What is decided by chance.
enum decision { LOSS, DUPLICATE, CORRUPT, CORRUPT_WHERE, CORRUPT_HOW, REORDER, HOLD, HOLD_DUPLICATE, JITTER };

struct packet {
	struct packet *next; // in the order of delivery, or of those that are free
	uint32_t due;        // milliseconds
	uint16_t size;
	uint8_t block; // the first of its blocks; the others follow by `following`
	enum link_direction direction;
};

struct line {
	struct link_faults faults;
	struct link_counts counts;
	uint32_t number;   // of packets, so far
	uint32_t last_due; // of the latest one that was not held back
	uint64_t busy;     // microseconds since link_up: when the rate lets the next one go
};

static struct {
	bool up;
	uint32_t seed, since;
	uint64_t digest;
	void (*watch)(const struct link_event *event);
	struct netif ends[2];
	struct line lines[LINK_DIRECTIONS];
	struct packet *first, *free;
	uint8_t free_block;
	unsigned waiting;
} state;

/* From malloc, while the link is up. */
static struct memory {
	struct packet packets[LINK_PACKETS];
	uint8_t blocks[LINK_BLOCKS][LINK_BLOCK_SIZE];
	uint8_t following[LINK_BLOCKS];
} * memory;

_Static_assert(LINK_BLOCKS < NONE, "a block's number is a byte");

/* The address of an end, in network byte order. */
static ip4_addr_t address_of(enum link_end end) {
	ip4_addr_t address;
	IP4_ADDR(&address, 192, 0, 2, 1 + (unsigned)end);
	return address;
}

/* A number that is the seed's for this packet and decision: MurmurHash3's finalizer, over one word after the other. */
static uint32_t draw(enum link_direction direction, uint32_t number, enum decision decision) {
	const uint32_t words[] = {state.seed, number, (uint32_t)direction << 8 | (uint32_t)decision};
	uint32_t x = 0x9e3779b9;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		x ^= words[i];
		x = (x ^ x >> 16) * 0x85ebca6b;
		x = (x ^ x >> 13) * 0xc2b2ae35;
		x ^= x >> 16;
	}
	return x;
}

/* A number from 0 to `limit`. */
static uint32_t scaled(uint32_t drawn, uint32_t limit) {
	return (uint32_t)((uint64_t)drawn * ((uint64_t)limit + 1) >> 32);
}

/* Adds bytes to the digest: FNV-1a. */
static void digest(const void *data, size_t size) {
	const uint8_t *bytes = data;
	for (size_t i = 0; i < size; i++)
		state.digest = (state.digest ^ bytes[i]) * 0x100000001b3;
}

/* Notes what happens to a packet now. */
static void note(enum link_direction direction, const char *fate, const uint8_t *packet, size_t size) {
	uint32_t time = board_milliseconds() - state.since;
	const uint8_t head[] = {(uint8_t)(time >> 24), (uint8_t)(time >> 16), (uint8_t)(time >> 8),
	                        (uint8_t)time,         (uint8_t)direction,    (uint8_t)fate[0]};
	digest(head, sizeof head);
	// Without the identification, and the checksum over it.
	if (size >= 12) {
		digest(packet, 4);
		digest(packet + 6, 4);
		digest(packet + 12, size - 12);
	}
	if (state.watch)
		state.watch(&(struct link_event){time, direction, fate, packet, size});
}

/* Copies between a packet's blocks and memory. */
static void copy_out(const struct packet *packet, uint8_t *to) {
	uint8_t block = packet->block;
	for (size_t done = 0; done < packet->size; block = memory->following[block]) {
		size_t part = packet->size - done < LINK_BLOCK_SIZE ? packet->size - done : LINK_BLOCK_SIZE;
		memcpy(to + done, memory->blocks[block], part);
		done += part;
	}
}

/* Gives a packet's memory back. */
static void release(struct packet *packet) {
	uint8_t last = packet->block;
	while (memory->following[last] != NONE)
		last = memory->following[last];
	memory->following[last] = state.free_block;
	state.free_block = packet->block;
	packet->next = state.free;
	state.free = packet;
	state.waiting--;
}

/* Takes memory for a packet, and fills it; NULL if there is not so much. */
static struct packet *store(const uint8_t *data, size_t size) {
	struct packet *packet = state.free;
	if (!packet)
		return NULL;
	size_t wanted = (size + LINK_BLOCK_SIZE - 1) / LINK_BLOCK_SIZE, found = 0;
	for (uint8_t block = state.free_block; block != NONE && found < wanted; block = memory->following[block])
		found++;
	if (found < wanted)
		return NULL;
	state.free = packet->next;
	packet->block = state.free_block;
	packet->size = (uint16_t)size;
	uint8_t block = packet->block;
	for (size_t done = 0;;) {
		size_t part = size - done < LINK_BLOCK_SIZE ? size - done : LINK_BLOCK_SIZE;
		memcpy(memory->blocks[block], data + done, part);
		done += part;
		if (done == size)
			break;
		block = memory->following[block];
	}
	state.free_block = memory->following[block];
	memory->following[block] = NONE;
	state.waiting++;
	return packet;
}

/* True if time `a` is before time `b`; both wrap. */
static bool before(uint32_t a, uint32_t b) {
	return (int32_t)(a - b) < 0;
}

/* Puts a packet on the line, behind those that are due no later. */
static void enqueue(enum link_direction direction, const uint8_t *data, size_t size, uint32_t due) {
	struct packet *packet = store(data, size), **link = &state.first;
	if (!packet) {
		state.lines[direction].counts.overflowed++;
		note(direction, "overflow", data, size);
		return;
	}
	packet->direction = direction;
	packet->due = due;
	while (*link && !before(due, (*link)->due))
		link = &(*link)->next;
	packet->next = *link;
	*link = packet;
}

/* When a packet of this size comes out at the other end if nothing happens to it. */
static uint32_t due_time(struct line *line, enum link_direction direction, size_t size) {
	const struct link_faults *faults = &line->faults;
	uint32_t now = board_milliseconds(), due = now;
	if (faults->rate) {
		uint64_t moment = (uint64_t)(now - state.since) * 1000;
		if (line->busy < moment)
			line->busy = moment;
		line->busy += (uint64_t)size * 8 * 1000000 / faults->rate;
		due = state.since + (uint32_t)((line->busy + 999) / 1000);
	}
	due += faults->delay + scaled(draw(direction, line->number, JITTER), faults->jitter);
	return before(due, line->last_due) ? line->last_due : due;
}

/* A packet comes to the line. */
static void send(enum link_direction direction, uint8_t *data, size_t size) {
	struct line *line = &state.lines[direction];
	const struct link_faults *faults = &line->faults;
	uint32_t number = ++line->number;
	line->counts.sent++;
	if (faults->partition) {
		line->counts.partitioned++;
		note(direction, "partition", data, size);
		return;
	}
	if (draw(direction, number, LOSS) < faults->loss) {
		line->counts.lost++;
		note(direction, "loss", data, size);
		return;
	}
	uint32_t due = due_time(line, direction, size);
	bool twice = draw(direction, number, DUPLICATE) < faults->duplicate;
	if (twice) {
		line->counts.duplicated++;
		enqueue(direction, data, size, due + scaled(draw(direction, number, HOLD_DUPLICATE), faults->hold));
	}
	if (draw(direction, number, CORRUPT) < faults->corrupt) {
		line->counts.corrupted++;
		data[scaled(draw(direction, number, CORRUPT_WHERE), (uint32_t)size - 1)] ^=
		    (uint8_t)(1 + scaled(draw(direction, number, CORRUPT_HOW), 254));
	}
	if (draw(direction, number, REORDER) < faults->reorder) {
		line->counts.reordered++;
		due += 1 + scaled(draw(direction, number, HOLD), faults->hold > 0 ? faults->hold - 1 : 0);
	} else {
		line->last_due = due;
	}
	enqueue(direction, data, size, due);
}

/* lwIP puts a packet out. */
static err_t output(struct netif *netif, struct pbuf *buffer, const ip4_addr_t *next) {
	(void)next;
	uint8_t packet[PACKET_LIMIT];
	if (buffer->tot_len > sizeof packet || buffer->tot_len == 0)
		return ERR_BUF;
	pbuf_copy_partial(buffer, packet, buffer->tot_len, 0);
	send(netif == &state.ends[LINK_NEAR] ? LINK_TO_FAR : LINK_TO_NEAR, packet, buffer->tot_len);
	return ERR_OK;
}

/* A packet comes out. */
static void deliver(struct packet *packet) {
	enum link_direction direction = packet->direction;
	struct line *line = &state.lines[direction];
	struct netif *netif = &state.ends[direction == LINK_TO_FAR ? LINK_FAR : LINK_NEAR];
	uint8_t data[PACKET_LIMIT];
	uint16_t size = packet->size;
	copy_out(packet, data);
	release(packet);
	struct pbuf *buffer = NULL;
	if (!ip4_addr_isany(netif_ip4_addr(netif))) {
		buffer = pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
		if (!buffer && size <= STACK_SMALL_FRAME)
			buffer = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
	}
	if (!buffer) {
		line->counts.refused++;
		note(direction, "refused", data, size);
		return;
	}
	line->counts.delivered++;
	note(direction, "delivered", data, size);
	pbuf_take(buffer, data, size);
	if (netif->input(buffer, netif) != ERR_OK)
		pbuf_free(buffer);
}

static struct netif *route(uint32_t source, uint32_t destination) {
	for (int end = LINK_NEAR; end <= LINK_FAR; end++) {
		ip4_addr_t there = address_of((enum link_end) !end);
		struct netif *here = &state.ends[end];
		if (destination == there.addr && source != destination && !ip4_addr_isany(netif_ip4_addr(here)))
			return here;
	}
	return NULL;
}

static bool run(void) {
	if (!state.first)
		return false;
	uint32_t now = board_milliseconds();
	unsigned count = 0;
	for (; state.first && !before(now, state.first->due) && count < STACK_STEP_FRAMES; count++) {
		struct packet *packet = state.first;
		state.first = packet->next;
		deliver(packet);
	}
	return count > 0;
}

static uint32_t sleep_time(void) {
	if (!state.first)
		return UINT32_MAX;
	uint32_t now = board_milliseconds();
	return before(now, state.first->due) ? state.first->due - now : 0;
}

static const struct beside ours = {.route = route, .run = run, .sleep = sleep_time};

/* lwIP adds an interface. */
static err_t initialize(struct netif *netif) {
	netif->name[0] = 'l';
	netif->name[1] = netif == &state.ends[LINK_NEAR] ? 'n' : 'f';
	netif->mtu = PACKET_LIMIT;
	netif->output = output;
	netif->flags = NETIF_FLAG_LINK_UP;
	return ERR_OK;
}

/* All memory is free. */
static void forget_packets(void) {
	state.first = state.free = NULL;
	state.waiting = 0;
	for (size_t i = LINK_PACKETS; i > 0; i--) {
		memory->packets[i - 1].next = state.free;
		state.free = &memory->packets[i - 1];
	}
	for (uint8_t i = 0; i < LINK_BLOCKS; i++)
		memory->following[i] = i + 1 < LINK_BLOCKS ? i + 1 : NONE;
	state.free_block = 0;
}

bool link_up(uint32_t seed) {
	if (!memory)
		memory = malloc(sizeof *memory);
	if (!memory)
		return false;
	forget_packets();
	state.seed = seed;
	state.since = board_milliseconds();
	state.digest = 0xcbf29ce484222325;
	for (size_t i = 0; i < LINK_DIRECTIONS; i++)
		state.lines[i] = (struct line){.last_due = state.since};
	if (state.up)
		return true;
	for (int end = LINK_NEAR; end <= LINK_FAR; end++) {
		ip4_addr_t address = address_of((enum link_end)end), mask;
		IP4_ADDR(&mask, 255, 255, 255, 255);
		// Fails only if initialize does.
		(void)netif_add(&state.ends[end], &address, &mask, NULL, NULL, initialize, netif_input);
		netif_set_up(&state.ends[end]);
	}
	state.up = true;
	beside = &ours;
	return true;
}

void link_down(void) {
	if (!state.up)
		return;
	state.watch = NULL;
	for (int end = LINK_NEAR; end <= LINK_FAR; end++)
		link_set_address((enum link_end)end, false); // which aborts the connections
	for (int end = LINK_NEAR; end <= LINK_FAR; end++) {
		while (state.ends[end].loop_first)
			netif_poll(&state.ends[end]);
		netif_remove(&state.ends[end]);
	}
	for (struct tcp_pcb *pcb = tcp_tw_pcbs, *next; pcb; pcb = next) {
		next = pcb->next;
		if (pcb->local_ip.addr == address_of(LINK_NEAR).addr || pcb->local_ip.addr == address_of(LINK_FAR).addr)
			tcp_abort(pcb); // which says nothing to anybody, in TIME_WAIT
	}
	forget_packets();
	state.up = false;
	beside = NULL;
	free(memory);
	memory = NULL;
}

bool link_is_quiet(void) {
	return !state.waiting && !tcp_active_pcbs && !tcp_tw_pcbs;
}

bool link_is_up(void) {
	return state.up;
}

void link_set_faults(enum link_direction direction, const struct link_faults *faults) {
	state.lines[direction].faults = *faults;
}

void link_count(enum link_direction direction, struct link_counts *counts) {
	*counts = state.lines[direction].counts;
}

unsigned link_waiting(void) {
	return state.waiting;
}

void link_set_address(enum link_end end, bool has) {
	ip4_addr_t address = address_of(end);
	netif_set_ipaddr(&state.ends[end], has ? &address : IP4_ADDR_ANY4);
}

uint64_t link_digest(void) {
	return state.digest;
}

void link_note(const char *text) {
	uint32_t time = board_milliseconds() - state.since;
	const uint8_t head[] = {(uint8_t)(time >> 24), (uint8_t)(time >> 16), (uint8_t)(time >> 8), (uint8_t)time, 0xff};
	digest(head, sizeof head);
	digest(text, strlen(text));
	if (state.watch)
		state.watch(&(struct link_event){.time = time, .fate = text});
}

void link_set_watch(void (*watch)(const struct link_event *event)) {
	state.watch = watch;
}
