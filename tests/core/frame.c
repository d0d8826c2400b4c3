// SPDX-License-Identifier: MIT
// Tests of the frames of raw mode: modules/console/console_frame.c, with what a noisy line makes of them.
#include <stddef.h>
#include <string.h>

#include "console_frame.h"
#include "harness.h"

/** Gives bytes to a decoder; counts what it finds and keeps the latest good frame. */
struct receiver {
	struct console_frame frame;
	unsigned good, bad, controls;
	uint8_t type, number, control;
	uint16_t size;
	uint8_t payload[CONSOLE_FRAME_PAYLOAD];
};

static void receive(struct receiver *receiver, const uint8_t *bytes, size_t size) {
	for (size_t i = 0; i < size; i += 1) {
		switch (console_frame_take(&receiver->frame, bytes[i])) {
		case CONSOLE_FRAME_NOTHING:
			break;
		case CONSOLE_FRAME_GOOD:
			receiver->good += 1;
			receiver->type = receiver->frame.type;
			receiver->number = receiver->frame.number;
			receiver->size = receiver->frame.size;
			CHECK(receiver->size <= CONSOLE_FRAME_PAYLOAD);
			memcpy(receiver->payload, receiver->frame.payload, receiver->size);
			break;
		case CONSOLE_FRAME_BAD:
			receiver->bad += 1;
			break;
		case CONSOLE_FRAME_CONTROL:
			receiver->controls += 1;
			receiver->control = receiver->frame.control;
			break;
		}
	}
}

static void a_frame_is_as_documented(void) {
	// The example of docs/raw-mode.md. Its check sequence was computed with zlib.
	static const uint8_t expected[] = {0x7e, 0x41, 0x7d, 0x27, 0x7d, 0x20, 0x7d, 0x22,
	                                   0x68, 0x69, 0x5d, 0x28, 0x48, 0x47, 0x7e};
	uint8_t line[CONSOLE_FRAME_LINE];
	const size_t size = console_frame_write(line, 'A', 7, "hi", 2);
	CHECK_EQUAL((long long)size, (long long)sizeof expected);
	CHECK(memcmp(line, expected, size) == 0);
}

static void every_payload_arrives(void) {
	static uint8_t payload[CONSOLE_FRAME_PAYLOAD], line[CONSOLE_FRAME_LINE];
	static struct receiver receiver;
	for (size_t i = 0; i < sizeof payload; i += 1)
		payload[i] = (uint8_t)(i * 7);
	for (size_t size = 0; size <= sizeof payload; size += 1) {
		const size_t length = console_frame_write(line, 'o', (uint8_t)size, payload, size);
		CHECK(length <= sizeof line);
		for (size_t i = 0; i < length; i += 1)
			CHECK(line[i] >= 0x20); // nothing that a terminal or a driver could take for itself
		receive(&receiver, line, length);
		CHECK_EQUAL(receiver.good, (long long)size + 1);
		CHECK_EQUAL(receiver.size, (long long)size);
		CHECK_EQUAL(receiver.number, (uint8_t)size);
		CHECK(memcmp(receiver.payload, payload, size) == 0);
	}
	CHECK_EQUAL(receiver.bad, 0);
}

static void damage_of_any_bit_is_noticed(void) {
	uint8_t line[CONSOLE_FRAME_LINE];
	const size_t length = console_frame_write(line, 'D', 3, "console.log(1)", 14);
	for (size_t i = 0; i < length; i += 1) {
		for (int bit = 0; bit < 8; bit += 1) {
			static struct receiver receiver;
			memset(&receiver, 0, sizeof receiver);
			line[i] ^= (uint8_t)(1 << bit);
			receive(&receiver, line, length);
			line[i] ^= (uint8_t)(1 << bit);
			CHECK_EQUAL(receiver.good, 0);
			// And the next frame comes through; where the last flag was hit, at the latest the one after it.
			receive(&receiver, line, length);
			receive(&receiver, line, length);
			CHECK(receiver.good >= 1);
		}
	}
}

static void a_frame_that_is_cut_off_is_noticed(void) {
	uint8_t line[CONSOLE_FRAME_LINE];
	const size_t length = console_frame_write(line, 'D', 3, "console.log(1)", 14);
	for (size_t cut = 2; cut < length - 1; cut += 1) {
		static struct receiver receiver;
		memset(&receiver, 0, sizeof receiver);
		receive(&receiver, line, cut);
		receive(&receiver, line, length);
		CHECK_EQUAL(receiver.good, 1);
		CHECK_EQUAL(receiver.bad, 1);
	}
}

static void a_control_character_gets_through_anywhere(void) {
	uint8_t line[CONSOLE_FRAME_LINE];
	const size_t length = console_frame_write(line, 'D', 3, "console.log(1)", 14);
	for (size_t at = 0; at <= length; at += 1) {
		static struct receiver receiver;
		memset(&receiver, 0, sizeof receiver);
		receive(&receiver, line, at);
		receive(&receiver, (const uint8_t[]){1}, 1);
		CHECK_EQUAL(receiver.controls, 1);
		CHECK_EQUAL(receiver.control, 1);
		receive(&receiver, line, length);
		CHECK_EQUAL(receiver.good, at == length ? 2 : 1);
	}
}

static void a_frame_that_is_too_long_is_one_bad_frame(void) {
	static struct receiver receiver;
	memset(&receiver, 0, sizeof receiver);
	receive(&receiver, (const uint8_t[]){0x7e}, 1);
	for (int i = 0; i < 100000; i += 1)
		receive(&receiver, (const uint8_t[]){'x'}, 1);
	CHECK_EQUAL(receiver.bad, 0);
	receive(&receiver, (const uint8_t[]){0x7e}, 1);
	CHECK_EQUAL(receiver.bad, 1);
	uint8_t line[CONSOLE_FRAME_LINE];
	receive(&receiver, line, console_frame_write(line, 'o', 1, "x", 1));
	CHECK_EQUAL(receiver.good, 1);
}

/** xorshift32: the same numbers every time. */
static uint32_t random_state = 1;
static uint32_t next_random(void) {
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static void a_million_random_inputs_do_no_harm(void) {
	static struct receiver receiver;
	static uint8_t payload[64], line[CONSOLE_FRAME_LINE];
	memset(&receiver, 0, sizeof receiver);
	unsigned whole = 0, found = 0;
	for (int round = 0; round < 1000000; round += 1) {
		const uint32_t kind = next_random() % 8;
		size_t length = next_random() % sizeof payload;
		if (kind < 3) { // noise
			for (size_t i = 0; i < length; i += 1)
				line[i] = (uint8_t)next_random();
			receive(&receiver, line, length);
			continue;
		}
		for (size_t i = 0; i < length; i += 1)
			payload[i] = (uint8_t)next_random();
		const uint8_t number = (uint8_t)next_random();
		const size_t size = length;
		length = console_frame_write(line, 'o', number, payload, size);
		if (kind == 3) // cut
			length = next_random() % length;
		else if (kind == 4) // a bit turned
			line[next_random() % length] ^= (uint8_t)(1 << next_random() % 8);
		else if (kind == 5) // Ctrl-C in the middle
			line[next_random() % length] = 3;
		const unsigned good = receiver.good;
		receive(&receiver, line, length);
		if (kind < 6)
			continue;
		// A frame that came whole is found, unless the noise before it swallowed its first flag as the end of a frame:
		// then the flag has begun this one all the same.
		whole += 1;
		CHECK(receiver.good > good);
		CHECK_EQUAL(receiver.size, (long long)size);
		CHECK_EQUAL(receiver.number, number);
		CHECK(memcmp(receiver.payload, payload, size) == 0);
		found += 1;
	}
	CHECK_EQUAL(found, whole);
	CHECK(whole > 200000);
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test frame_tests[] = {
    TEST(a_frame_is_as_documented),
    TEST(every_payload_arrives),
    TEST(damage_of_any_bit_is_noticed),
    TEST(a_frame_that_is_cut_off_is_noticed),
    TEST(a_control_character_gets_through_anywhere),
    TEST(a_frame_that_is_too_long_is_one_bad_frame),
    TEST(a_million_random_inputs_do_no_harm),
    {NULL, NULL},
};
