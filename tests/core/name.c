// SPDX-License-Identifier: MIT
// Tests of sockets_name.c: host names, asked of a name server on the board's own loopback.
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "dns_responder.h"
#include "harness.h"

/** Checks what a name resolves to, or fails with. */
static void resolves(const char *name, int result, uint32_t host) {
	uint32_t found = 0;
	CHECK_EQUAL(sockets_resolve(test_port, name, SOCKETS_FOREVER, &found), result);
	if (result == 0)
		CHECK_EQUAL(found, host);
}

static void names_are_asked_for_and_remembered(void) {
	CHECK(dns_responder_start());
	resolves("other.test", 0, 0x0A010203);
	resolves("OTHER.test", 0, 0x0A010203);
	resolves("other.test.", 0, 0x0A010203);
	CHECK(dns_responder_queries() >= 1);
	const unsigned before = dns_responder_queries();
	resolves("other.test", 0, 0x0A010203);
	CHECK_EQUAL(dns_responder_queries(), before); // lwIP remembers it for as long as the answer says
	resolves("nobody.test", SOCKETS_EAI_NONAME, 0);
	dns_responder_stop();
	pass_time(3000);
}

static void names_that_cannot_be_are_not_asked_for(void) {
	CHECK(dns_responder_start());
	char longest[256];
	for (size_t i = 0; i < sizeof longest; i += 1)
		longest[i] = i % 50 == 49 ? '.' : 'a';
	longest[254] = '\0';
	resolves(longest, SOCKETS_EAI_NONAME, 0); // 254 characters
	static const char *const bad[] = {"a..b",
	                                  ".a",
	                                  ".",
	                                  "a b",
	                                  "a\tb",
	                                  "a\nb",
	                                  "x.invalid",
	                                  "INVALID",
	                                  "host.Invalid.",
	                                  "\x7F",
	                                  "b.a234567890123456789012345678901234567890123456789012345678901234"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i += 1)
		resolves(bad[i], SOCKETS_EAI_NONAME, 0);
	resolves("", 0, 0);
	resolves("10.0.0.1", 0, 0x0A000001);
	resolves("localhost", 0, 0x7F000001);
	resolves("LocalHost.", 0, 0x7F000001);
	resolves("my.localhost", 0, 0x7F000001);
	CHECK_EQUAL(dns_responder_queries(), 0);
	resolves("invalid.test", SOCKETS_EAI_NONAME, 0); // only the top-level domain is reserved
	CHECK_EQUAL(dns_responder_queries(), 1);
	longest[253] = '\0';
	resolves(longest, SOCKETS_EAI_NONAME, 0); // 253 characters are asked for
	CHECK_EQUAL(dns_responder_queries(), 2);
	dns_responder_stop();
}

static void without_a_name_server_names_fail_at_once(void) {
	const uint32_t start = clock_now();
	resolves("board.test", SOCKETS_EAI_AGAIN, 0);
	CHECK_EQUAL(clock_now(), start);
}

static void a_name_server_that_does_not_answer_is_not_waited_for_for_ever(void) {
	CHECK(dns_responder_start());
	const uint32_t start = clock_now();
	resolves("silent1.test", SOCKETS_EAI_NONAME, 0);
	CHECK(clock_now() - start > 1000);
	CHECK(clock_now() - start < 30000);
	dns_responder_stop();
}

/** The answer to a query that was given up comes when another one waits in the same slot. */
static void an_answer_that_comes_too_late_reaches_nobody(void) {
	CHECK(dns_responder_start());
	uint32_t host = 7;
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_resolve(test_port, "silent2.test", 500, &host), -ETIMEDOUT);
	CHECK_EQUAL(clock_now() - start, 500);
	CHECK_EQUAL(sockets_resolve(test_port, "silent3.test", 0, &host), -EAGAIN);
	interrupt = true;
	CHECK_EQUAL(sockets_resolve(test_port, "silent4.test", SOCKETS_FOREVER, &host), -EINTR);
	interrupt = false;
	// While this one waits, in the slot that those had, lwIP gives them up and says so.
	CHECK_EQUAL(sockets_resolve(test_port, "silent5.test", SOCKETS_FOREVER, &host), SOCKETS_EAI_NONAME);
	static const char *const names[] = {"silent6.test", "silent7.test", "silent8.test", "silent9.test"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i += 1)
		CHECK_EQUAL(sockets_resolve(test_port, names[i], 0, &host), -EAGAIN);
	CHECK_EQUAL(sockets_resolve(test_port, "board.test", SOCKETS_FOREVER, &host), SOCKETS_EAI_AGAIN); // no more at once
	pass_time(30000);
	resolves("board.test", 0, 0x7F000001);
	CHECK_EQUAL(host, 7);
	dns_responder_stop();
	pass_time(3000);
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test name_tests[] = {
    TEST(names_are_asked_for_and_remembered),
    TEST(names_that_cannot_be_are_not_asked_for),
    TEST(without_a_name_server_names_fail_at_once),
    TEST(a_name_server_that_does_not_answer_is_not_waited_for_for_ever),
    TEST(an_answer_that_comes_too_late_reaches_nobody),
    {NULL, NULL},
};
