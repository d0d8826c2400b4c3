// SPDX-License-Identifier: MIT
// The global `console`: one line of text for each call, on the board's console. Strings are printed as they are, other
// values as modules/inspect shows them.

import { inspect } from "inspect";
import { write } from "./console_native";

/** Who gets the text instead of the console; undefined for the console itself. */
let printer: ((text: string) => void) | undefined;

function print(...values: unknown[]): void {
	let line = "";
	for (let i = 0; i < values.length; i++) {
		const value = values[i];
		if (i > 0) line += " ";
		line += typeof value === "string" ? value : inspect(value);
	}
	line += "\n";
	if (printer) printer(line);
	else write(line);
}

/**
 * Says who prints instead of the console: the prompt does, which has an input line to keep whole.
 *
 * @param handler is given whole lines; null for the console itself
 */
export function onprint(handler: ((text: string) => void) | null): void {
	printer = handler ?? undefined;
}

/** All five do the same: a board has one console. */
export const console = Object.freeze({ debug: print, error: print, info: print, log: print, warn: print });
