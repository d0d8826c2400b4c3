// SPDX-License-Identifier: MIT
// Runs the simulator's image (tests/images/simulator) over a range of seeds: reads its lines, notices when it dies or hangs, and goes on
// with the next seed in a new process.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Launch } from "../boards/board.js";

/** Where the image is, from the project's root. */
export const simulatorManifest = "tests/images/simulator/manifest.json";

export interface SimulateOptions {
	first: number;
	/** How many; may be Infinity. */
	seeds: number;
	/** Milliseconds after which no new one is begun. */
	limit?: number;
	/** Milliseconds without a line after which the board hangs. */
	silence: number;
	/** Each operation and packet is given to `print`. */
	trace?: boolean;
	/** What else the board says, line by line. */
	print?: (line: string) => void;
	/** Ends it all, without another seed. */
	signal?: AbortSignal;
}

/** What came of a seed. */
export interface SeedResult {
	seed: number;
	/** What was wrong; undefined if it passed. */
	failure?: string;
	/** A hash of all that was done and sent, if it passed. */
	digest?: string;
}

/** The last lines of what a board said on its stderr. */
const TAIL = 30;

/** Lines of a stream. */
function lines(stream: NodeJS.ReadableStream | null, take: (line: string) => void): Promise<unknown> {
	if (!stream) return Promise.resolve();
	const reader = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
	reader.on("line", take);
	return once(reader, "close");
}

/** Runs seeds; each result comes as soon as it is there. */
export async function simulate(
	launch: Pick<Launch, "command" | "args">,
	options: SimulateOptions,
	result: (result: SeedResult) => void,
): Promise<void> {
	const end = options.first + options.seeds;
	const until = options.limit === undefined ? undefined : Date.now() + options.limit;
	for (let next = options.first; next < end && !options.signal?.aborted; ) {
		const left = until === undefined ? undefined : until - Date.now();
		if (left !== undefined && left <= 0) return;
		next = await runProcess(launch, { ...options, first: next, seeds: end - next, limit: left }, result);
	}
}

/** One process, until it ends; gives the seed to go on with. */
async function runProcess(
	{ command, args }: Pick<Launch, "command" | "args">,
	{ first, seeds, limit, silence, trace, print, signal }: SimulateOptions,
	result: (result: SeedResult) => void,
): Promise<number> {
	const count = Math.min(seeds, 0xffffffff);
	const words = ["--first", `${first}`, "--seeds", `${count}`];
	if (limit !== undefined) words.push("--for", `${Math.ceil(limit)}`);
	if (trace) words.push("--trace");
	const child: ChildProcess = spawn(command, [...args, "--no-forward", "--", ...words], {
		stdio: ["ignore", "pipe", "pipe"],
	});
	const stop = () => child.kill("SIGTERM");
	signal?.addEventListener("abort", stop, { once: true });
	let hangs = false;
	let guard: ReturnType<typeof setTimeout> | undefined;
	const alive = () => {
		clearTimeout(guard);
		guard = setTimeout(() => {
			hangs = true;
			child.kill("SIGKILL");
		}, silence);
	};
	alive();
	let next = first;
	let running = false;
	const said: string[] = [];
	const say = (line: string) => {
		said.push(line);
		if (said.length > TAIL) said.shift();
		print?.(line);
	};
	const out = lines(child.stdout, (line) => {
		alive();
		const [, what, seed, rest] = /^(seed|pass|fail) (\d+) ?(.*)$/.exec(line) ?? [];
		if (what === undefined || Number(seed) !== next) return say(line);
		running = what === "seed";
		if (running) return;
		result(what === "pass" ? { seed: next, digest: rest } : { seed: next, failure: rest });
		next++;
	});
	const err = lines(child.stderr, say);
	const [status, killed] = (await once(child, "close")) as [number | null, string | null];
	await Promise.all([out, err]);
	clearTimeout(guard);
	signal?.removeEventListener("abort", stop);
	if (signal?.aborted || (!running && (status === 0 || status === 1))) return running ? next : first + seeds;
	const how = hangs ? `said nothing for ${silence / 1000} s` : `ended with status ${status ?? killed}`;
	result({ seed: next, failure: [`the board ${how}`, ...said].join("\n    ") });
	return next + 1;
}
