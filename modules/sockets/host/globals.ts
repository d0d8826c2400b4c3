// SPDX-License-Identifier: MIT
// What modules/sockets uses of its surroundings, on boards of camsock's: the global timers, and the console.

export function setTimer(callback: () => void, milliseconds: number): number {
	return setTimeout(callback, milliseconds);
}

export function clearTimer(timer: number | undefined): void {
	clearTimeout(timer);
}

/** One line about an error that nobody has caught. */
export function report(text: string): void {
	console.error(text);
}

export type Timer = number;
