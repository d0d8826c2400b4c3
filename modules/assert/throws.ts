// SPDX-License-Identifier: MIT
// The assertions about what a function throws or a promise is rejected with. Read assert.ts first.

import { deepEqual } from "assert/deep";
import { type Message, raise } from "assert/error";
import { inspect } from "inspect";

/** What an error must be: its class, a pattern of its text, some of its properties, or a function that gives true. */
export type ErrorExpectation =
	| RegExp
	| Error
	| (abstract new (
			...args: never[]
	  ) => unknown)
	| ((error: unknown) => boolean)
	| Record<string, unknown>;

/** What was thrown, boxed: anything can be thrown, undefined too. */
type Thrown = { error: unknown } | undefined;

/** A promise, or a function that gives one. */
export type Awaitable = PromiseLike<unknown> | (() => PromiseLike<unknown>);

function attempt(body: () => unknown): Thrown {
	if (typeof body !== "function") throw new TypeError(`expected a function, got ${inspect(body)}`);
	try {
		body();
		return undefined;
	} catch (error) {
		return { error };
	}
}

/** As node: what a function throws before it gives a promise goes through. */
async function attemptAsync(body: Awaitable): Promise<Thrown> {
	const promise = typeof body === "function" ? body() : body;
	if (typeof promise?.then !== "function") throw new TypeError(`expected a promise, got ${inspect(promise)}`);
	try {
		await promise;
		return undefined;
	} catch (error) {
		return { error };
	}
}

/** Whether a function is a class, or the constructor of errors. */
function isClass(expected: unknown): expected is abstract new (...args: never[]) => unknown {
	return typeof expected === "function" && expected.prototype !== undefined;
}

/** Checks what was thrown against what a caller of throws() or rejects() expected. */
function check(
	operator: string,
	missing: string,
	thrown: Thrown,
	expected?: ErrorExpectation | string,
	message?: Message,
) {
	if (typeof expected === "string") return check(operator, missing, thrown, undefined, expected);
	if (!thrown) {
		const name = isClass(expected) && expected.name ? ` (${expected.name})` : "";
		const generated = `${missing}${name}${message === undefined ? "." : `: ${message}`}`;
		return raise(operator, message instanceof Error ? message : undefined, generated, undefined, expected);
	}
	const { error } = thrown;
	if (expected === undefined) return;
	if (expected instanceof RegExp) {
		if (expected.test(String(error))) return;
		raise(operator, message, `The error ${inspect(String(error))} does not match ${expected}`, error, expected);
	}
	if (typeof expected === "function") {
		if (isClass(expected) && error instanceof expected) return;
		// An error of another class tells most itself.
		if (expected === Error || Object.prototype.isPrototypeOf.call(Error, expected)) throw error;
		if ((expected as (error: unknown) => boolean)(error) === true) return;
		raise(operator, message, "The function that checks the error did not give true", error, expected);
	}
	checkProperties(operator, error, expected, message);
}

/** Checks each property of `expected`; patterns match strings. Of an Error, its name and message too. */
function checkProperties(operator: string, error: unknown, expected: object, message: Message): void {
	const keys = Object.keys(expected);
	if (expected instanceof Error) keys.push("name", "message");
	const actual = Object(error) as Record<string, unknown>;
	for (const key of keys) {
		const wanted = (expected as Record<string, unknown>)[key];
		const found = actual[key];
		const fits =
			wanted instanceof RegExp && typeof found === "string"
				? wanted.test(found)
				: key in actual && deepEqual(true, found, wanted);
		if (fits) continue;
		const what = key in actual ? `is ${inspect(found)}` : "is not there";
		raise(operator, message, `The error's ${key} ${what}, not ${inspect(wanted)}`, error, expected);
	}
}

/**
 * Checks that `body` throws, and throws what is expected; gives nothing. An error of another class goes through.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.throws(() => JSON.parse("{"), SyntaxError);
 * ```
 */
export function throws(body: () => unknown, expected?: ErrorExpectation | string, message?: Message): void {
	check("throws", "Missing expected exception", attempt(body), expected, message);
}

/**
 * Checks that a promise, or the one that a function gives, is rejected with what is expected.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * await assert.rejects(Promise.reject(new Error("no route")), /route/);
 * ```
 */
export async function rejects(body: Awaitable, expected?: ErrorExpectation | string, message?: Message): Promise<void> {
	check("rejects", "Missing expected rejection", await attemptAsync(body), expected, message);
}

function unwanted(operator: string, what: string, thrown: Thrown, message: Message): void {
	if (thrown) raise(operator, message, `Got unwanted ${what}: ${thrown.error}`, thrown.error, undefined);
}

/**
 * Checks that `body` does not throw.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * assert.doesNotThrow(() => JSON.parse("{}"));
 * ```
 */
export function doesNotThrow(body: () => unknown, message?: Message): void {
	unwanted("doesNotThrow", "exception", attempt(body), message);
}

/**
 * Checks that a promise, or the one that a function gives, is not rejected.
 *
 * @example
 * ```ts
 * import assert from "assert";
 *
 * await assert.doesNotReject(Promise.resolve(1));
 * ```
 */
export async function doesNotReject(body: Awaitable, message?: Message): Promise<void> {
	unwanted("doesNotReject", "rejection", await attemptAsync(body), message);
}
