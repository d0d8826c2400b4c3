// SPDX-License-Identifier: MIT
// Connection requests between libslirp and lwIP; see frames.h.
//
// A listening socket of the board whose backlog is full ignores a request, as BSD's do, and the peer asks again: Linux
// after 1, 3, 7 … seconds, libslirp (which asks in the name of a client that it has accepted) only after 6, 18, 42. So
// a request that the board has not answered is repeated here after 1 and 3 seconds.
#include "frames.h"

#include "board.h"

#include <string.h>

// Where things are in an Ethernet frame with IPv4 and TCP, neither header with options before it.
enum {
	ETHER_TYPE = 12,
	IP_VERSION = 14,
	IP_PROTOCOL = 23,
	TCP = 34,
	TCP_SOURCE = TCP,
	TCP_DESTINATION = TCP + 2,
	TCP_FLAGS = TCP + 13,
	TCP_END = TCP + 20, // without options
};
enum { SYN = 0x02, RST = 0x04, ACK = 0x10 };

// Requests that are watched at a time, and the longest: TCP's header with options.
#define REQUEST_LIMIT 32
#define REQUEST_SIZE (TCP_END + 40)
// Milliseconds to the first repetition; to each next one it is twice as long.
#define REPEAT_AFTER 1000
#define REPETITIONS 2

static struct {
	size_t size; // 0: free
	unsigned repeated;
	uint32_t time; // of the next repetition
	uint8_t frame[REQUEST_SIZE];
} requests[REQUEST_LIMIT];
static unsigned request_count;

/* True for TCP over IPv4 without options of IP's. */
static bool is_tcp(const uint8_t *frame, size_t size) {
	return size >= TCP_END && frame[ETHER_TYPE] == 0x08 && frame[ETHER_TYPE + 1] == 0x00 && frame[IP_VERSION] == 0x45 &&
	       frame[IP_PROTOCOL] == 6;
}

/* Forgets the request with these ports; `source` is the host's. */
static void forget(const uint8_t *source, const uint8_t *destination) {
	for (unsigned i = 0; request_count && i < REQUEST_LIMIT; i++) {
		if (requests[i].size && !memcmp(requests[i].frame + TCP_SOURCE, source, 2) &&
		    !memcmp(requests[i].frame + TCP_DESTINATION, destination, 2)) {
			requests[i].size = 0;
			request_count--;
		}
	}
}

/* libslirp has sent a frame: if it asks for a connection, it is kept. One for which there is no room is not repeated.
 */
void frames_note_to_board(const uint8_t *frame, size_t size) {
	if (!is_tcp(frame, size) || (frame[TCP_FLAGS] & (SYN | ACK)) != SYN || size > REQUEST_SIZE)
		return;
	forget(frame + TCP_SOURCE, frame + TCP_DESTINATION); // libslirp repeats it itself
	for (unsigned i = 0; i < REQUEST_LIMIT; i++) {
		if (!requests[i].size) {
			memcpy(requests[i].frame, frame, size);
			requests[i].size = size;
			requests[i].repeated = 0;
			requests[i].time = board_real_milliseconds() + REPEAT_AFTER;
			request_count++;
			return;
		}
	}
}

/* lwIP has sent a frame: it may answer a request. */
void frames_note_from_board(const uint8_t *frame, size_t size) {
	if (request_count && is_tcp(frame, size) && (frame[TCP_FLAGS] & (SYN | RST)))
		forget(frame + TCP_DESTINATION, frame + TCP_SOURCE);
}

/* Milliseconds until a request is to be repeated; UINT32_MAX if none is. */
uint32_t frames_sleep(void) {
	uint32_t sleep = UINT32_MAX, now = board_real_milliseconds();
	for (unsigned i = 0; request_count && i < REQUEST_LIMIT; i++) {
		if (!requests[i].size)
			continue;
		uint32_t rest = (int32_t)(requests[i].time - now) > 0 ? requests[i].time - now : 0;
		if (rest < sleep)
			sleep = rest;
	}
	return sleep;
}

/* Delivers the requests that are due once more; true if there were any. */
bool frames_repeat(void (*deliver)(const uint8_t *frame, size_t size)) {
	if (!request_count)
		return false; // as nearly always: no need to ask for the time
	uint32_t now = board_real_milliseconds();
	bool delivered = false;
	for (unsigned i = 0; request_count && i < REQUEST_LIMIT; i++) {
		if (!requests[i].size || (int32_t)(requests[i].time - now) > 0)
			continue;
		delivered = true;
		// First, because the board's answer may come before deliver() does, and make the request forgotten.
		size_t size = requests[i].size;
		if (++requests[i].repeated < REPETITIONS) {
			requests[i].time = now + (REPEAT_AFTER << requests[i].repeated);
		} else {
			requests[i].size = 0;
			request_count--;
		}
		deliver(requests[i].frame, size);
	}
	return delivered;
}
