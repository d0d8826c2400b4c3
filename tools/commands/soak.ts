// SPDX-License-Identifier: MIT
// `npm run soak`: clients of all kinds for as long as one likes, and whether the board is as it was.
import { randomInt } from "node:crypto";
import { boardNames } from "../boards/boards.js";
import { buildImage } from "../build/images.js";
import { type Command, text, type Words } from "../cli/command.js";
import { Failure, progress } from "../cli/report.js";
import { conclude, fullReport } from "../soak/report.js";
import { SERVED, soak as soakBoard } from "../soak/soak.js";

const BOTH = "both";
const MINUTES = 10;

export const soak: Command = {
	name: "soak",
	summary: "runs clients of all kinds against emulated boards, and tells whether their memory stays flat",
	help: `Usage: npm run soak [-- OPTIONS]

Starts the firmware on emulated boards and lets clients of all kinds at its echo server, over real TCP: short and long
echoes, half-closes, slow readers, stalls, resets, silence, floods of all connections; and now and then a person at the
prompt. Every byte is checked. What is in use of the board's memory is taken every few seconds, and every 15 seconds when all
clients are gone. The report is Markdown, on stdout, with the curves; progress is on stderr. Ctrl-C ends it with the report so far.

  --minutes N          how long (default: ${MINUTES})
  --operations N       instead: until so many operations are done, small ones with short pauses
  --board NAME         ${boardNames.join(", ")}, or ${BOTH}, at once (default: ${BOTH})
  --manifest PATH      another application than the project's manifest.json, with an echo server on port 9000 and a prompt
  --clients N          clients at a time (default: ${SERVED})
  --seed N             of all random choices: with the same one, each operation is the same again (default: another each time)

Exit status: 0 if what is in use is flat, nothing was lost or wrong; else 1.
`,
	options: {
		minutes: { type: "string" },
		operations: { type: "string" },
		board: { type: "string" },
		manifest: { type: "string" },
		clients: { type: "string" },
		seed: { type: "string" },
	},
	rest: true,
	async run(words) {
		const wanted = text(words, "board") ?? BOTH;
		const boards = wanted === BOTH ? boardNames : [wanted];
		const minutes = numberOption(words, "minutes", 0.1, 100_000);
		const operations = wholeOption(words, "operations", 12, 1e9);
		if (minutes !== undefined && operations !== undefined) {
			throw new Failure("--minutes and --operations do not go together: choose one", 2);
		}
		const clients = wholeOption(words, "clients", 1, 64) ?? SERVED;
		const seed = wholeOption(words, "seed", 0, 2 ** 32 - 1) ?? randomInt(2 ** 32);
		const length = operations === undefined ? { minutes: minutes ?? MINUTES } : { operations };
		const how = operations === undefined ? `${minutes ?? MINUTES} min` : `${operations} operations`;
		const launches = [];
		for (const board of boards) {
			launches.push({ board, launch: await buildImage({ board, manifest: text(words, "manifest") }) });
		}
		const end = new AbortController();
		const interrupt = () => {
			if (end.signal.aborted) process.exit(130);
			progress("ending, with the report so far; Ctrl-C once more leaves at once");
			end.abort();
		};
		process.on("SIGINT", interrupt);
		process.on("SIGTERM", interrupt);
		progress(`soak: ${how}, ${clients} clients, seed ${seed}`);
		try {
			const outcomes = await Promise.all(
				launches.map((one) =>
					soakBoard({ ...one, ...length, words: words.rest, seed, clients, signal: end.signal, progress }),
				),
			);
			process.stdout.write(fullReport(outcomes, seed, how));
			const conclusions = outcomes.map(conclude);
			return conclusions.every(({ flat, right }) => flat && right) ? 0 : 1;
		} finally {
			process.off("SIGINT", interrupt);
			process.off("SIGTERM", interrupt);
		}
	},
};

function numberOption(words: Words, name: string, from: number, to: number): number | undefined {
	const value = text(words, name);
	if (value === undefined) return undefined;
	const number = value.trim() === "" ? Number.NaN : Number(value);
	if (!(number >= from && number <= to)) throw new Failure(`--${name} ${value}: expected ${from} to ${to}`, 2);
	return number;
}

function wholeOption(words: Words, name: string, from: number, to: number): number | undefined {
	const number = numberOption(words, name, from, to);
	if (number !== undefined && !Number.isInteger(number)) {
		throw new Failure(`--${name} ${number}: expected a whole number`, 2);
	}
	return number;
}
