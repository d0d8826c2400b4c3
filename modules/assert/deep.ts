// SPDX-License-Identifier: MIT
// Deep equality as node's assertions have it: the package deep-eql, and where it differs from node, a comparator.

import deepEql from "deep-eql";

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null;
}

/** The elements of a view or a buffer; undefined for anything else. */
function elements(value: object): ArrayLike<unknown> | undefined {
	if (value instanceof ArrayBuffer) return new Uint8Array(value);
	if (value instanceof DataView) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
	return ArrayBuffer.isView(value) ? (value as Uint8Array) : undefined;
}

/** deep-eql's comparator: true and false decide, null leaves it to deep-eql. This is where node differs from it. */
function compare(strict: boolean, left: unknown, right: unknown): boolean | null {
	if (!isObject(left) || !isObject(right)) {
		if (strict || typeof left === "function" || typeof right === "function") return Object.is(left, right);
		// biome-ignore lint/suspicious/noDoubleEquals: the loose comparison is what was asked for.
		return left == right || (Number.isNaN(left) && Number.isNaN(right));
	}
	if (left === right) return true;
	if (strict && Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
	if (left instanceof Error && right instanceof Error && !deepEqual(strict, { ...left }, { ...right })) return false;
	const [these, those] = [elements(left), elements(right)];
	if (!these || !those) return null;
	if (these.length !== those.length) return false;
	for (let i = 0; i < these.length; i++) if (!Object.is(these[i], those[i])) return false;
	return true;
}

/** Whether two values have the same structure; strictly, the same prototypes and primitives (as Object.is) too. */
export function deepEqual(strict: boolean, left: unknown, right: unknown): boolean {
	return deepEql(left, right, { comparator: (a, b) => compare(strict, a, b) });
}
