// SPDX-License-Identifier: MIT
// Several fuzz targets side by side and in turns, with progress, until the time or the number of executions is reached, Ctrl-C
// comes, or each has found something.
import { colours, complain, progress } from "../cli/report.js";
import type { Finding, Limits, Outcome, Run, Status } from "./libfuzzer.js";

/** A target as a campaign sees it. */
export interface Runnable {
	name: string;
	start(limits: Limits): Run;
}

export interface Plan {
	targets: readonly Runnable[];
	/** Runs at a time. */
	jobs: number;
	seed: number;
	/** Executions of each target, and seconds for all; without either, it goes on until Ctrl-C. */
	runs?: number | undefined;
	seconds?: number | undefined;
}

/** What a target has done in a campaign. */
export interface Result extends Status {
	name: string;
	seconds: number;
	findings: Finding[];
}

/** Seconds of a target's turn where nothing bounds the whole. */
const TURN = 60;
/** Milliseconds between two lines of progress; on a terminal the line is redrawn. */
const PROGRESS = 10_000;
const REDRAW = 1000;

export class Campaign {
	readonly #plan: Plan;
	readonly #results: Result[];
	readonly #running = new Map<Run, Result>();
	readonly #begun = Date.now();
	#turns = 0;
	#stopped = false;

	constructor(plan: Plan) {
		this.#plan = plan;
		this.#results = plan.targets.map(({ name }) => ({
			name,
			executions: 0,
			edges: 0,
			inputs: 0,
			seconds: 0,
			findings: [],
		}));
	}

	/** Runs it; gives what each target has done. */
	async run(): Promise<Result[]> {
		const stop = () => this.stop();
		const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
		for (const signal of signals) process.on(signal, stop);
		this.#announce();
		const terminal = colours(process.stderr);
		const ticker = setInterval(() => this.#show(terminal), terminal ? REDRAW : PROGRESS);
		try {
			await Promise.all(Array.from({ length: this.#plan.jobs }, (_, job) => this.#work(job)));
		} finally {
			clearInterval(ticker);
			if (terminal) process.stderr.write("\r\x1b[K");
			for (const signal of signals) process.off(signal, stop);
		}
		return this.#results;
	}

	stop(): void {
		this.#stopped = true;
		for (const run of this.#running.keys()) run.stop();
	}

	#announce(): void {
		const { targets, seed, runs, seconds } = this.#plan;
		const names = targets.map(({ name }) => name).join(", ");
		const end = runs === undefined && seconds === undefined ? ", until Ctrl-C" : "";
		progress(`fuzzing ${names}${end} (seed ${seed})`);
	}

	/** One of those that work side by side: takes the next target, again and again. */
	async #work(job: number): Promise<void> {
		const { targets, runs, seconds, seed } = this.#plan;
		for (;;) {
			const turn = this.#turns++;
			const index = turn % targets.length;
			const [target, result] = [targets[index], this.#results[index]];
			const left = seconds === undefined ? undefined : seconds - (Date.now() - this.#begun) / 1000;
			if (this.#stopped || !target || !result || (left !== undefined && left < 1)) return;
			if (this.#results.every(({ findings }) => findings.length > 0)) return;
			if (runs !== undefined && turn >= targets.length) return;
			if (result.findings.length > 0) continue;
			const run = target.start({ seed: seed + turn + job, runs, seconds: this.#turnOf(left) });
			await this.#follow(run, result);
		}
	}

	/** Seconds of a turn. */
	#turnOf(left: number | undefined): number | undefined {
		const { runs, targets, jobs, seconds } = this.#plan;
		if (left === undefined) return runs === undefined ? TURN : undefined;
		const share = ((seconds ?? 0) * Math.min(jobs, targets.length)) / targets.length;
		return Math.max(1, Math.ceil(Math.min(left, share)));
	}

	async #follow(run: Run, result: Result): Promise<void> {
		this.#running.set(run, result);
		const begun = Date.now();
		const outcome: Outcome = await run.done;
		this.#running.delete(run);
		result.executions += outcome.executions;
		result.edges = Math.max(result.edges, outcome.edges);
		result.inputs = Math.max(result.inputs, outcome.inputs);
		result.seconds += (Date.now() - begun) / 1000;
		const { finding } = outcome;
		if (finding === undefined) return;
		result.findings.push(finding);
		complain(
			`${result.name}: ${finding.what}; to see it again: npm run fuzz -- ${result.name} --replay ${finding.file}`,
		);
	}

	/** Tells how far those are that run. */
	#show(terminal: boolean): void {
		const parts = [...this.#running].map(([{ status }, { name, executions }]) => {
			const { edges } = status;
			return `${name} ${(executions + status.executions).toLocaleString("en")} executions, ${edges} edges`;
		});
		const line = `camsock: ${Math.round((Date.now() - this.#begun) / 1000)} s: ${parts.join("; ")}`;
		if (!terminal) process.stderr.write(`${line}\n`);
		else process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
	}
}

/** The closing table. */
export function formatResults(results: readonly Result[]): string {
	const header = ["target", "executions", "a second", "edges", "inputs", "findings"];
	const rows = results
		.filter(({ seconds }) => seconds > 0)
		.map(({ name, executions, seconds, edges, inputs, findings }) => [
			name,
			executions.toLocaleString("en"),
			Math.round(executions / Math.max(seconds, 0.001)).toLocaleString("en"),
			String(edges),
			String(inputs),
			String(findings.length),
		]);
	const table = [header, ...rows];
	const widths = header.map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
	return table
		.map((row) =>
			row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
		)
		.join("\n");
}
