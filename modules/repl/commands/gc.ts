// SPDX-License-Identifier: MIT
// .gc: collects garbage.

import { memory } from "board";
import type { Context } from "repl/commands";

export const usage = "";
export const summary = "collects garbage and tells what is left";

export function run(_words: string[], { print }: Context): void {
	const { chunks, slots } = memory();
	print(`${chunks} bytes of chunks, ${slots} slots\n`);
}
