// SPDX-License-Identifier: MIT
// The target `frame`: the frames of raw mode (modules/console/console_frame.c), as a noisy line brings them: the
// input's bytes, with whole frames among them, which must be found. Read fuzz.h first.
#include <string.h>

#include "console_frame.h"
#include "fuzz.h"

static struct console_frame frame;

/** Gives the decoder bytes; how many good frames it finds. */
static unsigned give(const uint8_t *bytes, size_t size) {
	unsigned good = 0;
	for (size_t i = 0; i < size; i += 1) {
		const enum console_frame_event event = console_frame_take(&frame, bytes[i]);
		EXPECT(frame.count <= sizeof frame.bytes);
		if (event == CONSOLE_FRAME_CONTROL)
			EXPECT(frame.control < 0x20 && frame.control == bytes[i]);
		if (event != CONSOLE_FRAME_GOOD)
			continue;
		good += 1;
		// What it has found is a frame as it would be sent: nothing that came is another.
		static uint8_t line[CONSOLE_FRAME_LINE];
		static struct console_frame again;
		memset(&again, 0, sizeof again);
		EXPECT(frame.size <= CONSOLE_FRAME_PAYLOAD);
		const size_t length = console_frame_write(line, frame.type, frame.number, frame.payload, frame.size);
		EXPECT(length <= sizeof line);
		enum console_frame_event last = CONSOLE_FRAME_NOTHING;
		for (size_t k = 0; k < length; k += 1)
			last = console_frame_take(&again, line[k]);
		EXPECT(last == CONSOLE_FRAME_GOOD && again.size == frame.size);
		EXPECT(memcmp(again.payload, frame.payload, frame.size) == 0);
	}
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct input input = {data, size};
	memset(&frame, 0, sizeof frame);
	while (input.left > 0) {
		static uint8_t payload[CONSOLE_FRAME_PAYLOAD], line[CONSOLE_FRAME_LINE];
		const uint8_t how = input_byte(&input);
		size_t length = how < 200 ? how : (how - 199) * 20u;
		const size_t whole = length;
		if (how >= 250) { // much of the same: a frame that does not end
			memset(line, input_byte(&input), sizeof line);
			(void)give(line, (how - 249u) * 300);
			continue;
		}
		if (how % 2 == 0) { // noise
			const uint8_t *bytes = input_bytes(&input, &length);
			(void)give(bytes, length);
			continue;
		}
		memset(payload, how, sizeof payload);
		const uint8_t *bytes = input_bytes(&input, &length);
		if (length > 0)
			memcpy(payload, bytes, length);
		const size_t end = console_frame_write(line, input_byte(&input), input_byte(&input), payload, whole);
		const uint8_t damage = input_byte(&input);
		if (damage < 128) {
			EXPECT(give(line, end) >= 1);
			EXPECT(frame.size == whole && memcmp(frame.payload, payload, whole) == 0);
		} else {
			line[input_word(&input) % end] ^= (uint8_t)(1u << damage % 8);
			(void)give(line, damage < 192 ? end : input_word(&input) % end);
		}
	}
	return 0;
}
