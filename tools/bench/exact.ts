// SPDX-License-Identifier: MIT
// The benchmarks of qemu-riscv32, each of whose figures is the same in every run: instructions and bytes. bench/main.ts and
// bench/life/main.ts are what is measured, docs/benchmarks.md has the figures of a commit.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Launch } from "../boards/board.js";
import { buildImage } from "../build/images.js";
import { sizesFile } from "../build/ninja-image.js";
import { Failure } from "../cli/report.js";
import { inRoot } from "../paths.js";
import { lwipVersion } from "../setup/lwip.js";
import { xs } from "../setup/xs.js";
import { baseline, cases, countInstructions, countRound, runBoard } from "./measure.js";

export const exactBoard = "qemu-riscv32";

/** A figure. */
export interface Figure {
	what: string;
	value: number;
	unit: "instructions" | "bytes";
	/** What C on lwIP's raw API takes for the same. */
	c?: number;
}

const sizes = [16, 256, 1024, 8192];
const connections = [1, 4, 7];

/** Something to measure; several of these run at a time. */
type Task = () => Promise<Figure[]>;

function roundTrips(launch: Launch): Task[] {
	const count = (word: string, size: number) => countRound(launch, (rounds) => [word, `${size}`, `${rounds}`]);
	return sizes.map((size) => async () => {
		const c = await count(baseline.word, size);
		const figures: Figure[] = [];
		for (const { word, title } of cases.filter((one) => one !== baseline)) {
			const what = `round trip of ${size} bytes: ${title.replace(/^JavaScript, /, "")}`;
			figures.push({ what, value: await count(word, size), unit: "instructions", c });
		}
		return figures;
	});
}

function lives(launch: Launch): Task[] {
	const compared = (what: string, word: string, ...more: string[]): Task => {
		return async () => {
			const c = await countRound(launch, (rounds) => [`c-${word}`, `${rounds}`, ...more]);
			const value = await countRound(launch, (rounds) => [word, `${rounds}`, ...more]);
			return [{ what, value, unit: "instructions", c }];
		};
	};
	return [
		compared("connect, accept, close", "connect"),
		compared("connect, accept, echo of 16 bytes, close", "life"),
		...connections.map((count) =>
			compared(`round trip of 16 bytes, ${count} open, each in turn`, "rotate", `${count}`),
		),
	];
}

function single(launch: Launch): Task[] {
	return [
		async () => {
			const output = await runBoard(launch.counted.command, [...launch.counted.args, "--", "memory", "0", "6"]);
			const [, bytes] = /^bytes: ([\d.]+)$/m.exec(output) ?? [];
			if (bytes === undefined) throw new Failure(`the board did not tell its memory:\n${output}`);
			return [{ what: "an open, idle Socket, beyond lwIP's own", value: Math.round(Number(bytes)), unit: "bytes" }];
		},
		async () => {
			const value = await countInstructions(launch, ["boot", "0"]);
			return [{ what: "boot to listening, with a static address", value, unit: "instructions" }];
		},
		async () => {
			const value = await countRound(launch, (rounds) => ["reset", `${rounds}`]);
			return [{ what: "soft reset, from listening to listening", value, unit: "instructions" }];
		},
	];
}

/** Figures of the report on the sizes of the application (tools/qemu/sizes.ts). */
function appSizes(report: string): Figure[] {
	const find = (pattern: RegExp) => Number(pattern.exec(report)?.[1]?.replaceAll(",", ""));
	return [
		{ what: "flash of the firmware", value: find(/^flash ([\d,]+)/m), unit: "bytes" },
		{ what: "RAM of the firmware", value: find(/^RAM ([\d,]+)/m), unit: "bytes" },
		{
			what: "RAM that was in use at the most",
			value: find(/^RAM, the most that was in use: ([\d,]+)/m),
			unit: "bytes",
		},
	];
}

/** How many runs there are at a time: as many as this machine has processors would be in the way of other work. */
const PARALLEL = 2;

/** Measures everything. */
export async function measureExact(progress: (text: string) => void): Promise<Figure[]> {
	const [app, trips, life] = [
		await buildImage({ board: exactBoard }),
		await buildImage({ board: exactBoard, manifest: "bench/manifest.json" }),
		await buildImage({ board: exactBoard, manifest: "bench/life/manifest.json" }),
	];
	const tasks = [...roundTrips(trips), ...lives(life), ...single(life)];
	const results: Figure[][] = [];
	let next = 0;
	const work = async () => {
		while (next < tasks.length) {
			const at = next++;
			results[at] = await (tasks[at] as Task)();
			for (const { what } of results[at]) progress(`measured ${what}`);
		}
	};
	await Promise.all(Array.from({ length: PARALLEL }, work));
	return [...results.flat(), ...appSizes(readFileSync(sizesFile(app.image), "utf8"))];
}

/** What the figures depend on besides our own sources. */
export function versions(): string {
	const { stdout } = spawnSync("riscv64-unknown-elf-gcc", ["-dumpfullversion"], { encoding: "utf8" });
	const header = readFileSync("/usr/lib/picolibc/riscv64-unknown-elf/include/picolibc.h", "utf8");
	const [, picolibc = "?"] = /PICOLIBC_VERSION "([^"]+)"/.exec(header) ?? [];
	return `gcc ${stdout.trim()}, picolibc ${picolibc}, XS ${xs.version}, lwIP ${lwipVersion()}`;
}

const count = (value: number) => value.toLocaleString("en-US");

/** The table, in Markdown. */
export function formatFigures(figures: readonly Figure[]): string {
	const head = ["what", "", "figure", "C", "over C", "of C"];
	const lines = figures.map(({ what, value, unit, c }) => [
		what,
		unit,
		count(value),
		...(c === undefined ? ["", "", ""] : [count(c), count(value - c), `${(value / c).toFixed(2)}×`]),
	]);
	const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => (line[column] ?? "").length)));
	const left = (column: number) => column < 2;
	const format = (line: readonly string[]) =>
		`| ${line.map((cell, i) => (left(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
	const rule = `|${widths.map((width, i) => (left(i) ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
	return [format(head), rule, ...lines.map(format)].join("\n");
}

/** The figures of a table, by what they are of. */
export function parseFigures(text: string): Map<string, number> {
	const rows = [...text.matchAll(/^\| (.*?) +\| (?:instructions|bytes) +\| +([\d,]+) \|/gm)];
	return new Map(rows.map(([, what = "", value = ""]) => [what, Number(value.replaceAll(",", ""))]));
}

/** Where the committed table is. */
export const benchmarksFile = inRoot("docs", "benchmarks.md");

const [START, END] = ["<!-- made by npm run bench -- --board qemu-riscv32 --update -->", "<!-- end -->"];

/** The part of a text that the table is in: versions, an empty line, the table. Undefined if there is none. */
export function committedPart(text: string): string | undefined {
	const [start, end] = [text.indexOf(START), text.indexOf(END)];
	return start < 0 || end < start ? undefined : text.slice(start + START.length, end).trim();
}

/** The text with another part. */
export function withPart(text: string, part: string): string {
	const [start, end] = [text.indexOf(START), text.indexOf(END)];
	if (start < 0 || end < start) throw new Failure(`docs/benchmarks.md has no '${START}' and '${END}'`);
	return `${text.slice(0, start + START.length)}\n${part}\n${text.slice(end)}`;
}

/** By how much a figure may be worse than the committed one. */
const TOLERANCE = 0.02;

/** Figures that are worse than the committed ones, or not among them, each as a line. */
export function worse(figures: readonly Figure[], committed: ReadonlyMap<string, number>): string[] {
	return figures.flatMap(({ what, value, unit }) => {
		const before = committed.get(what);
		if (before === undefined) return [`${what}: not in docs/benchmarks.md`];
		if (value <= before * (1 + TOLERANCE)) return [];
		return [`${what}: ${count(value)} ${unit} instead of ${count(before)}`];
	});
}
