// SPDX-License-Identifier: MIT
// The target `keys`: the prompt's keys, line editor and completion, which are TypeScript, on XS: the image tests/images/fuzz on
// native-sim under sanitizers. What it does follows from a seed, so a seed is its input.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Launch, Variant } from "../boards/board.js";
import { buildImage } from "../build/images.js";
import { Failure } from "../cli/report.js";
import { root } from "../paths.js";
import type { Runnable } from "./campaign.js";
import { type Outcome, type Run, type Status, summaryOf, workOf } from "./libfuzzer.js";

export const KEYS = "keys";

/** Inputs of one run of the image, besides the 5,000 before it measures the heap. */
const ROUND = 3000;

/** Builds the image; sanitized if nothing else is said. */
export async function keysTarget(variant: Variant = "sanitize"): Promise<Runnable> {
	const launch = await buildImage({ manifest: "tests/images/fuzz/manifest.json", variant });
	return {
		name: KEYS,
		start({ seed, runs = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY }) {
			return new KeysRun(launch, seed, runs, Date.now() + seconds * 1000);
		},
	};
}

/** Runs it with the seed that a file has; gives the exit status. */
export async function replayKeys(file: string): Promise<number> {
	const seed = Number(readFileSync(file, "utf8").trim());
	if (!Number.isInteger(seed)) throw new Failure(`${file} has no seed of ${KEYS}`, 2);
	const launch = await buildImage({ manifest: "tests/images/fuzz/manifest.json", variant: "sanitize" });
	const { status, text } = await play(launch, seed).ended;
	process.stderr.write(text);
	return status === 0 ? 0 : 1;
}

class KeysRun implements Run {
	readonly status: Status = { executions: 0, edges: 0, inputs: 0 };
	readonly done: Promise<Outcome>;
	#stopped = false;
	#child: ChildProcess | undefined;

	constructor(launch: Launch, seed: number, runs: number, end: number) {
		this.done = this.#run(launch, seed, runs, end);
	}

	stop(): void {
		this.#stopped = true;
		this.#child?.kill("SIGKILL");
	}

	async #run(launch: Launch, first: number, runs: number, end: number): Promise<Outcome> {
		for (let seed = first; !this.#stopped && this.status.executions < runs && Date.now() < end; seed++) {
			const { child, ended } = play(launch, seed);
			this.#child = child;
			const { status, text } = await ended;
			if (this.#stopped) break;
			if (status !== 0) return { ...this.status, finding: keep(seed, status, text) };
			this.status.executions += ROUND;
		}
		return { ...this.status };
	}
}

/** Runs the image with one seed. */
function play({ command, args }: Launch, seed: number) {
	const child = spawn(command, [...args, "--no-forward", "--", String(ROUND), String(seed)], {
		cwd: root,
		detached: true,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let text = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (part: string) => {
			text += part;
		});
	}
	const ended = new Promise<{ status: number | string; text: string }>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (status, signal) => resolve({ status: grew(text) ? 1 : (status ?? signal ?? ""), text }));
	});
	return { child, ended };
}

/** Whether the heap has grown by more than a line that was cut out last. */
function grew(text: string): boolean {
	const heap = /heap (\d+) (\d+) before, (\d+) (\d+) after/.exec(text);
	const [chunks = 0, slots = 0, chunksAfter = 0, slotsAfter = 0] = (heap ?? []).slice(1).map(Number);
	return chunksAfter - chunks >= 8192 || slotsAfter - slots >= 200;
}

/** Keeps a seed that fails, and what was said. */
function keep(seed: number, status: number | string, text: string) {
	const { found } = workOf(KEYS);
	mkdirSync(found, { recursive: true });
	const file = join(found, `seed-${seed}`);
	writeFileSync(file, `${seed}\n`);
	writeFileSync(`${file}.txt`, text);
	const lines = text.split("\n");
	const error = lines.find((line) => /Error/.test(line));
	const what = grew(text) ? "the heap has grown" : (summaryOf(lines) ?? error ?? `ended with ${status}`);
	return { what, file: file.replace(`${root}/`, "") };
}
