// SPDX-License-Identifier: MIT
// The timers of browsers and node, on the SDK's. What each function is for is in ../common/timers.d.ts; globals.ts makes
// them global.

import Timer from "timer";

/** The longest delay: longer ones count as this. */
const LONGEST = 0x7fffffff;

/** Made when it is first needed: a Map of a preloaded module would be constant. */
let timers: Map<number, Timer> | undefined;
let last = 0;

function remember(timer: Timer): void {
	timers ??= new Map();
	timers.set(last, timer);
}

function milliseconds(delay: unknown): number {
	const number = Math.trunc(Number(delay ?? 0));
	return number > 0 ? Math.min(number, LONGEST) : 0;
}

function check(callback: unknown): void {
	if (typeof callback !== "function") throw new TypeError("callback is no function");
}

export function setTimeout<A extends unknown[]>(callback: (...args: A) => void, delay?: number, ...args: A): number {
	check(callback);
	const id = ++last;
	remember(
		Timer.set(() => {
			timers?.delete(id);
			callback(...args);
		}, milliseconds(delay)),
	);
	return id;
}

/** There is no other clock than the real one here. */
export const setRealTimeout = setTimeout;

export function setInterval<A extends unknown[]>(callback: (...args: A) => void, delay?: number, ...args: A): number {
	check(callback);
	const id = ++last;
	remember(Timer.repeat(() => callback(...args), Math.max(1, milliseconds(delay))));
	return id;
}

export function setImmediate<A extends unknown[]>(callback: (...args: A) => void, ...args: A): number {
	return setTimeout(callback, 0, ...args);
}

export function clear(id: number | undefined): void {
	if (id === undefined) return;
	const timer = timers?.get(id);
	if (!timer) return;
	timers?.delete(id);
	Timer.clear(timer);
}
