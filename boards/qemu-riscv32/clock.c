// SPDX-License-Identifier: MIT
// The clock: milliseconds, sleep. The timer's 64 bits count ten million ticks a second.
#include "hardware.h"

#include "board.h"

#include <sys/time.h>

#define MTIMECMP (CLINT_BASE + 0x4000)
#define MTIME (CLINT_BASE + 0xbff8)

// The longest sleep. The timer's low word goes round after 429 s: the clock must be looked at more often.
#define LONGEST 60000u

/* The timer. Its high word may change between the two reads. */
static uint64_t ticks(void) {
	for (;;) {
		uint32_t high = REGISTER32(MTIME + 4), low = REGISTER32(MTIME);
		if (high == REGISTER32(MTIME + 4))
			return (uint64_t)high << 32 | low;
	}
}

/* Called at nearly every turn of the loops: so it divides 32 bits, which is one instruction. */
uint32_t board_real_milliseconds(void) {
	static uint32_t last, milliseconds; // ticks (low word) that `milliseconds` stands for
	uint32_t passed = (REGISTER32(MTIME) - last) / TICKS;
	last += passed * TICKS;
	milliseconds += passed;
	return milliseconds;
}

static uint64_t slept; // as the counter of instructions has it

/* The processor's counter. With QEMU's -icount shift=0 it goes on while the processor sleeps, one for each nanosecond.
 */
static uint64_t counter(void) {
	for (;;) {
		uint32_t high = CSR_READ(minstreth), low = CSR_READ(minstret);
		if (high == CSR_READ(minstreth))
			return (uint64_t)high << 32 | low;
	}
}

/* How many instructions there were since the reset; exact with -icount shift=0. */
uint64_t clock_instructions(void) {
	return counter() - slept;
}

/* Sleeps until an interrupt is pending, or so many milliseconds have passed. Interrupts are off, and stay so. */
void clock_sleep(uint32_t milliseconds) {
	uint64_t due = ticks() + (uint64_t)(milliseconds < LONGEST ? milliseconds : LONGEST) * TICKS;
	REGISTER32(MTIMECMP + 4) = UINT32_MAX; // no false alarm between the two words
	REGISTER32(MTIMECMP) = (uint32_t)due;
	REGISTER32(MTIMECMP + 4) = (uint32_t)(due >> 32);
	CSR_SET(mie, MIE_TIMER);
	uint64_t before = counter();
	__asm__ volatile("wfi" ::: "memory");
	slept += counter() - before;
	CSR_CLEAR(mie, MIE_TIMER);
}

/* The time of day, for Date. Reading the low word holds the high one. */
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
	(void)zone;
	uint32_t low = REGISTER32(RTC_BASE), high = REGISTER32(RTC_BASE + 4);
	uint64_t microseconds = ((uint64_t)high << 32 | low) / 1000;
	time->tv_sec = (time_t)(microseconds / 1000000);
	time->tv_usec = (suseconds_t)(microseconds % 1000000);
	return 0;
}
