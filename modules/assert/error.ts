// SPDX-License-Identifier: MIT
// What the assertions throw. Read assert.ts first.

import { inspect } from "inspect";

/** Values longer than this are left out of messages; `expected` and `actual` have them. */
const MESSAGE_VALUE_LIMIT = 72;

/** What an AssertionError tells. */
export interface AssertionErrorOptions {
	message?: string | undefined;
	actual?: unknown;
	expected?: unknown;
	/** The assertion's name. */
	operator?: string;
}

/** What a failed assertion throws. */
export class AssertionError extends Error {
	override name = "AssertionError";
	readonly code = "ERR_ASSERTION";
	readonly actual: unknown;
	readonly expected: unknown;
	readonly operator: string;
	/** Whether the message is ours and not the caller's. */
	readonly generatedMessage: boolean;

	/** `generated` is the message if the caller has none. */
	constructor({ message, actual, expected, operator = "fail" }: AssertionErrorOptions, generated = "Failed") {
		super(message ?? generated);
		this.actual = actual;
		this.expected = expected;
		this.operator = operator;
		this.generatedMessage = message === undefined;
	}
}

/** A message, or an error to throw instead of an AssertionError. */
export type Message = string | Error | undefined;

/** What went wrong, in one line: the values too if they are short. */
export function explain(what: string, actual: unknown, between: string, expected: unknown): string {
	const [left, right] = [inspect(actual), inspect(expected)];
	const short = [left, right].every((text) => text.length <= MESSAGE_VALUE_LIMIT && !text.includes("\n"));
	return short ? `${what}: ${left} ${between} ${right}` : what;
}

/** Throws; the message is the caller's if there is one. */
export function raise(
	operator: string,
	message: Message,
	generated: string,
	actual: unknown,
	expected: unknown,
): never {
	if (message instanceof Error) throw message;
	throw new AssertionError({ message, actual, expected, operator }, generated);
}
