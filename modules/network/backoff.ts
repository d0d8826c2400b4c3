// SPDX-License-Identifier: MIT
// How long to wait before the next try: longer after each failure, so that a board does not keep the air busy, and never
// quite as long as another board that failed at the same moment.

/** Milliseconds before the first try again, and at most. */
const FIRST = 1000;
const LONGEST = 60_000;

/** Delays between tries: doubled each time up to a minute, each shortened by up to a quarter at random. */
export class Backoff {
	#failures = 0;

	/**
	 * The delay after one more failure.
	 *
	 * @param random 0 to 1
	 * @returns milliseconds, 750 to 60000
	 * @example
	 * ```ts
	 * import { Backoff } from "network/backoff";
	 *
	 * const backoff = new Backoff();
	 * console.log(backoff.failed(0), backoff.failed(0), backoff.failed(1)); // → 1000 2000 3000
	 * ```
	 */
	failed(random: number = Math.random()): number {
		const delay = Math.min(LONGEST, FIRST * 2 ** Math.min(this.#failures, 10));
		this.#failures++;
		return Math.round(delay * (1 - random / 4));
	}

	/** A try has succeeded: the next failure is the first again. */
	succeeded(): void {
		this.#failures = 0;
	}
}
