// SPDX-License-Identifier: MIT
// The target `text`: what turns a program's text into bytes and addresses: sockets_utf8.c, and the parser of IPv4
// addresses, held against the C library's. Read fuzz.h first.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "harness.h"
#include "sockets_tcp.h"
#include "sockets_utf8.h"

_Noreturn void test_failed(const char *why) {
	fuzz_expect(false, why, "tests/core/harness.c", 0);
	abort();
}

/** The size of the UTF-8 character that begins here (RFC 3629), or 0 if none does. */
static size_t character(const uint8_t *at, size_t left) {
	const uint8_t first = at[0];
	const size_t size = first < 0x80   ? 1
	                    : first < 0xC2 ? 0
	                    : first < 0xE0 ? 2
	                    : first < 0xF0 ? 3
	                    : first < 0xF5 ? 4
	                                   : 0;
	if (size == 0 || size > left)
		return 0;
	for (size_t i = 1; i < size; i += 1)
		if (at[i] < 0x80 || at[i] > 0xBF)
			return 0;
	if ((first == 0xE0 && at[1] < 0xA0) || (first == 0xED && at[1] > 0x9F) || (first == 0xF0 && at[1] < 0x90) ||
	    (first == 0xF4 && at[1] > 0x8F))
		return 0;
	return size;
}

/** Whether the text is as XS has it: UTF-8, but for C0 80 and for surrogates. */
static bool is_of_xs(const uint8_t *text, size_t size) {
	for (size_t i = 0; i < size;) {
		size_t step = character(text + i, size - i);
		if (step == 0 && size - i >= 2 && text[i] == 0xC0 && text[i + 1] == 0x80)
			step = 2;
		if (step == 0 && size - i >= 3 && text[i] == 0xED && text[i + 1] >= 0xA0 && text[i + 1] <= 0xBF &&
		    text[i + 2] >= 0x80 && text[i + 2] <= 0xBF)
			step = 3;
		if (step == 0 || text[i] == 0)
			return false;
		i += step;
	}
	return true;
}

static void check_utf8(const char *text, size_t size) {
	uint8_t *result = malloc(size + 1);
	if (result == NULL)
		abort();
	const size_t length = sockets_utf8_standard(text, size, result);
	EXPECT(length <= size);
	if (sockets_utf8_is_standard(text, size))
		EXPECT(length == size && memcmp(text, result, size) == 0);
	if (is_of_xs((const uint8_t *)text, size)) {
		for (size_t i = 0; i < length;) {
			const size_t step = character(result + i, length - i);
			EXPECT(step > 0);
			i += step;
		}
	}
	free(result);
}

static void check_address(const char *text) {
	struct in_addr expected;
	uint32_t host = 12345;
	const bool good = sockets_parse_ipv4(text, &host);
	EXPECT(good == (inet_pton(AF_INET, text, &expected) == 1));
	EXPECT(host == (good ? ntohl(expected.s_addr) : 12345));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct input input = {data, size};
	char *text = input_text(&input);
	check_utf8(text, size);
	check_address(text);
	free(text);
	return 0;
}
