// SPDX-License-Identifier: MIT
// The clock and the random numbers of an emulated board, real or virtual. docs/simulator.md says what for; the module
// "board/time" switches it.
//
// Virtual, the clock stands still while JavaScript, natives or the stack run. Where the board would sleep
// (board_network_step) it jumps instead: to the next timer, of whichever kind, or to the limit of the wait. The real
// world still gets its turn: at each jump the board looks at its serial line and its network, without waiting for them.
// Whoever waits for something real (a person, a UART, a host's socket) or guards a program against itself (the deadline
// of board.deadline()) takes board_real_milliseconds(), which is never virtual.
#include "virtual_time.h"

#include "board.h"
#include "stack.h"

// What Date starts with at each start of virtual time: 2000-01-01T00:00:00Z, in seconds.
#define DATE 946684800

static struct {
	bool on;
	uint32_t offset; // of the real clock, while that counts: it goes on from where the virtual one was
	uint32_t now;    // of the virtual one
	uint64_t passed; // since it was switched on
	uint32_t random; // the state of the generator
} state;

uint32_t board_milliseconds(void) {
	return state.on ? state.now : board_real_milliseconds() + state.offset;
}

/* A counter, hashed (the constants are those of MurmurHash3's finalizer): each seed has a period of 2^32. */
unsigned int board_random(void) {
	if (!state.on)
		return board_real_random();
	uint32_t x = state.random += 0x9e3779b9;
	x = (x ^ x >> 16) * 0x85ebca6b;
	x = (x ^ x >> 13) * 0xc2b2ae35;
	return x ^ x >> 16;
}

void board_time_virtual(uint32_t seed) {
	state.now = board_milliseconds();
	state.passed = 0;
	state.random = seed;
	state.on = true;
	stack_begin_again();
}

void board_time_real(void) {
	if (!state.on)
		return;
	state.on = false;
	state.offset = state.now - board_real_milliseconds();
	stack_begin_again(); // nobody shall know the numbers that follow
}

bool board_time_is_virtual(void) {
	return state.on;
}

/* Whether a board that has nothing to do for so long jumps over that time, instead of sleeping. */
bool virtual_time_jumps(uint32_t sleep) {
	return state.on && sleep > 0 && sleep != UINT32_MAX;
}

void virtual_time_jump(uint32_t milliseconds) {
	state.now += milliseconds;
	state.passed += milliseconds;
}

/* gettimeofday() for XS: Date. */
int virtual_time_of_day(struct timeval *time, void *zone) {
	if (!state.on)
		return gettimeofday(time, zone);
	time->tv_sec = (time_t)(DATE + state.passed / 1000);
	time->tv_usec = (suseconds_t)(state.passed % 1000 * 1000);
	return 0;
}

/* rand() for XS: Math.random(). */
int virtual_time_rand(void) {
	return (int)(board_random() & 0x7fffffff);
}
