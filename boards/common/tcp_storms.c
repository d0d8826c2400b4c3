// SPDX-License-Identifier: MIT
// Storms of acknowledgements. When neither end of a TCP connection has room and each has probed the other, the
// acknowledgement of either has a sequence number that the other takes for wrong, and answers (RFC 9293, 3.10.7.4):
// without end, and as fast as the processor goes. lwIP does so, libslirp does so, and two ends on one board never leave
// lwIP any more. Losing one ends it; both try again at their own pace. (Linux limits how often it answers, too.)
#include "hooks.h"

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
} seen[MEMP_NUM_TCP_PCB]; // by pcb

/* The place of a pcb: each has its own, for two storms in one place would hide each other for ever. lwIP has all pcbs
 * in one array. */
static unsigned place_of(const struct tcp_pcb *pcb) {
	return (uintptr_t)pcb / LWIP_MEM_ALIGN_SIZE(sizeof *pcb) % MEMP_NUM_TCP_PCB;
}

/* What was seen so far shall not count. */
void tcp_storms_begin_again(void) {
	memset(seen, 0, sizeof seen);
}

/* lwIP has a packet for a connection, not for a listener, with so many bytes: an error if it is to be lost. */
err_t tcp_storms_check(const struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned size) {
	if (size > 0)
		return ERR_OK;
	const unsigned index = place_of(pcb);
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
