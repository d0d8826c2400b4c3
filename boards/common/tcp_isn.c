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

static uint64_t rotate(uint64_t x, unsigned bits) {
	return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[4], unsigned count) {
	while (count-- > 0) {
		v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
		v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
	}
}

/* SipHash-2-4 of two words of a message of 12 bytes: the last one has the length in its upper byte. */
static uint64_t siphash(uint64_t first, uint64_t last) {
	uint64_t v[4] = {secret.key[0] ^ 0x736f6d6570736575, secret.key[1] ^ 0x646f72616e646f6d,
	                 secret.key[0] ^ 0x6c7967656e657261, secret.key[1] ^ 0x7465646279746573};
	const uint64_t words[] = {first, last};
	for (unsigned i = 0; i < 2; i++) {
		v[3] ^= words[i];
		rounds(v, 2);
		v[0] ^= words[i];
	}
	v[2] ^= 0xff;
	rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* lwIP opens a connection: its names, addresses in network byte order. */
uint32_t tcp_isn(uint32_t local, uint16_t local_port, uint32_t remote, uint16_t remote_port) {
	if (!secret.made)
		tcp_isn_begin_again();
	uint64_t ports = (uint64_t)local_port << 16 | remote_port;
	uint64_t hash = siphash((uint64_t)local << 32 | remote, (uint64_t)12 << 56 | ports);
	return (board_milliseconds() - secret.since) * TICKS + (uint32_t)hash;
}
