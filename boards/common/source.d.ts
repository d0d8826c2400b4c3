// SPDX-License-Identifier: MIT
// Types of source.js.

/**
 * Looks whether a text is a module.
 *
 * @returns undefined if it is; true if more has to follow, as after `if (x) {`; else what is wrong
 */
export function check(text: string): undefined | true | string;

/**
 * Parses a module and has it ready for `import(specifier)`, instead of what had that specifier before.
 *
 * @param text a string, or UTF-8
 * @param path what error stacks call it
 * @param interactive make everything that it declares a variable of the global scope, and export the value of its
 * last statement as `default`
 * @returns bytes of its code
 * @throws SyntaxError; RangeError if the parser has no room for it
 */
export function define(specifier: string, text: string | ArrayBuffer, path: string, interactive?: boolean): number;

/** Forgets a module; who has imported it still has it. */
export function undefine(specifier: string): void;

/** Takes the names out of the global scope that an interactive module has declared and then, failing, given no value. */
export function tidy(): void;

/** The variables of the global scope that are no properties of globalThis: let, const, class, and what was published. */
export function names(): string[];

/** The value of such a variable. */
export function lookup(name: string): unknown;
