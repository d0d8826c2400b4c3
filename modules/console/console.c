// SPDX-License-Identifier: MIT
// The serial line: bytes in, without loss, and out, at the line's pace. Read console.h first.
//
// The board is asked for what has come in every turn of the main loop, every millisecond or so while JavaScript runs,
// and whenever a native function that waits is woken: so Ctrl-C is seen whatever the program does. It is no byte for
// the program: it takes away what came before it and was not read, as a terminal does, and is told by board_break().
#include "console.h"

#include "board.h"

#include <string.h>

#define CTRL_C 3
// Milliseconds that output waits for a line that takes nothing, before it counts as one that nobody reads.
#define STALL_LIMIT 500
// Milliseconds between two tries.
#define STEP 10

static struct {
	uint8_t bytes[MODDEF_CONSOLE_BUFFER];
	size_t first, count;
	bool open, stalled;
	void (*changed)(void); // something has come
} console;

/* Takes what has come on the line. */
static void poll_line(void) {
	bool news = false;
	while (console.count < sizeof console.bytes) {
		size_t end = (console.first + console.count) % sizeof console.bytes;
		size_t room = end < console.first ? console.first - end : sizeof console.bytes - end;
		if (room > sizeof console.bytes - console.count)
			room = sizeof console.bytes - console.count;
		uint8_t *place = console.bytes + end;
		size_t got = board_serial_read(place, room);
		if (!got) {
			if (news)
				console.changed();
			return;
		}
		news = true;
		size_t from = 0;
		for (size_t i = 0; i < got; i++) {
			if (place[i] == CTRL_C) {
				from = i + 1;
				board_break();
			}
		}
		if (from) {
			console.first = (end + from) % sizeof console.bytes;
			console.count = got - from;
		} else {
			console.count += got;
		}
	}
	board_serial_read(NULL, 0); // no room
	if (news)
		console.changed();
}

/* Opens the line; `changed` is called when something has come, never from inside a native function's wait alone. */
bool console_open(void (*changed)(void)) {
	if (console.open)
		return true;
	if (!board_serial_open())
		return false;
	console.changed = changed;
	console.open = true;
	board_set_poll(poll_line);
	if (console.count)
		changed();
	return true;
}

/* The program does not listen any more. What has come stays for the next one. */
void console_close(void) {
	console.open = false;
	board_set_poll(NULL);
}

/* Takes bytes that have come, at most `size`; the result is how many. */
size_t console_take(uint8_t *data, size_t size) {
	size_t taken = 0;
	bool full = console.count == sizeof console.bytes;
	while (taken < size && console.count) {
		size_t run = sizeof console.bytes - console.first;
		if (run > console.count)
			run = console.count;
		if (run > size - taken)
			run = size - taken;
		memcpy(data + taken, console.bytes + console.first, run);
		console.first = (console.first + run) % sizeof console.bytes;
		console.count -= run;
		taken += run;
	}
	if (full && console.open)
		poll_line(); // there is room again
	return taken;
}

/* Whether bytes have come. */
bool console_pending(void) {
	return console.count > 0;
}

/*
 * Sends all of `data`, waiting for the line while it has no room. False if Ctrl-C ended it, which it does only if that
 * is allowed. A line that takes nothing for a while is one that nobody reads: then what does not fit is lost, until it
 * takes something again.
 */
bool console_write(const uint8_t *data, size_t size, bool interruptible) {
	uint32_t since = board_real_milliseconds();
	while (size) {
		size_t sent = board_serial_write(data, size);
		data += sent;
		size -= sent;
		if (sent) {
			console.stalled = false;
			since = board_real_milliseconds();
			continue;
		}
		if (console.stalled || board_real_milliseconds() - since >= STALL_LIMIT) {
			console.stalled = true;
			board_serial_write(NULL, 0); // nothing waits for room any more
			return true;
		}
		poll_line();
		if (interruptible && board_interrupted())
			return false;
		board_network_step(STEP);
	}
	return true;
}
