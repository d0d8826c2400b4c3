// SPDX-License-Identifier: MIT
// The binding of link_line.c to JavaScript; read link_native.d.ts first. And its trace, a line for each event.
#include <stdio.h>
#include <string.h>

#include "xsmc.h"

#include "board.h"
#include "link_line.h"

#include "lwip/def.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"

/** up(seed) */
void xs_link_up(xsMachine *the) {
	static struct board_end end = {.run = link_down};
	board_at_end(&end);
	if (!link_up((uint32_t)xsmcToNumber(xsArg(0))))
		xsUnknownError("no memory for the link");
}

/** down() */
void xs_link_down(xsMachine *the) {
	(void)the;
	link_down();
}

/** isUp() */
void xs_link_is_up(xsMachine *the) {
	xsmcSetBoolean(xsResult, link_is_up());
}

/** isQuiet() */
void xs_link_is_quiet(xsMachine *the) {
	xsmcSetBoolean(xsResult, link_is_quiet());
}

/** setFaults(direction, numbers) */
void xs_link_set_faults(xsMachine *the) {
	uint32_t numbers[10];
	void *data;
	xsUnsignedValue size;
	const enum link_direction direction = xsmcToInteger(xsArg(0)) ? LINK_TO_NEAR : LINK_TO_FAR;
	xsmcGetBufferReadable(xsArg(1), &data, &size);
	if (size != sizeof numbers)
		xsTypeError("setFaults: ten numbers");
	memcpy(numbers, data, sizeof numbers);
	link_set_faults(direction, &(struct link_faults){
	                               .loss = numbers[0],
	                               .duplicate = numbers[1],
	                               .corrupt = numbers[2],
	                               .reorder = numbers[3],
	                               .delay = numbers[4],
	                               .jitter = numbers[5],
	                               .hold = numbers[6],
	                               .rate = numbers[7],
	                               .partition = numbers[8] != 0,
	                           });
}

/** counts(direction) */
void xs_link_counts(xsMachine *the) {
	struct link_counts counts;
	link_count(xsmcToInteger(xsArg(0)) ? LINK_TO_NEAR : LINK_TO_FAR, &counts);
	const uint32_t numbers[] = {counts.sent,        counts.delivered,  counts.lost,
	                            counts.duplicated,  counts.corrupted,  counts.reordered,
	                            counts.partitioned, counts.overflowed, counts.refused};
	xsmcVars(1);
	xsmcSetNewArray(xsResult, sizeof numbers / sizeof *numbers);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		xsmcSetNumber(xsVar(0), numbers[i]);
		xsmcSetIndex(xsResult, (xsIndex)i, xsVar(0));
	}
}

/** waiting() */
void xs_link_waiting(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)link_waiting());
}

/** setAddress(end, has) */
void xs_link_set_address(xsMachine *the) {
	link_set_address(xsmcToInteger(xsArg(0)) ? LINK_FAR : LINK_NEAR, xsmcToBoolean(xsArg(1)));
}

/** digest() */
void xs_link_digest(xsMachine *the) {
	char text[17];
	const uint64_t digest = link_digest();
	snprintf(text, sizeof text, "%08x%08x", (unsigned)(digest >> 32), (unsigned)digest);
	xsmcSetString(xsResult, text);
}

/** note(text) */
void xs_link_note(xsMachine *the) {
	link_note(xsmcToString(xsArg(0)));
}

/** Prints an event: `link 12.345 > 49153-9000 SA seq 1234 ack 77 size 100 window 5744 lost` */
static void print(const struct link_event *event) {
	char line[160];
	struct tcp_hdr header;
	if (!event->packet) {
		board_write_error(event->fate, strlen(event->fate));
		board_write_error("\n", 1);
		return;
	}
	int length = snprintf(line, sizeof line, "link %u.%03u %c ", (unsigned)(event->time / 1000),
	                      (unsigned)(event->time % 1000), event->direction == LINK_TO_FAR ? '>' : '<');
	if (event->size >= IP_HLEN + TCP_HLEN) {
		memcpy(&header, event->packet + IP_HLEN, sizeof header);
		const unsigned flags = TCPH_FLAGS(&header);
		length +=
		    snprintf(line + length, sizeof line - (size_t)length, "%u-%u %s%s%s%s%s seq %u ack %u size %u window %u",
		             lwip_ntohs(header.src), lwip_ntohs(header.dest), flags & TCP_SYN ? "S" : "",
		             flags & TCP_FIN ? "F" : "", flags & TCP_RST ? "R" : "", flags & TCP_PSH ? "P" : "",
		             flags & TCP_ACK ? "A" : "", (unsigned)lwip_ntohl(header.seqno), (unsigned)lwip_ntohl(header.ackno),
		             (unsigned)(event->size - IP_HLEN - TCPH_HDRLEN_BYTES(&header)), lwip_ntohs(header.wnd));
	}
	length += snprintf(line + length, sizeof line - (size_t)length, " %s\n", event->fate);
	board_write_error(line, (size_t)length);
}

/** trace(on) */
void xs_link_trace(xsMachine *the) {
	link_set_watch(xsmcToBoolean(xsArg(0)) ? print : NULL);
}
