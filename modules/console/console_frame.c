// SPDX-License-Identifier: MIT
// Frames in the manner of HDLC over asynchronous lines (RFC 1662): a flag 7E before and after, 7D before what must not
// appear as it is, which then has its bit 5 turned. All control characters are among that, so that Ctrl-C in the middle
// of anything is Ctrl-C, and XON and XOFF of a line's own do no harm. Read console_frame.h first.
#include "console_frame.h"

#include <stdbool.h>

#define FLAG 0x7e
#define ESCAPE 0x7d
#define TURN 0x20

/* One more byte into the CRC-32 of IEEE 802.3, bits first to last. Without the usual table of 1 KB. */
static uint32_t crc_byte(uint32_t crc, uint8_t byte) {
	static const uint32_t nibbles[16] = {
	    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	crc ^= byte;
	crc = crc >> 4 ^ nibbles[crc & 15];
	return crc >> 4 ^ nibbles[crc & 15];
}

/* Whether the bytes that have come between two flags are a frame; then the fields are set. */
static bool check(struct console_frame *frame) {
	const uint8_t *bytes = frame->bytes;
	if (frame->count < CONSOLE_FRAME_HEADER + CONSOLE_FRAME_CHECK)
		return false;
	size_t size = (size_t)(frame->count - CONSOLE_FRAME_HEADER - CONSOLE_FRAME_CHECK);
	if (size != (size_t)(bytes[2] << 8 | bytes[3]))
		return false;
	uint32_t crc = 0xffffffff;
	for (size_t i = 0; i < CONSOLE_FRAME_HEADER + size; i++)
		crc = crc_byte(crc, bytes[i]);
	const uint8_t *end = bytes + CONSOLE_FRAME_HEADER + size;
	if (~crc != ((uint32_t)end[0] << 24 | (uint32_t)end[1] << 16 | (uint32_t)end[2] << 8 | end[3]))
		return false;
	frame->type = bytes[0];
	frame->number = bytes[1];
	frame->size = (uint16_t)size;
	frame->payload = bytes + CONSOLE_FRAME_HEADER;
	return true;
}

/* Takes one byte from the line. */
enum console_frame_event console_frame_take(struct console_frame *frame, uint8_t byte) {
	if (byte == FLAG) {
		bool whole = frame->state == CONSOLE_FRAME_INSIDE && frame->count > 0;
		bool broken = frame->state == CONSOLE_FRAME_ESCAPED || frame->state == CONSOLE_FRAME_SKIPPING;
		enum console_frame_event event = CONSOLE_FRAME_NOTHING;
		if (whole)
			event = check(frame) ? CONSOLE_FRAME_GOOD : CONSOLE_FRAME_BAD;
		else if (broken)
			event = CONSOLE_FRAME_BAD;
		// A flag may end one frame and begin the next.
		frame->state = CONSOLE_FRAME_INSIDE;
		frame->count = 0;
		return event;
	}
	if (byte < TURN) {
		// Never a part of a frame: whoever sends it has given the frame up.
		frame->state = CONSOLE_FRAME_OUTSIDE;
		frame->count = 0;
		frame->control = byte;
		return CONSOLE_FRAME_CONTROL;
	}
	switch (frame->state) {
	case CONSOLE_FRAME_OUTSIDE:
	case CONSOLE_FRAME_SKIPPING:
		return CONSOLE_FRAME_NOTHING;
	case CONSOLE_FRAME_INSIDE:
		if (byte == ESCAPE) {
			frame->state = CONSOLE_FRAME_ESCAPED;
			return CONSOLE_FRAME_NOTHING;
		}
		break;
	case CONSOLE_FRAME_ESCAPED:
		byte ^= TURN;
		frame->state = CONSOLE_FRAME_INSIDE;
		break;
	}
	if (frame->count == CONSOLE_FRAME_SIZE)
		frame->state = CONSOLE_FRAME_SKIPPING;
	else
		frame->bytes[frame->count++] = byte;
	return CONSOLE_FRAME_NOTHING;
}

/* Appends a byte as it goes over the line; the new end. */
static uint8_t *put(uint8_t *end, uint8_t byte) {
	if (byte < TURN || byte == FLAG || byte == ESCAPE) {
		*end++ = ESCAPE;
		byte ^= TURN;
	}
	*end++ = byte;
	return end;
}

/* Writes a frame into `line`, of CONSOLE_FRAME_LINE bytes, as it goes over the line; the result is its length there.
 * `size` is at most CONSOLE_FRAME_PAYLOAD. */
size_t console_frame_write(uint8_t *line, uint8_t type, uint8_t number, const void *payload, size_t size) {
	const uint8_t header[CONSOLE_FRAME_HEADER] = {type, number, (uint8_t)(size >> 8), (uint8_t)size};
	const uint8_t *data = payload;
	uint8_t *end = line;
	uint32_t crc = 0xffffffff;
	*end++ = FLAG;
	for (size_t i = 0; i < sizeof header; i++) {
		crc = crc_byte(crc, header[i]);
		end = put(end, header[i]);
	}
	for (size_t i = 0; i < size; i++) {
		crc = crc_byte(crc, data[i]);
		end = put(end, data[i]);
	}
	crc = ~crc;
	for (int shift = 24; shift >= 0; shift -= 8)
		end = put(end, (uint8_t)(crc >> shift));
	*end++ = FLAG;
	return (size_t)(end - line);
}
