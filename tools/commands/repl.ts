// SPDX-License-Identifier: MIT
// `npm run repl`: this terminal as the terminal of a board.

import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { type Command, text } from "../cli/command.js";
import { colours, complain, progress } from "../cli/report.js";
import type { Line } from "../serial/line.js";
import { RawClient } from "../serial/raw-client.js";
import { openLine, serialOptions, serialOptionsHelp } from "./serial.js";

/** Ctrl-]. */
const LEAVE = 0x1d;

export const repl: Command = {
	name: "repl",
	summary: "a terminal on a board's prompt",
	help: `Usage: npm run repl -- [OPTIONS]

Connects this terminal with the prompt of a board. Ctrl-] leaves; everything else goes to the board. Without --port and --board the one
serial port that there is; if there are several, they are listed.

${serialOptionsHelp}
  --capture FILE       write what the board sends to FILE as well
`,
	options: { ...serialOptions, capture: { type: "string" } },
	async run(words) {
		const line = await openLine(words);
		const capture = text(words, "capture");
		const file = capture === undefined ? undefined : createWriteStream(capture);
		try {
			if (file) await once(file, "open");
			await introduce(line);
			progress(`connected to ${line.name}; Ctrl-] leaves`);
			return await converse(line, file);
		} finally {
			await line.close();
			if (file) await new Promise((resolve) => file.end(resolve));
		}
	},
};

/** Tells the board what this terminal is like. One that does not answer may still have something to say. */
async function introduce(line: Line): Promise<void> {
	const client = new RawClient(line);
	try {
		await client.connect({ limit: 3000 });
		await client.settings({ colours: colours(process.stdout), columns: process.stdout.columns ?? 80 });
		line.stream.removeAllListeners("data");
		client.leave();
	} catch (error) {
		line.stream.removeAllListeners("data");
		complain((error as Error).message);
	}
}

/** Passes bytes both ways until Ctrl-], the end of input, or that of the line. */
async function converse(line: Line, file: WriteStream | undefined): Promise<number> {
	const { stdin, stdout } = process;
	const { stream } = line;
	const terminal = stdin.isTTY === true;
	const restore = () => {
		if (terminal) stdin.setRawMode(false);
	};
	process.on("exit", restore);
	if (terminal) stdin.setRawMode(true);
	stream.on("data", (data: Buffer) => {
		file?.write(data);
		if (!stdout.write(data)) {
			stream.pause();
			stdout.once("drain", () => stream.resume());
		}
	});
	try {
		const reason = await new Promise<string | undefined>((resolve) => {
			const leave = () => resolve(undefined);
			void line.over.then(resolve);
			for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, leave);
			stdin.on("data", (data: Buffer) => {
				const end = terminal ? data.indexOf(LEAVE) : -1;
				if (!stream.write(end < 0 ? data : data.subarray(0, end))) {
					stdin.pause();
					stream.once("drain", () => stdin.resume());
				}
				if (end >= 0) leave();
			});
			stdin.on("end", leave);
		});
		stdout.write("\n");
		if (reason !== undefined) complain(reason);
		return reason === undefined ? 0 : 1;
	} finally {
		restore();
		process.off("exit", restore);
		stdin.pause();
	}
}
