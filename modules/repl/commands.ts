// SPDX-License-Identifier: MIT
// The commands of the prompt: `.name` runs the module "repl/commands/name". To add one, put a file into commands/: it is
// found by its name. help.ts shows how one looks.

import { modules } from "board";

/** What a command is given. */
export interface Context {
	/** Prints lines; line feeds included. */
	print(text: string): void;
	/** Columns of the terminal. */
	columns: number;
}

/** What the module of a command exports. */
export interface Command {
	/** What follows the name, as in `[port]`; "" for nothing. */
	usage: string;
	/** What it does, in a few words. */
	summary: string;
	/**
	 * Does it. What it throws is shown as an error; Ctrl-C rejects what it awaits.
	 *
	 * @param words those after the name
	 * @param text all that follows the name
	 */
	run(words: string[], context: Context, text: string): unknown;
}

const FOLDER = "repl/commands/";

/** The names of all commands in the image, sorted. */
export function commandNames(): string[] {
	const names: string[] = [];
	for (const specifier of modules()) if (specifier.startsWith(FOLDER)) names.push(specifier.slice(FOLDER.length));
	return names.sort();
}

/** The command of a name; undefined if there is none. */
export async function loadCommand(name: string): Promise<Command | undefined> {
	return commandNames().includes(name) ? ((await import(FOLDER + name)) as Command) : undefined;
}

/** The arguments of a command are wrong: shown as its message alone. */
export class UsageError extends Error {}
