// SPDX-License-Identifier: MIT
// Random choices from a seed, the same on every board.

/** The lower 32 bits of a product. Math.imul is the same, but XS computes it by an overflow that C does not define. */
function multiply(a: number, b: number): number {
	return (((a & 0xffff) * b) % 0x1_0000_0000) + ((((a >>> 16) * b) & 0xffff) >>> 0) * 0x1_0000;
}

/** One stream of numbers. `purpose` makes those of one seed independent of each other. */
export class Random {
	#state: number;

	constructor(seed: number, purpose = 0) {
		this.#state = (seed ^ multiply(purpose + 1, 0x9e3779b9)) >>> 0;
		this.next();
	}

	/** 0 to 2^32 - 1: a counter, hashed by MurmurHash3's finalizer. */
	next(): number {
		this.#state = (this.#state + 0x9e3779b9) >>> 0;
		let x = this.#state;
		x = multiply((x ^ (x >>> 16)) >>> 0, 0x85ebca6b) >>> 0;
		x = multiply((x ^ (x >>> 13)) >>> 0, 0xc2b2ae35) >>> 0;
		return (x ^ (x >>> 16)) >>> 0;
	}

	/** A whole number, 0 to `count` - 1. */
	below(count: number): number {
		return this.next() % count;
	}

	/** True with this probability. */
	chance(probability: number): boolean {
		return this.next() < probability * 0x1_0000_0000;
	}

	pick<T>(from: readonly T[]): T {
		return from[this.below(from.length)] as T;
	}
}
