// SPDX-License-Identifier: MIT
// The initial sequence numbers of TCP, as RFC 6528 has them: a clock, which goes on between two incarnations of one
// connection, plus a keyed hash of the connection's names, which nobody can guess. lwIP's own are a counter of ticks.
// The hash is HalfSipHash-2-4, SipHash (Aumasson and Bernstein, 2012) with words of 32 bits.
#include "tcp_isn.h"

#include "board.h"
#include "hooks.h"

// The clock of RFC 9293, 3.4.1, goes on once in 4 microseconds.
#define TICKS 250

static struct {
	bool made;
	uint32_t key[2];
	uint32_t since; // for the clock: with a new secret it may begin anywhere
} secret;

void tcp_isn_begin_again(void) {
	for (unsigned i = 0; i < 2; i++)
		secret.key[i] = board_random();
	secret.since = board_milliseconds();
	secret.made = true;
}

static inline uint32_t rotate(uint32_t x, unsigned bits) {
	return x << bits | x >> (32 - bits);
}

static void rounds(uint32_t v[4], unsigned count) {
	uint32_t a = v[0], b = v[1], c = v[2], d = v[3];
	while (count-- > 0) {
		a += b, b = rotate(b, 5) ^ a, a = rotate(a, 16);
		c += d, d = rotate(d, 8) ^ c;
		a += d, d = rotate(d, 7) ^ a;
		c += b, b = rotate(b, 13) ^ c, c = rotate(c, 16);
	}
	v[0] = a, v[1] = b, v[2] = c, v[3] = d;
}

/* HalfSipHash-2-4 of three words. */
static uint32_t hash(const uint32_t words[3]) {
	uint32_t v[4] = {secret.key[0], secret.key[1], secret.key[0] ^ 0x6c796765, secret.key[1] ^ 0x74656462};
	for (unsigned i = 0; i < 4; i++) {
		uint32_t word = i < 3 ? words[i] : 12u << 24; // the length, at last
		v[3] ^= word;
		rounds(v, 2);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	rounds(v, 4);
	return v[1] ^ v[3];
}

/* lwIP opens a connection: its names, addresses in network byte order. */
uint32_t tcp_isn(uint32_t local, uint16_t local_port, uint32_t remote, uint16_t remote_port) {
	if (!secret.made)
		tcp_isn_begin_again();
	const uint32_t words[] = {local, remote, (uint32_t)local_port << 16 | remote_port};
	return (board_milliseconds() - secret.since) * TICKS + hash(words);
}
