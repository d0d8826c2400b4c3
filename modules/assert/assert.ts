// SPDX-License-Identifier: MIT
// Assertions with node's names and meaning (https://nodejs.org/docs/latest-v20.x/api/assert.html): `import assert from
// "assert"`. Not there: CallTracker, and assert.fail with several arguments. deepStrictEqual compares prototypes, own
// enumerable properties, Map, Set, typed arrays, dates, errors and cycles (by the package deep-eql); Sets and Maps whose
// keys are objects must have them in the same order.

import { deepEqual } from "assert/deep";
import { AssertionError, explain, type Message, raise } from "assert/error";
import { doesNotReject, doesNotThrow, rejects, throws } from "assert/throws";
import { inspect } from "inspect";

export type { AssertionErrorOptions, Message } from "assert/error";
export type { Awaitable, ErrorExpectation } from "assert/throws";
export { AssertionError, doesNotReject, doesNotThrow, rejects, throws };

/**
 * Checks that `value` is truthy.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.ok("a word");
 * ```
 */
export function ok(value: unknown, message?: Message): asserts value {
	if (!value) raise("ok", message, `The value is not truthy: ${inspect(value)}`, value, true);
}

/**
 * Checks `actual == expected`; NaN equals NaN.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.equal("42", 42);
 * ```
 */
export function equal(actual: unknown, expected: unknown, message?: Message): void {
	// biome-ignore lint/suspicious/noDoubleEquals: as node's.
	if (actual == expected || (Number.isNaN(actual) && Number.isNaN(expected))) return;
	raise("==", message, explain("Expected values to be loosely equal", actual, "!=", expected), actual, expected);
}

/**
 * Checks `actual != expected`.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.notEqual("42", 43);
 * ```
 */
export function notEqual(actual: unknown, expected: unknown, message?: Message): void {
	// biome-ignore lint/suspicious/noDoubleEquals: as node's.
	if (actual != expected && !(Number.isNaN(actual) && Number.isNaN(expected))) return;
	raise("!=", message, explain("Expected values to differ", actual, "==", expected), actual, expected);
}

/**
 * Checks `Object.is(actual, expected)`.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.strictEqual(6 * 7, 42);
 * ```
 */
export function strictEqual<T>(actual: unknown, expected: T, message?: Message): asserts actual is T {
	if (Object.is(actual, expected)) return;
	raise(
		"strictEqual",
		message,
		explain("Expected values to be strictly equal", actual, "!==", expected),
		actual,
		expected,
	);
}

/**
 * Checks `!Object.is(actual, expected)`.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.notStrictEqual("42", 42);
 * ```
 */
export function notStrictEqual(actual: unknown, expected: unknown, message?: Message): void {
	if (!Object.is(actual, expected)) return;
	raise("notStrictEqual", message, `Expected values to differ strictly: ${inspect(actual)}`, actual, expected);
}

/**
 * Checks that two values have the same structure, primitives compared with `==`.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.deepEqual([1, 2], ["1", "2"]);
 * ```
 */
export function looseDeepEqual(actual: unknown, expected: unknown, message?: Message): void {
	if (deepEqual(false, actual, expected)) return;
	raise("deepEqual", message, "Expected values to be loosely deep-equal", actual, expected);
}

/**
 * Checks that two values do not have the same structure, primitives compared with `==`.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.notDeepEqual([1, 2], [2, 1]);
 * ```
 */
export function notLooseDeepEqual(actual: unknown, expected: unknown, message?: Message): void {
	if (!deepEqual(false, actual, expected)) return;
	raise("notDeepEqual", message, "Expected values not to be loosely deep-equal", actual, expected);
}

/**
 * Checks that two values have the same structure, prototypes and primitives.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.deepStrictEqual({ host: "10.1.2.3", port: 80 }, { port: 80, host: "10.1.2.3" });
 * ```
 */
export function deepStrictEqual<T>(actual: unknown, expected: T, message?: Message): asserts actual is T {
	if (deepEqual(true, actual, expected)) return;
	raise("deepStrictEqual", message, "Expected values to be strictly deep-equal", actual, expected);
}

/**
 * Checks that two values differ somewhere in structure, prototypes or primitives.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.notDeepStrictEqual([1, 2], ["1", "2"]);
 * ```
 */
export function notDeepStrictEqual(actual: unknown, expected: unknown, message?: Message): void {
	if (!deepEqual(true, actual, expected)) return;
	raise("notDeepStrictEqual", message, "Expected values not to be strictly deep-equal", actual, expected);
}

/**
 * Checks that `text` is a string that matches.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.match("10.1.2.3", /^\d+(\.\d+){3}$/);
 * ```
 */
export function match(text: string, pattern: RegExp, message?: Message): void {
	if (typeof text === "string" && pattern.test(text)) return;
	raise("match", message, explain("The value does not match", text, "by", pattern), text, pattern);
}

/**
 * Checks that `text` is a string that does not match.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.doesNotMatch("a.b.c", /\d/);
 * ```
 */
export function doesNotMatch(text: string, pattern: RegExp, message?: Message): void {
	if (typeof text === "string" && !pattern.test(text)) return;
	raise("doesNotMatch", message, explain("The value matches", text, "by", pattern), text, pattern);
}

/**
 * Throws.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * const late = false;
 * if (late) assert.fail("too late");
 * ```
 */
export function fail(message?: string | Error): never {
	if (message instanceof Error) throw message;
	throw new AssertionError({ message, operator: "fail" });
}

/**
 * Throws unless `value` is null or undefined, as the error of a callback should be.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.ifError(null);
 * ```
 */
export function ifError(value: unknown): asserts value is null | undefined {
	if (value === null || value === undefined) return;
	const what = value instanceof Error ? value.message : inspect(value);
	raise("ifError", undefined, `ifError got unwanted exception: ${what}`, value, null);
}

/** The default export. Written out, because TypeScript narrows types only by assertions that are declared. */
export interface Assertions {
	/** assert(value) is assert.ok(value). */
	(value: unknown, message?: Message): asserts value;
	AssertionError: typeof AssertionError;
	deepEqual: typeof looseDeepEqual;
	deepStrictEqual: typeof deepStrictEqual;
	doesNotMatch: typeof doesNotMatch;
	doesNotReject: typeof doesNotReject;
	doesNotThrow: typeof doesNotThrow;
	equal: typeof equal;
	fail: typeof fail;
	ifError: typeof ifError;
	match: typeof match;
	notDeepEqual: typeof looseDeepEqual;
	notDeepStrictEqual: typeof notDeepStrictEqual;
	notEqual: typeof notEqual;
	notStrictEqual: typeof notStrictEqual;
	ok: typeof ok;
	rejects: typeof rejects;
	strictEqual: typeof strictEqual;
	throws: typeof throws;
}

export interface Assert extends Assertions {
	/** The same with equal, deepEqual and their opposites strict. */
	strict: Assertions;
}

const parts = {
	AssertionError,
	deepEqual: looseDeepEqual,
	deepStrictEqual,
	doesNotMatch,
	doesNotReject,
	doesNotThrow,
	equal,
	fail,
	ifError,
	match,
	notDeepEqual: notLooseDeepEqual,
	notDeepStrictEqual,
	notEqual,
	notStrictEqual,
	ok,
	rejects,
	strictEqual,
	throws,
};

/** The assertions with `equal`, `deepEqual` and their opposites strict. */
const strict: Assertions = Object.assign((value: unknown, message?: Message) => ok(value, message), parts, {
	deepEqual: deepStrictEqual,
	equal: strictEqual,
	notDeepEqual: notDeepStrictEqual,
	notEqual: notStrictEqual,
});

/** `assert(value)` is `assert.ok(value)`; the other assertions are its properties. */
const assert: Assert = Object.assign((value: unknown, message?: Message) => ok(value, message), parts, { strict });

export { assert as default, looseDeepEqual as deepEqual, notLooseDeepEqual as notDeepEqual, strict };
