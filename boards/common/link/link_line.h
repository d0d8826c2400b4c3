// SPDX-License-Identifier: MIT
// A network with faults, inside of one board: two interfaces of its one stack, 192.0.2.1 ("near") and 192.0.2.2 ("far",
// addresses of RFC 5737), and between them a line that loses, doubles, delays, reorders and damages packets. What it
// does is decided by a seed alone. For tests; docs/simulator.md.
#ifndef CAMSOCK_LINK_H
#define CAMSOCK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory for packets on their way, in blocks; and how many packets at most. Beyond that they are lost. */
#define LINK_BLOCK_SIZE 256
#define LINK_BLOCKS 128
#define LINK_PACKETS 128

enum link_end { LINK_NEAR, LINK_FAR };
enum link_direction { LINK_TO_FAR, LINK_TO_NEAR, LINK_DIRECTIONS };

/* What may happen to each packet in one direction. Probabilities: of 2^32, 0xffffffff is always. */
struct link_faults {
	uint32_t loss, duplicate, corrupt, reorder;
	uint32_t delay;  // milliseconds
	uint32_t jitter; // up to so many more; packets stay in order
	uint32_t hold;  // one that is reordered, or the second of a double, comes up to so many milliseconds after its time
	uint32_t rate;  // bits a second; 0: no limit
	bool partition; // nothing gets through
};

/* What has happened to packets in one direction. */
struct link_counts {
	uint32_t sent;      // that came to the line
	uint32_t delivered; // that lwIP took
	uint32_t lost, duplicated, corrupted, reordered, partitioned;
	uint32_t overflowed; // lost because the line's memory was full
	uint32_t refused;    // lost because lwIP had no buffer, or the interface no address
};

/* Brings the network up, without faults, or starts again with another seed: what is on its way is lost then.
 * False if there is no memory for it. */
bool link_up(uint32_t seed);

/* Takes it away, and all connections that it has, in TIME_WAIT too. */
void link_down(void);
bool link_is_up(void);

/* Whether nothing is on its way, and the board has no connection at all, in TIME_WAIT neither. */
bool link_is_quiet(void);

void link_set_faults(enum link_direction direction, const struct link_faults *faults);
void link_count(enum link_direction direction, struct link_counts *counts);

/* How many packets are on their way. */
unsigned link_waiting(void);

/* Takes the address of one end away, or gives it back. Connections of an end that loses its address are aborted. */
void link_set_address(enum link_end end, bool has);

/* A hash of all that has happened since link_up, with its times: two runs that have the same did the same. The
 * identification of IP's header does not count, because other interfaces count it up too. */
uint64_t link_digest(void);

/* Makes a text an event. */
void link_note(const char *text);

/* What to print for a person: a packet and what became of it, or (packet NULL) a text. */
struct link_event {
	uint32_t time; // milliseconds since link_up
	enum link_direction direction;
	const char *fate;
	const uint8_t *packet;
	size_t size;
};

/* Has each event told, until NULL. It must not call the link or JavaScript. */
void link_set_watch(void (*watch)(const struct link_event *event));

#endif
