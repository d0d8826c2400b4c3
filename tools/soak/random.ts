// SPDX-License-Identifier: MIT
// Numbers that only look random: the same ones for the same seed.

/** A stream of numbers from a seed (mulberry32). */
export class Random {
	#state: number;

	/** @param seeds whole numbers; each combination is a stream of its own */
	constructor(...seeds: readonly number[]) {
		this.#state = 0;
		for (const seed of seeds) this.#state = (Math.floor(this.fraction() * 2 ** 32) ^ seed) | 0;
	}

	/** From 0 to just below 1. */
	fraction(): number {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
		return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number, both ends included. */
	whole(from: number, to: number): number {
		return from + Math.floor(this.fraction() * (to - from + 1));
	}

	/** A whole number, small ones as likely as large ones: each doubling is as likely as the next. */
	size(from: number, to: number): number {
		return Math.round(from * (to / from) ** this.fraction());
	}

	chance(share: number): boolean {
		return this.fraction() < share;
	}

	/** One of them, as often as its weight says. */
	choose<T extends { weight: number }>(all: readonly T[]): T {
		let left = this.fraction() * all.reduce((sum, { weight }) => sum + weight, 0);
		for (const one of all) {
			left -= one.weight;
			if (left < 0) return one;
		}
		return all.at(-1) as T;
	}
}
