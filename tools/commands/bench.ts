// SPDX-License-Identifier: MIT
// `npm run bench`: what a round trip costs, in JavaScript and in C on the same stack.

import { readFileSync, writeFileSync } from "node:fs";
import {
	benchmarksFile,
	committedPart,
	exactBoard,
	formatFigures,
	measureExact,
	parseFigures,
	versions,
	withPart,
	worse,
} from "../bench/exact.js";
import { growthTable, memoryTable, pictureTable } from "../bench/many.js";
import { cases, measure } from "../bench/measure.js";
import { compareOutside } from "../bench/outside.js";
import { profile } from "../bench/profile.js";
import { formatTable, type Row } from "../bench/table.js";
import { boardNames, defaultBoard } from "../boards/boards.js";
import { buildImage } from "../build/images.js";
import { type Command, text } from "../cli/command.js";
import { complain, Failure, progress } from "../cli/report.js";
import { installMissing, toBench } from "../setup/debian.js";

const defaultSizes = "16,256,1024,8192";
const LARGEST = 20_480; // RAW_ECHO_LARGEST of bench/raw_echo.h

export const bench: Command = {
	name: "bench",
	summary: "measures what a round trip costs, in JavaScript and in C on the same stack",
	help: `Usage: npm run bench [-- OPTIONS]

Echoes messages between two sockets of one board, over its loopback interface, and prints for each size of message what one
round trip takes: instructions (counted by valgrind, the same in each run) and time (the fastest of five runs). C on
lwIP's raw API is what JavaScript is compared with: "over C" is the difference, "of C" the ratio, in one run. Then come
the same with more connections open, a picture of 20 KB sent to one and to four clients, and what sockets take in memory.

On qemu-riscv32 all figures are exact, instructions and bytes, the same in each run, and are compared with those in
docs/benchmarks.md: it fails if one is more than 2 % worse. Times from outside, as ratios to C, are printed on stderr.

  --board NAME         ${boardNames.join(" or ")} (default: ${defaultBoard})
  --update             qemu-riscv32: write the figures into docs/benchmarks.md
  --profile WORDS      qemu-riscv32: print the instructions of one round by function instead; WORDS as bench/main.ts or
                       bench/life/main.ts has them, without the rounds: "into 16", "c 1024", "life"
  --sizes LIST         bytes of a message, with commas (default: ${defaultSizes}); at most ${LARGEST};
                       native-sim only
`,
	options: {
		board: { type: "string" },
		update: { type: "boolean" },
		profile: { type: "string" },
		sizes: { type: "string" },
	},
	async run(words) {
		const board = text(words, "board") ?? defaultBoard;
		const profiled = text(words, "profile");
		if (profiled !== undefined) return runProfile(profiled);
		if (board === exactBoard) return runExact(words.options.update === true);
		const sizes = readSizes(text(words, "sizes") ?? defaultSizes);
		await installMissing(toBench);
		const launch = await buildImage({ board, manifest: "bench/manifest.json" });
		const rows: Row[] = [];
		for (const size of sizes) {
			for (const one of cases) {
				progress(`measuring ${size} bytes, ${one.title}`);
				rows.push({ case: one, size, ...(await measure(launch, one, size)) });
			}
		}
		process.stdout.write(`${formatTable(rows)}\n`);
		for (const [what, table] of [
			["many connections", growthTable],
			["pictures", pictureTable],
			["memory", memoryTable],
		] as const) {
			progress(`measuring ${what}`);
			process.stdout.write(`\n${await table(launch)}\n`);
		}
		return 0;
	},
};

async function runProfile(words: string): Promise<number> {
	const rows = await profile(words.split(/\s+/));
	const total = rows.reduce((sum, { count }) => sum + count, 0);
	for (const { name, count } of [{ name: "all", count: total }, ...rows]) {
		process.stdout.write(`${count.toFixed(1).padStart(10)}  ${name}\n`);
	}
	return 0;
}

/** Prints the exact figures; gives 1 if one is worse than it was. */
async function runExact(update: boolean): Promise<number> {
	const figures = await measureExact(progress);
	const part = `${versions()}\n\n${formatFigures(figures)}`;
	process.stdout.write(`${part}\n`);
	for (const line of await compareOutside(exactBoard)) progress(`from outside: ${line}`);
	const text = readFileSync(benchmarksFile, "utf8");
	if (update) {
		writeFileSync(benchmarksFile, withPart(text, part));
		progress("docs/benchmarks.md is up to date");
		return 0;
	}
	const committed = committedPart(text) ?? "";
	if (!committed.startsWith(versions())) {
		progress(`not compared: docs/benchmarks.md is of ${committed.split("\n", 1)[0]}`);
		return 0;
	}
	const lines = worse(figures, parseFigures(committed));
	for (const line of lines) complain(line);
	return lines.length > 0 ? 1 : 0;
}

function readSizes(list: string): number[] {
	return list.split(",").map((word) => {
		const size = Number(word);
		if (!Number.isInteger(size) || size < 1 || size > LARGEST) {
			throw new Failure(`'${word}' is no size of a message: 1 to ${LARGEST} bytes`, 2);
		}
		return size;
	});
}
