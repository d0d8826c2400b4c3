// SPDX-License-Identifier: MIT
// `npm run exec`: a program, on a board that runs the firmware, over its serial line.
import { once } from "node:events";
import { type Command, text } from "../cli/command.js";
import { complain, Failure, styled } from "../cli/report.js";
import { compilePrograms, mapLines, type Program, sendProgram } from "../serial/program.js";
import { RawClient } from "../serial/raw-client.js";
import { openLine, serialOptions, serialOptionsHelp } from "./serial.js";

export const exec: Command = {
	name: "exec",
	summary: "compiles and runs a program on a board, over its serial line",
	help: `Usage: npm run exec -- [OPTIONS] FILE.ts [-- WORDS]
       npm run exec -- [OPTIONS] --eval CODE

Compiles FILE.ts, with the files that it imports by relative paths, sends it over the serial line and runs it on the board. It can
import every module of the firmware. What it prints comes on stdout, an error that ends it on stderr; the exit status is
its own (exit() of "board"), 1 after an error, 130 after Ctrl-C, which ends the program. WORDS are its \`args\`.

${serialOptionsHelp}
  --reset              reset the board first, so that nothing but the program runs; an emulated board always is
  --eval CODE          run JavaScript instead of a file, as the prompt does; its value is printed
`,
	options: { ...serialOptions, eval: { type: "string" }, reset: { type: "boolean" } },
	operands: "FILE",
	rest: true,
	async run(words) {
		const code = text(words, "eval");
		const [file, ...more] = words.operands;
		if ((file === undefined) === (code === undefined)) throw new Failure("exec takes a FILE.ts, or --eval CODE", 2);
		const port = text(words, "port");
		const board = port === undefined ? (text(words, "board") ?? "native-sim") : "native-sim";
		const [program] =
			file === undefined ? [] : await compilePrograms([file], { board, manifest: text(words, "manifest") });
		const line = await openLine(words, "board");
		try {
			const client = new RawClient(line);
			await client.connect({ reset: port === undefined || words.options.reset === true });
			if (program) {
				await sendProgram(client, program);
				await client.program(program.specifier, [...more, ...words.rest]);
			} else {
				await client.evaluate(code as string);
			}
			const status = await stream(client, program);
			client.leave();
			return status;
		} finally {
			await line.close();
		}
	},
};

/** Passes on what the program gives until it ends; its status. */
async function stream(client: RawClient, program: Program | undefined): Promise<number> {
	let interrupts = 0;
	// The first ends the program; if it goes on, the second ends this.
	const interrupt = () => {
		if (++interrupts > 1) process.exit(130);
		client.interrupt();
	};
	process.on("SIGINT", interrupt);
	process.on("SIGTERM", interrupt);
	let error = "";
	try {
		for await (const event of client.events()) {
			if (event.kind === "end") {
				if (error !== "") process.stderr.write(`${styled("red", program ? mapLines(error, program) : error)}\n`);
				return event.status;
			}
			if (event.kind === "error") error += event.text;
			else if (!process.stdout.write(event.text)) await once(process.stdout, "drain");
			if (event.kind === "value" && !event.text.endsWith("\n")) process.stdout.write("\n");
		}
	} finally {
		process.off("SIGINT", interrupt);
		process.off("SIGTERM", interrupt);
		if (client.damaged > 0) complain(`${client.damaged} frames came damaged`);
	}
	return 1;
}
