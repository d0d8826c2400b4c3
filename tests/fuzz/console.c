// SPDX-License-Identifier: MIT
// The target `console`: the buffer of the serial line (modules/console/console.c) against a queue that is obviously
// right. Bytes come in pieces, whenever there is room, and Ctrl-C takes away what was not read. Read fuzz.h first.
#include "console.h"

#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "fuzz.h"

static struct input input;
static void (*poll)(void);
static uint32_t now;
static bool broken, interrupted;
static unsigned breaks, breaks_expected;

/** What came and was not taken; the buffer can never hold more. */
static uint8_t queue[MODDEF_CONSOLE_BUFFER];
static size_t queued;

/** What was written, as far as the line has taken it. */
static size_t written;

bool board_serial_open(void) {
	return true;
}

size_t board_serial_read(void *data, size_t size) {
	size_t count = input_byte(&input) % 24;
	if (count > size)
		count = size;
	const uint8_t *bytes = input_bytes(&input, &count);
	for (size_t i = 0; i < count; i += 1) {
		const uint8_t byte = bytes[i] & 15; // so that Ctrl-C is often among them
		((uint8_t *)data)[i] = byte;
		if (byte == 3) {
			queued = 0;
			breaks_expected += 1;
		} else {
			EXPECT(queued < sizeof queue);
			queue[queued++] = byte;
		}
	}
	return count;
}

size_t board_serial_write(const void *data, size_t size) {
	(void)data;
	const size_t room = input_byte(&input) % 32;
	const size_t count = room < size ? room : size;
	written += count;
	return count;
}

void board_set_poll(void (*function)(void)) {
	poll = function;
}

void board_break(void) {
	breaks += 1;
	broken = true;
}

bool board_interrupted(void) {
	const bool result = interrupted;
	interrupted = false;
	return result;
}

uint32_t board_real_milliseconds(void) {
	return now;
}

void board_network_step(uint32_t limit) {
	now += limit;
}

static unsigned changes;
static void changed(void) {
	changes += 1;
}

/** Takes bytes out and holds them against the queue. */
static void take(size_t size) {
	static uint8_t bytes[2 * MODDEF_CONSOLE_BUFFER];
	static uint8_t expected[MODDEF_CONSOLE_BUFFER];
	// What is taken was there before: taking may make room, and more come.
	const size_t there = queued < size ? queued : size;
	memcpy(expected, queue, there);
	memmove(queue, queue + there, queued - there);
	queued -= there;
	const size_t taken = console_take(bytes, size);
	EXPECT(taken == there);
	EXPECT(memcmp(bytes, expected, taken) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const uint8_t text[64] = "what a program writes";
	input = (struct input){data, 0}; // emptying the buffer of the input before makes room, and nothing may come into it
	now = 0;
	take(sizeof queue);
	EXPECT(queued == 0 && !console_pending());
	input = (struct input){data, size};
	breaks = breaks_expected = 0;
	EXPECT(console_open(changed));
	while (input.left > 0) {
		const uint8_t how = input_byte(&input);
		switch (how % 8) {
		case 0:
		case 1:
		case 2:
			if (poll != NULL)
				poll();
			break;
		case 3:
		case 4:
			take(how >> 3);
			break;
		case 5:
			written = 0;
			interrupted = how & 8;
			const bool complete = console_write(text, how >> 2, how & 16);
			EXPECT(written <= (size_t)(how >> 2) && (complete || how & 16));
			break;
		case 6:
			take(sizeof queue);
			break;
		default:
			console_close();
			EXPECT(poll == NULL && console_open(changed) && poll != NULL);
			break;
		}
		EXPECT(console_pending() == (queued > 0));
		EXPECT(breaks == breaks_expected);
	}
	console_close();
	return 0;
}
