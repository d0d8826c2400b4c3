// SPDX-License-Identifier: MIT
// Measures round trips: instructions as the board counts them, and time. The program on the board is bench/main.ts.
import type { Launch } from "../boards/board.js";
import { Failure } from "../cli/report.js";
import { capture } from "../cli/run.js";

/** A way to make a round trip, as bench/main.ts has it. */
export interface Case {
	/** Its word on the board's command line. */
	word: string;
	/** How the table calls it. */
	title: string;
}

/** What everything is compared with. */
export const baseline: Case = { word: "c", title: "C on the raw API" };
export const cases: readonly Case[] = [
	baseline,
	{ word: "into", title: "JavaScript, recv_into a buffer" },
	{ word: "recv", title: "JavaScript, recv" },
	{ word: "awaited", title: "JavaScript, recv awaited" },
	{ word: "sends", title: "JavaScript, recv and sendall awaited" },
];

export interface Measured {
	/** Instructions of one round trip. */
	instructions: number;
	/** Microseconds of one round trip. */
	time: number;
}

/** Round trips of the two runs whose difference is taken, so that the start of the firmware does not count. */
const FEW = 500;
const MANY = 2500;
/** Round trips that are timed. */
const TIMED = 20_000;
/** Of so many runs the fastest counts: what else the machine does can only make one slower. */
const RUNS = 5;

/**
 * Measures one case.
 * @param launch the image of bench/manifest.json
 * @param size bytes of a message
 * @throws {Failure} if the board or valgrind fails
 */
export async function measure(launch: Launch, { word }: Case, size: number): Promise<Measured> {
	const instructions = await measureInstructions(launch, word, size);
	let fastest = Number.POSITIVE_INFINITY;
	for (let i = 0; i < RUNS; i++) fastest = Math.min(fastest, await runTimed(launch, word, size, TIMED));
	return { instructions, time: (fastest * 1000) / TIMED };
}

/**
 * Instructions of one round trip.
 * @param connections that are open; the round trips take one after the other
 * @throws {Failure} if the board or valgrind fails
 */
export async function measureInstructions(
	launch: Launch,
	word: string,
	size: number,
	connections = 1,
): Promise<number> {
	return countRound(launch, (rounds) => [word, size, rounds, connections].map(String));
}

/** What one of something takes in memory. */
export interface Weight {
	what: string;
	/** Of XS's heap: slots, and bytes of chunks. */
	slots: number;
	chunks: number;
	/** Bytes of C's malloc. */
	c: number;
}

/** What idle sockets and awaited clients take. @throws {Failure} if the board fails */
export async function measureMemory(launch: Launch): Promise<Weight[]> {
	const output = await runBoard(launch.command, boardArguments(launch, ["memory"]));
	return [...output.matchAll(/^memory: (.*)$/gm)].map(([, text]) => JSON.parse(text as string) as Weight);
}

/** Runs the program on the board; gives the milliseconds that it says the round trips took. */
export async function runTimed(
	launch: Launch,
	word: string,
	size: number,
	rounds: number,
	connections = 1,
): Promise<number> {
	const output = await runBoard(launch.command, boardArguments(launch, [word, size, rounds, connections]));
	const match = /^milliseconds: (\d+)$/m.exec(output);
	if (match === null) throw new Failure(`the board did not say how long it took:\n${output}`);
	return Number(match[1]);
}

/** Instructions of one round of what the board does with these words, in the difference of two runs. */
export async function countRound(launch: Launch, words: (rounds: number) => readonly string[]): Promise<number> {
	const few = await countInstructions(launch, words(FEW));
	const many = await countInstructions(launch, words(MANY));
	return Math.round((many - few) / (MANY - FEW));
}

/** Instructions of a whole run: the same each time. */
export async function countInstructions({ counted }: Launch, words: readonly string[]): Promise<number> {
	const output = await runBoard(counted.command, [...counted.args, "--", ...words]);
	const count = counted.parse(output);
	if (count === undefined) throw new Failure(`the instructions were not counted:\n${output}`);
	return count;
}

function boardArguments(launch: Launch, words: readonly (string | number)[]): string[] {
	return [...launch.args, "--no-forward", "--", ...words.map(String)];
}

/** Runs a program to its end and gives all that it wrote. */
export async function runBoard(command: string, args: readonly string[]): Promise<string> {
	const { status, stdout, stderr } = await capture(command, args);
	if (status !== 0) throw new Failure(`${command} ended with status ${status}:\n${stderr}${stdout}`);
	return stdout + stderr;
}
