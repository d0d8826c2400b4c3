// SPDX-License-Identifier: MIT
// The global `console`: one line of text for each call, on the board's console. Strings are printed as they are, other
// values as modules/inspect shows them.

import { inspect } from "inspect";
import { write } from "./console_native";

function print(...values: unknown[]): void {
	let line = "";
	for (let i = 0; i < values.length; i++) {
		const value = values[i];
		if (i > 0) line += " ";
		line += typeof value === "string" ? value : inspect(value);
	}
	write(`${line}\n`);
}

/** All five do the same: a board has one console. */
export const console = Object.freeze({ debug: print, error: print, info: print, log: print, warn: print });
