// SPDX-License-Identifier: MIT
// .help: what commands and keys there are.

import { type Context, commandNames, loadCommand, UsageError } from "repl/commands";

export const usage = "[command]";
export const summary = "lists the commands and keys, or explains one command";

const KEYS = `
Ctrl-C  interrupts what runs; at the prompt, takes the line away
Ctrl-D  soft reset, on an empty line        Tab     completes
Ctrl-E  paste mode, on an empty line        Up      earlier lines
Ctrl-A  raw mode, for programs              _       the last value
`;

export async function run([name]: string[], { print }: Context): Promise<void> {
	const names = name === undefined ? commandNames() : [name.replace(/^\./, "")];
	for (const each of names) {
		const command = await loadCommand(each);
		if (!command) throw new UsageError(`there is no command .${each}; .help lists them`);
		print(`${`.${each} ${command.usage}`.padEnd(27)} ${command.summary}\n`);
	}
	if (name === undefined) print(KEYS);
}
