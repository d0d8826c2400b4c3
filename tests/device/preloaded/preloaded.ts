// SPDX-License-Identifier: MIT
// What a preloaded module may hold, for frozen.test.ts: it is loaded, frozen and shared before the application's machine
// exists (on the camera boards it then lies in flash).

let count = 0;

/** Counts its calls in a variable of this module. */
export function next(): number {
	return ++count;
}

export const object: { value: number; inner: { value: number } } = { value: 1, inner: { value: 1 } };
export const array = [1, 2, 3];
export const frozen = Object.freeze({ value: 1 });

/** The value of `object`, as this module sees it. */
export function valueOfObject(): number {
	return object.value;
}

// Made when the module runs, so not constants of its code.
export const text = ["pre", "loaded"].join("");
export const big = 2n ** 70n;
export const symbol = Symbol(["of", "preloaded"].join(" "));
export const made = new Function("a", "b", "return a + b") as (a: number, b: number) => number;

export const map = new Map([["key", 1]]);
export const bytes = new Uint8Array([1, 2, 3]);
export const pattern = /^a+$/;
export const promise = Promise.resolve("settled");

export class Account {
	static count = 0;
	#balance = 0;
	readonly name = ["acc", "ount"].join("");

	deposit(amount: number): number {
		this.#balance += amount;
		return this.#balance;
	}
}
export const account = new Account();

export function fail(): never {
	throw new RangeError("from a preloaded module");
}
