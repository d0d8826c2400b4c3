// SPDX-License-Identifier: MIT
// Calls the native with the bug that the board's argument names, and ends with status 0 if nothing comes of it.

import { args, exit } from "board";
import { buffer, clean, leak, overflow, past, string } from "planted";

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const bugs: Record<string, () => unknown> = {
	clean: () => clean(bytes.buffer),
	buffer: () => buffer(bytes.buffer),
	// Not a literal: that would be in the bytecode, which does not move.
	string: () => string(`text of ${args.length} word`),
	past: () => past(bytes.buffer),
	overflow: () => overflow(0x7fffffff),
	leak: () => leak(),
};

const bug = bugs[args[0] as string];
if (!bug) throw new Error(`no bug ${args[0]}`);
console.log(`result ${bug()}`);
exit(0);
