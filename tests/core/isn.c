// SPDX-License-Identifier: MIT
// Tests of TCP's initial sequence numbers (boards/common/tcp_isn.c): RFC 6528.
#include <stddef.h>

#include "harness.h"
#include "hooks.h"
#include "tcp_isn.h"

/** From the reference implementation's vectors: key 00 01 .. 0f, message 00 01 .. 0b. */
static void siphash_is_that_of_the_reference(void) {
	const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
	CHECK(tcp_isn_siphash(key, 0x0706050403020100, 0x0b0a0908) == 0x751e8fbc860ee5fb);
}

static void numbers_of_a_connection_go_on_with_the_clock(void) {
	const uint32_t first = tcp_isn(1, 80, 2, 5000);
	CHECK_EQUAL(tcp_isn(1, 80, 2, 5000), first);
	pass_time(1000);
	CHECK_EQUAL(tcp_isn(1, 80, 2, 5000) - first, 250000); // one in 4 microseconds: RFC 9293, 3.4.1
}

/** The distance from a connection's number to the next port's, which who has a connection of his own would like to
 * know. */
static void numbers_of_other_connections_cannot_be_guessed(void) {
	uint32_t seen[64];
	for (unsigned i = 0; i < 64; i += 1) {
		const uint16_t port = (uint16_t)(5000 + i);
		seen[i] = tcp_isn(1, 80, 2, port + 1) - tcp_isn(1, 80, 2, port);
		for (unsigned j = 0; j < i; j += 1)
			CHECK(seen[i] != seen[j]);
	}
	CHECK(tcp_isn(1, 80, 2, 5000) != tcp_isn(1, 80, 3, 5000));
	CHECK(tcp_isn(1, 80, 2, 5000) != tcp_isn(3, 80, 2, 5000));
	CHECK(tcp_isn(1, 80, 2, 5000) != tcp_isn(1, 81, 2, 5000));
}

static void another_secret_gives_other_numbers(void) {
	const uint32_t before = tcp_isn(1, 80, 2, 5000);
	tcp_isn_begin_again();
	CHECK(tcp_isn(1, 80, 2, 5000) != before);
}

const struct test isn_tests[] = {
    {"siphash_is_that_of_the_reference", siphash_is_that_of_the_reference},
    {"numbers_of_a_connection_go_on_with_the_clock", numbers_of_a_connection_go_on_with_the_clock},
    {"numbers_of_other_connections_cannot_be_guessed", numbers_of_other_connections_cannot_be_guessed},
    {"another_secret_gives_other_numbers", another_secret_gives_other_numbers},
    {NULL, NULL},
};
