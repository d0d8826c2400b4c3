// SPDX-License-Identifier: MIT
// One run of a fuzz target's program: what it is told, what is read from what it prints, how it ends.
// https://llvm.org/docs/LibFuzzer.html has its options and its lines.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type FuzzTarget, programOf } from "../build/fuzz-targets.js";
import { inBuild, inRoot, root } from "../paths.js";

/** How far a run has come. */
export interface Status {
	executions: number;
	/** Edges of the program's control flow that were reached, and inputs that are kept. */
	edges: number;
	inputs: number;
}

export interface Finding {
	/** What does not hold, in one line. */
	what: string;
	/** The input, from the project's folder, which fails again. */
	file: string;
}

export interface Outcome extends Status {
	finding?: Finding;
}

export interface Limits {
	seed: number;
	runs?: number | undefined;
	seconds?: number | undefined;
	/** Whether nothing that earlier runs have found is used, so that each run is the same. */
	fresh?: boolean;
}

/** Whatever can be run until it ends, finds something or is stopped. */
export interface Run {
	readonly status: Status;
	readonly done: Promise<Outcome>;
	stop(): void;
}

/** Seconds that an input may take; the clock of the targets is virtual, and most take less than a millisecond. */
const SLOWEST = 25;

/** The inputs that are in the repository. */
export function corpusOf(name: string): string {
	return inRoot("tests", "fuzz", "corpus", name);
}

/** Where a target keeps what it finds: inputs that reach more, and under found/ those that fail. */
export function workOf(name: string): { corpus: string; found: string } {
	return { corpus: inBuild("fuzz", "corpus", name), found: inBuild("fuzz", "found", name) };
}

/** The words that every run of a target's program gets. */
export function wordsOf({ name, longest, quiet }: FuzzTarget): string[] {
	const { found } = workOf(name);
	mkdirSync(found, { recursive: true });
	const words = [`-max_len=${longest}`, `-timeout=${SLOWEST}`, `-artifact_prefix=${found}/`];
	return quiet ? [...words, "-close_fd_mask=3"] : words;
}

/** The environment of a target's program. */
export const environment = { ...process.env, UBSAN_OPTIONS: "print_stacktrace=1" };

/** Starts a target's program to look for inputs. */
export function startFuzzing(target: FuzzTarget, { seed, runs, seconds, fresh = false }: Limits): Run {
	// What is found goes into the first one.
	const corpus = fresh ? inBuild("fuzz", "fresh", target.name) : workOf(target.name).corpus;
	if (fresh) rmSync(corpus, { recursive: true, force: true });
	for (const folder of [corpus, corpusOf(target.name)]) mkdirSync(folder, { recursive: true });
	const words = [...wordsOf(target), `-seed=${seed}`, "-len_control=1", "-print_final_stats=1"];
	// Among what libFuzzer compares are addresses, which are others in each run: it would try those as parts of inputs.
	if (fresh) words.push("-reload=0", "-use_cmp=0");
	if (runs !== undefined) words.push(`-runs=${runs}`);
	if (seconds !== undefined) words.push(`-max_total_time=${seconds}`);
	return watch(target.name, start(target, [...words, corpus, corpusOf(target.name)]));
}

/** Starts the program, in a process group of its own: a terminal's Ctrl-C is for us, who end it. */
function start({ name }: FuzzTarget, words: readonly string[]): ChildProcess {
	return spawn(programOf("fuzz", name), words, {
		cwd: root,
		detached: true,
		env: environment,
		stdio: ["ignore", "ignore", "pipe"],
	});
}

/** Reads what a program prints. */
function watch(name: string, child: ChildProcess): Run {
	const status: Status = { executions: 0, edges: 0, inputs: 0 };
	const report = new Report();
	let stopped = false;
	const done = new Promise<Outcome>((resolve, reject) => {
		child.on("error", reject);
		const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
		lines.on("line", (line) => {
			readStatus(line, status);
			report.take(line);
		});
		child.on("close", (code, signal) => {
			// What has only just begun has no handler yet for what stops it.
			const finding = stopped && signal === "SIGINT" ? undefined : report.finding(name, code ?? signal ?? "");
			resolve(finding === undefined ? { ...status } : { ...status, finding });
		});
	});
	const stop = () => {
		stopped = true;
		child.kill("SIGINT");
	};
	return { status, done, stop };
}

/** "#4096 pulse cov: 1898 ft: 7512 corp: 776/22Kb …", and at the end "stat::number_of_executed_units: 20000". */
export function readStatus(line: string, status: Status): void {
	const total = /^stat::number_of_executed_units:\s*(\d+)/.exec(line);
	if (total) status.executions = Number(total[1]);
	const progress = /^#(\d+)\s.*?\bcov: (\d+)(?:.*?\bcorp: (\d+))?/.exec(line);
	if (!progress) return;
	status.executions = Number(progress[1]);
	status.edges = Number(progress[2]);
	status.inputs = Number(progress[3] ?? status.inputs);
}

/** Exit statuses of libFuzzer that are no finding: done, and interrupted. */
const QUIET = new Set<number | string>([0, 72]);

/** What a program says of a failure. */
export class Report {
	#lines: string[] = [];
	#artifact: string | undefined;

	take(line: string): void {
		// Of the lines before a failure, the latest ones: a failed assertion says its own.
		const artifact = /Test unit written to (\S+)/.exec(line);
		if (artifact) this.#artifact = artifact[1];
		if (/^#\d+\s|^\s*NEW_FUNC|^INFO:|^stat::/.test(line)) return;
		this.#lines.push(line);
		if (this.#lines.length > 400) this.#lines.shift();
	}

	/** What was found, if the program has ended so; its report is kept beside the input. */
	finding(name: string, status: number | string): Finding | undefined {
		if (QUIET.has(status)) return undefined;
		const file = this.#artifact ?? join(workOf(name).found, `ended-${Date.now()}`);
		mkdirSync(workOf(name).found, { recursive: true });
		writeFileSync(`${file}.txt`, `${this.#lines.join("\n")}\n`);
		return { what: summaryOf(this.#lines) ?? `ended with ${status}`, file: file.replace(`${root}/`, "") };
	}
}

/** The line that says most. */
export function summaryOf(lines: readonly string[]): string | undefined {
	const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find((text) => text !== undefined);
	const own = find(/^fuzz: (.*)/) ?? find(/^(\S+:\d+:\d+: runtime error: .*)/);
	if (own !== undefined) return own;
	const summary = find(/^SUMMARY: (.*)/);
	if (summary !== undefined && !summary.includes("deadly signal")) return summary.replace(`${root}/`, "");
	// lwIP's assertions: the board says which before it aborts.
	return find(/^((?:[\w./-]+):\d+: .*)/) ?? summary;
}
