// SPDX-License-Identifier: MIT
// Virtual time, for tests on the emulated boards. docs/simulator.md has what can be done with it; ../virtual_time.c is how it works.

/**
 * Makes the board's clock virtual: it stands still while anything runs, and when the board has nothing to do it jumps to the next
 * timer, whoever has set it: lwIP, `setTimeout`, the timeout of a call that waits. So what takes minutes (TIME_WAIT, keepalive, a
 * retransmission's back-off) takes milliseconds.
 *
 * Timers, timeouts, Date (which starts at 2000-01-01T00:00:00Z), Math.random() and all random numbers of the stack go with it, so a program
 * that talks to nobody outside of the board does the same at each run with one seed, if there is no connection when this is called. The time
 * limits of tests, board.deadline(), Ctrl-C and the serial line stay with the real clock. It ends with stopVirtualTime(), and with the
 * application. Calling it while the clock is virtual starts with a new seed.
 *
 * @param seed of the random numbers, a whole number from 0 to 4294967295; default 0
 * @throws RangeError if the seed is no such number
 * @example
 * ```ts
 * import { now, startVirtualTime, stopVirtualTime } from "board/time";
 *
 * startVirtualTime(1);
 * const before = now();
 * await new Promise((resolve) => setTimeout(resolve, 3_600_000)); // takes no time
 * console.log((now() - before) >>> 0); // → 3600000
 * stopVirtualTime();
 * ```
 */
export function startVirtualTime(seed?: number): void;

/**
 * Makes the clock real again. It goes on from the time that it has now, never back. Does nothing if it is real. Never throws.
 *
 * @example
 * ```ts
 * import { isVirtualTime, startVirtualTime, stopVirtualTime } from "board/time";
 *
 * startVirtualTime();
 * console.log(new Date().getUTCFullYear()); // → 2000
 * stopVirtualTime();
 * console.log(isVirtualTime(), new Date().getUTCFullYear() > 2000); // → false true
 * ```
 */
export function stopVirtualTime(): void;

/**
 * Whether the clock is virtual. Never throws.
 *
 * @example
 * ```ts
 * import { isVirtualTime } from "board/time";
 *
 * console.log(isVirtualTime()); // → false
 * ```
 */
export function isVirtualTime(): boolean;

/**
 * The board's clock: milliseconds since some moment before the start, 0 to 4294967295, then 0 again. Take differences:
 * `(now() - before) >>> 0`. Never throws.
 *
 * @example
 * ```ts
 * import { now } from "board/time";
 *
 * const before = now();
 * await new Promise((resolve) => setTimeout(resolve, 2));
 * console.log((now() - before) >>> 0 >= 2); // → true
 * ```
 */
export function now(): number;
