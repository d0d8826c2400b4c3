// SPDX-License-Identifier: MIT
// Storms of acknowledgements. When neither end of a TCP connection has room and each has probed the other, the
// acknowledgement of either has a sequence number that the other takes for wrong, and answers (RFC 9293, 3.10.7.4):
// without end, and as fast as the processor goes. lwIP does so, libslirp does so, and two ends on one board never leave
// lwIP any more. Losing one ends it; both try again at their own pace. (Linux limits how often it answers, too.)
#include "hooks.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"

// The same acknowledgement may come so often in a row, with less than so many milliseconds between two: the way there
// and back over a slow line, and less than lwIP waits before it asks for a window again.
#define STORM_LIMIT 16
#define STORM_GAP 1000

static struct {
	struct tcp_hdr header;
	unsigned count;
	uint32_t time;
} seen[32];                // by ports: as many as lwIP has connections
static unsigned next_lost; // the place that is given up when there is no other

/* Whether two segments go from the same port to the same port. */
static bool same_ports(const struct tcp_hdr *one, const struct tcp_hdr *other) {
	return one->src == other->src && one->dest == other->dest;
}

/*
 * The place of the segment's direction. Each has its own, whatever the ports: two storms in one place would hide each
 * other for ever. Nearly always the first that is looked at.
 */
static unsigned place_of(const struct tcp_hdr *header) {
	const unsigned size = sizeof seen / sizeof *seen;
	unsigned place = ((unsigned)header->src + header->dest) * 2 + (header->src > header->dest);
	for (unsigned i = 0; i < size; i += 1, place += 1) {
		const struct tcp_hdr *other = &seen[place % size].header;
		if (same_ports(other, header) || other->src == 0)
			return place % size;
	}
	return next_lost++ % size;
}

/* What was seen so far shall not count. */
void tcp_storms_begin_again(void) {
	memset(seen, 0, sizeof seen);
	next_lost = 0;
}

/* lwIP has a packet for a connection, with so many bytes: an error if it is to be lost. */
err_t tcp_storms_check(const struct tcp_hdr *header, unsigned size) {
	if (size > 0)
		return ERR_OK;
	const unsigned index = place_of(header);
	if (memcmp(&seen[index].header, header, sizeof *header) != 0) {
		seen[index].header = *header;
		seen[index].count = 0;
		return ERR_OK;
	}
	uint32_t now = board_milliseconds();
	seen[index].count = seen[index].count > 0 && now - seen[index].time >= STORM_GAP ? 1 : seen[index].count + 1;
	seen[index].time = now;
	return seen[index].count >= STORM_LIMIT ? ERR_VAL : ERR_OK;
}
