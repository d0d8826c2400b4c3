// SPDX-License-Identifier: MIT
// The command line: finds the command, reads its words, runs it. Read cli/command.ts for what a command is.
import { type Command, readWords } from "./cli/command.js";
import { complain, Failure } from "./cli/report.js";
import { bench } from "./commands/bench.js";
import { boards } from "./commands/boards.js";
import { build } from "./commands/build.js";
import { checkBoards } from "./commands/check-boards.js";
import { clean } from "./commands/clean.js";
import { docs } from "./commands/docs.js";
import { doctor } from "./commands/doctor.js";
import { exec } from "./commands/exec.js";
import { flash } from "./commands/flash.js";
import { fuzz } from "./commands/fuzz.js";
import { format, lint } from "./commands/lint.js";
import { repl } from "./commands/repl.js";
import { simulateCommand } from "./commands/simulate.js";
import { soak } from "./commands/soak.js";
import { start } from "./commands/start.js";
import { test, testSanitize } from "./commands/test.js";
import { testDevice } from "./commands/test-device.js";

const commands: readonly Command[] = [
	start,
	build,
	flash,
	boards,
	checkBoards,
	repl,
	exec,
	test,
	testDevice,
	testSanitize,
	fuzz,
	simulateCommand,
	docs,
	bench,
	soak,
	doctor,
	lint,
	format,
	clean,
];

/** Runs the command that the words name; gives the exit status. */
export async function main(args: readonly string[]): Promise<number> {
	const [name, ...words] = args;
	const command = commands.find((candidate) => candidate.name === name);
	if (command === undefined) {
		const list = commands.map(({ name, summary }) => `  npm run ${name.padEnd(13)} ${summary}`).join("\n");
		process.stderr.write(`${name ? `camsock: there is no command '${name}'\n` : ""}Commands:\n${list}\n`);
		return 2;
	}
	try {
		const read = readWords(command, words);
		if (read.options.help) {
			process.stdout.write(command.help);
			return 0;
		}
		return await command.run(read);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		complain(error.message);
		return error.status;
	}
}
