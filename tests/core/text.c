// SPDX-License-Identifier: MIT
// Tests of what turns text into bytes and addresses: sockets_utf8.c and the parser of IPv4 addresses.
#include <stddef.h>
#include <string.h>

#include "harness.h"
#include "sockets_utf8.h"

static void ipv4_addresses_have_one_form(void) {
	static const struct {
		const char *text;
		uint32_t host;
	} good[] = {{"0.0.0.0", 0}, {"127.0.0.1", 0x7F000001}, {"255.255.255.255", 0xFFFFFFFF}, {"10.0.2.15", 0x0A00020F}};
	for (size_t i = 0; i < sizeof good / sizeof *good; i += 1) {
		uint32_t host = 1;
		CHECK(sockets_parse_ipv4(good[i].text, &host));
		CHECK_EQUAL(host, good[i].host);
	}
	static const char *const bad[] = {"",          "1",        "1.2.3",    "1.2.3.4.",   "1.2.3.4.5",
	                                  "256.0.0.1", "1.2.3.-4", "01.2.3.4", "0x7f.0.0.1", "1.2.3.4 ",
	                                  " 1.2.3.4",  "1..2.3",   "a.b.c.d",  "1.2.3.4x",   "1.2.3.0004",
	                                  "1,2,3,4",   "127.1",    "00.0.0.0", "1.2.3.",     "4294967296"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i += 1) {
		uint32_t host = 12345;
		CHECK(!sockets_parse_ipv4(bad[i], &host));
		CHECK_EQUAL(host, 12345); // untouched
	}
}

/** Checks one conversion. */
static void converts(const char *text, const char *expected, size_t size) {
	uint8_t result[64];
	CHECK_EQUAL(sockets_utf8_standard(text, strlen(text), result), (long long)size);
	CHECK(memcmp(result, expected, size) == 0);
}

static void strings_become_standard_utf8(void) {
	converts("plain", "plain", 5);
	converts("a\xC0\x80z", "a\0z", 3);
	converts("\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", 4);                 // U+1F600 as it should be
	converts("\xED\xA0\xBD\xED\xB8\x80", "\xF0\x9F\x98\x80", 4);         // as two halves
	converts("\xED\xA0\xBD", "\xEF\xBF\xBD", 3);                         // a high half alone
	converts("\xED\xB8\x80x", "\xEF\xBF\xBDx", 4);                       // a low half alone
	converts("\xED\xA0\xBD\xED\xA0\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD", 6); // two high halves
	converts("\xED\x9F\xBF", "\xED\x9F\xBF", 3);                         // U+D7FF is no surrogate
	CHECK(sockets_utf8_is_standard("plain \xC3\xA9", 8));
	CHECK(!sockets_utf8_is_standard("\xC0\x80", 2));
	CHECK(!sockets_utf8_is_standard("\xED\xA0\xBD", 3));
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test text_tests[] = {
    TEST(ipv4_addresses_have_one_form),
    TEST(strings_become_standard_utf8),
    {NULL, NULL},
};
