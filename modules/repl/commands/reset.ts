// SPDX-License-Identifier: MIT
// .reset: a soft reset, as Ctrl-D.

import { reset } from "board";
import type { Context } from "repl/commands";

export const usage = "";
export const summary = "soft reset: all sockets are closed, and the application starts anew";

export function run(_words: string[], { print }: Context): void {
	print("soft reset\n");
	reset();
}
