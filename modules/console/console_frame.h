// SPDX-License-Identifier: MIT
// Frames on the serial line: what raw mode sends and receives (docs/raw-mode.md has every byte). Knows nothing of XS or
// of a board, so that it can be tested and fuzzed alone.
#ifndef CONSOLE_FRAME_H
#define CONSOLE_FRAME_H

#include <stddef.h>
#include <stdint.h>

// Bytes of payload at most.
#define CONSOLE_FRAME_PAYLOAD 1024
// Type, sequence number, length, check sequence.
#define CONSOLE_FRAME_HEADER 4
#define CONSOLE_FRAME_CHECK 4
#define CONSOLE_FRAME_SIZE (CONSOLE_FRAME_HEADER + CONSOLE_FRAME_PAYLOAD + CONSOLE_FRAME_CHECK)
// On the line each byte may be two, between two flags.
#define CONSOLE_FRAME_LINE (2 * CONSOLE_FRAME_SIZE + 2)

// What console_frame_take() has found.
enum console_frame_event {
	CONSOLE_FRAME_NOTHING, // so far
	CONSOLE_FRAME_GOOD,    // a frame: in the decoder's fields
	CONSOLE_FRAME_BAD,     // one that came damaged, or too long
	CONSOLE_FRAME_CONTROL, // a control character that is no part of a frame: `control`
};

// The receiving side. Begin with all fields 0.
struct console_frame {
	uint8_t type, number;
	uint16_t size;          // of the payload
	const uint8_t *payload; // good until the next byte
	uint8_t control;

	enum { CONSOLE_FRAME_OUTSIDE, CONSOLE_FRAME_INSIDE, CONSOLE_FRAME_ESCAPED, CONSOLE_FRAME_SKIPPING } state;
	uint16_t count;
	uint8_t bytes[CONSOLE_FRAME_SIZE];
};

enum console_frame_event console_frame_take(struct console_frame *frame, uint8_t byte);
size_t console_frame_write(uint8_t *line, uint8_t type, uint8_t number, const void *payload, size_t size);

#endif
