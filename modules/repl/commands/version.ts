// SPDX-License-Identifier: MIT
// .version: what firmware this is.

import { name } from "board";
import type { Context } from "repl/commands";
import { VERSION } from "repl/version";

export const usage = "";
export const summary = "the firmware's version, and the board";

export function run(_words: string[], { print }: Context): void {
	print(`camsock ${VERSION} on ${name}\n`);
}
