// SPDX-License-Identifier: MIT
// Runs what a person typed, or a program sent. Read boards/common/source_xs.c for how text becomes a module whose
// declarations stay.

import { check, define, tidy, undefine } from "board/source";

/** The specifier of what is typed; in error stacks too. */
const PROMPT = "prompt";

/**
 * Whether the text can be run: "complete", "incomplete" if more has to follow, else what is wrong with it is for
 * evaluate() to throw.
 */
export function completeness(text: string): "complete" | "incomplete" {
	return check(text) === true && check(asExpression(text)) !== undefined ? "incomplete" : "complete";
}

/** `{ a: 1 }` is a block to the language; at a prompt it is an object, if it can be one. */
function asExpression(text: string): string {
	return /^\s*\{/.test(text) && !/;\s*$/.test(text) ? `(${text}\n)` : text;
}

/**
 * Runs text: top-level await, import and declarations as in a module; what it declares stays.
 *
 * @returns a promise of the value of its last statement, if that is an expression
 * @throws (rejection) SyntaxError, or whatever the text throws
 */
export async function evaluate(text: string): Promise<unknown> {
	const expression = asExpression(text);
	const source = expression !== text && check(expression) === undefined ? expression : text;
	try {
		define(PROMPT, source, PROMPT, true);
		const exports = (await import(PROMPT)) as { default?: unknown };
		return exports.default;
	} finally {
		undefine(PROMPT);
		tidy();
	}
}
