// SPDX-License-Identifier: MIT
// The initial sequence numbers of TCP, as RFC 6528 has them: a clock, which goes on between two incarnations of one
// connection, plus a keyed hash of the connection's names, which nobody can guess. lwIP's own are a counter of ticks.
// The hash is SipHash-2-4 (Aumasson and Bernstein, 2012).
#include "tcp_isn.h"

#include "board.h"
#include "hooks.h"

// The clock of RFC 9293, 3.4.1, goes on once in 4 microseconds.
#define TICKS 250

static struct {
	bool made;
	uint64_t key[2];
	uint32_t since; // for the clock: with a new secret it may begin anywhere
} secret;

void tcp_isn_begin_again(void) {
	for (unsigned i = 0; i < 2; i++) {
		uint64_t high = board_random();
		secret.key[i] = high << 32 | board_random();
	}
	secret.since = board_milliseconds();
	secret.made = true;
}

static inline uint64_t rotate(uint64_t x, unsigned bits) {
	return x << bits | x >> (64 - bits);
}

/* A SipRound on four variables. */
#define ROUND(a, b, c, d)                                                                                              \
	do {                                                                                                               \
		a += b, b = rotate(b, 13) ^ a, a = rotate(a, 32);                                                              \
		c += d, d = rotate(d, 16) ^ c;                                                                                 \
		a += d, d = rotate(d, 21) ^ a;                                                                                 \
		c += b, b = rotate(b, 17) ^ c, c = rotate(c, 32);                                                              \
	} while (0)

uint64_t tcp_isn_siphash(const uint64_t key[2], uint64_t first, uint64_t second) {
	uint64_t a = key[0] ^ 0x736f6d6570736575, b = key[1] ^ 0x646f72616e646f6d;
	uint64_t c = key[0] ^ 0x6c7967656e657261, d = key[1] ^ 0x7465646279746573;
	d ^= first;
	for (unsigned i = 0; i < 2; i++)
		ROUND(a, b, c, d);
	a ^= first;
	second |= (uint64_t)12 << 56; // the last word has the length
	d ^= second;
	for (unsigned i = 0; i < 2; i++)
		ROUND(a, b, c, d);
	a ^= second;
	c ^= 0xff;
	for (unsigned i = 0; i < 4; i++)
		ROUND(a, b, c, d);
	return a ^ b ^ c ^ d;
}

/* lwIP opens a connection: its names, addresses in network byte order. */
uint32_t tcp_isn(uint32_t local, uint16_t local_port, uint32_t remote, uint16_t remote_port) {
	if (!secret.made)
		tcp_isn_begin_again();
	uint64_t ports = (uint64_t)local_port << 16 | remote_port;
	uint64_t hash = tcp_isn_siphash(secret.key, (uint64_t)local << 32 | remote, ports);
	return (board_milliseconds() - secret.since) * TICKS + (uint32_t)hash;
}
