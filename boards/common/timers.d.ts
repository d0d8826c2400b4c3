// SPDX-License-Identifier: MIT
// Timers, as browsers and node have them; ambient.d.ts declares the global names.

/**
 * Calls `callback(...args)` once, from the main loop.
 *
 * @param delay milliseconds, cut to whole ones; default 0; at most 2147483647, longer ones count as that
 * @returns a number for {@link clear}
 * @throws TypeError if `callback` is no function
 */
export function setTimeout<A extends unknown[]>(callback: (...args: A) => void, delay?: number, ...args: A): number;
/** `new Promise((resolve) => setTimeout(resolve, 100))`: a promise of no matter what is resolved with undefined. */
export function setTimeout(callback: (value: unknown) => void, delay?: number): number;

/** Calls `callback(...args)` every `delay` milliseconds, counted from one call's start to the next. */
export function setInterval<A extends unknown[]>(callback: (...args: A) => void, delay?: number, ...args: A): number;

/** Calls `callback(...args)` in the next turn of the main loop. */
export function setImmediate<A extends unknown[]>(callback: (...args: A) => void, ...args: A): number;
export function setImmediate(callback: (value: unknown) => void): number;

/**
 * As {@link setTimeout}, by the real clock: for limits of programs that may make the board's clock virtual (docs/simulator.md).
 * Its time passes while nothing happens, and is no time that a virtual clock jumps to.
 */
export function setRealTimeout(callback: () => void, delay?: number): number;

/** Takes a timer of any kind back; does nothing if it has run, or if `id` is no timer's. */
export function clear(id: number | undefined): void;
