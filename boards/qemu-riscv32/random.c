// SPDX-License-Identifier: MIT
// Unpredictable numbers: ChaCha20 (RFC 8439), keyed with the 32 bytes that whoever starts the board gives it. The
// machine has no source of its own; with the same setting the numbers are the same, which the benchmarks use.
#include "random.h"

#include "board.h"

#include <stdlib.h>
#include <string.h>

static struct {
	uint32_t input[16]; // constants, key, counter, nonce
	uint32_t output[16];
	unsigned left; // of output
} state = {.input = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}};

/* Without a seed the numbers are the same at each start. */
void random_start(const uint32_t seed[8]) {
	memcpy(state.input + 4, seed, 32);
}

static uint32_t rotate(uint32_t x, unsigned bits) {
	return x << bits | x >> (32 - bits);
}

static void quarter_round(uint32_t *x, unsigned a, unsigned b, unsigned c, unsigned d) {
	x[a] += x[b];
	x[d] = rotate(x[d] ^ x[a], 16);
	x[c] += x[d];
	x[b] = rotate(x[b] ^ x[c], 12);
	x[a] += x[b];
	x[d] = rotate(x[d] ^ x[a], 8);
	x[c] += x[d];
	x[b] = rotate(x[b] ^ x[c], 7);
}

unsigned int board_real_random(void) {
	if (!state.left) {
		uint32_t *x = state.output;
		memcpy(x, state.input, sizeof state.input);
		for (unsigned i = 0; i < 10; i++) {
			for (unsigned j = 0; j < 4; j++)
				quarter_round(x, j, j + 4, j + 8, j + 12);
			for (unsigned j = 0; j < 4; j++)
				quarter_round(x, j, 4 + (j + 1) % 4, 8 + (j + 2) % 4, 12 + (j + 3) % 4);
		}
		for (unsigned i = 0; i < 16; i++)
			x[i] += state.input[i];
		state.input[12]++;
		state.left = 16;
	}
	return state.output[--state.left];
}

/* C's, which Math.random() takes. */
int rand(void) {
	return (int)(board_real_random() & RAND_MAX);
}
