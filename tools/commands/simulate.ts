// SPDX-License-Identifier: MIT
// `npm run simulate`: random programs of socket operations over a line with faults, from seeds.

import { buildImage } from "../build/images.js";
import { type Command, text, type Words } from "../cli/command.js";
import { colours, complain, Failure, progress } from "../cli/report.js";
import { type SeedResult, simulate, simulatorManifest } from "../simulate/simulate.js";
import { buildOptions, buildOptionsHelp, chosenBuild } from "./common.js";

const SEEDS = 100;
/** Milliseconds without a word after which a board hangs: a program takes some 30, 100 times as many with sanitizers. */
const SILENCE = 120_000;
/** Milliseconds between two lines of progress, where they cannot overwrite each other. */
const PERIOD = 10_000;

export const simulateCommand: Command = {
	name: "simulate",
	summary: "random programs of sockets over a line with faults, from seeds",
	help: `Usage: npm run simulate [-- OPTIONS]

Runs random programs of socket operations on an emulated board, in virtual time, over a line that loses, doubles, reorders, delays and
damages packets, is cut and healed: several connections, blocking and awaited. What comes of each operation is held against what TCP
promises: bytes arrive once and in order, or an error is reported; no operation takes longer than it may; nothing is left behind.
Each program is a function of its seed: a seed that fails, fails again. The exit status is 0 if all passed, 130 after Ctrl-C.

${buildOptionsHelp}
  --seeds NUMBER       how many programs (default: ${SEEDS}; with --for as many as there is time for)
  --first SEED         the first seed (default: 1)
  --for TIME           begin no other after 90s, 10m, 2h
  --manifest PATH      another image than that of ${simulatorManifest}
  --trace              print each operation and each packet
`,
	options: {
		...buildOptions,
		seeds: { type: "string" },
		first: { type: "string" },
		for: { type: "string" },
		trace: { type: "boolean" },
		manifest: { type: "string" },
	},
	async run(words) {
		const limit = duration(text(words, "for"));
		const first = whole(words, "first", 1);
		const seeds = whole(words, "seeds", limit === undefined ? SEEDS : Number.POSITIVE_INFINITY);
		const build = chosenBuild(words);
		const launch = await buildImage({ ...build, manifest: text(words, "manifest") ?? simulatorManifest });
		const abort = new AbortController();
		const interrupt = () => abort.abort();
		for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupt);
		const report = new Report(seeds, replay(words));
		const trace = words.options.trace === true;
		await simulate(
			launch,
			{
				first,
				seeds,
				limit,
				silence: SILENCE,
				trace,
				print: trace ? (line) => void process.stdout.write(`${line}\n`) : undefined,
				signal: abort.signal,
			},
			(result) => report.add(result),
		);
		for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupt);
		report.close();
		if (abort.signal.aborted) return 130;
		return report.failed > 0 ? 1 : 0;
	},
};

/** Milliseconds of "90s", "10m" or "2h". */
function duration(given: string | undefined): number | undefined {
	if (given === undefined) return undefined;
	const [, number, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(given) ?? [];
	if (number === undefined) throw new Failure("--for: expected a time such as 90s, 10m or 2h", 2);
	return Number(number) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"];
}

function whole(words: Words, name: string, otherwise: number): number {
	const given = text(words, name);
	if (given === undefined) return otherwise;
	const value = Number(given);
	if (!/^\d+$/.test(given) || value > 0xffffffff || (name === "seeds" && value === 0))
		throw new Failure(`--${name}: expected a whole number${name === "seeds" ? " from 1" : ""}`, 2);
	return value;
}

/** The command that does it again, but for the seed. */
function replay(words: Words): string {
	const names = ["board", "variant", "manifest"] as const;
	const given = names.map((name) => [name, text(words, name)] as const).filter(([, value]) => value !== undefined);
	return ["npm run simulate --", ...given.map(([name, value]) => `--${name} ${value}`)].join(" ");
}

class Report {
	passed = 0;
	failed = 0;
	#shown = Date.now();
	#line = false;
	readonly #live = colours(process.stderr);

	constructor(
		readonly seeds: number,
		readonly replay: string,
	) {}

	add({ seed, failure }: SeedResult): void {
		if (failure === undefined) {
			this.passed++;
		} else {
			this.failed++;
			this.#wipe();
			complain(`seed ${seed} failed: ${failure}`);
			complain(`seed ${seed} again: ${this.replay} --first ${seed} --seeds 1`);
		}
		this.#progress(seed);
	}

	#progress(seed: number): void {
		const now = Date.now();
		if (now - this.#shown < (this.#live ? 100 : PERIOD)) return;
		this.#shown = now;
		const done = this.passed + this.failed;
		const of = Number.isFinite(this.seeds) ? ` of ${this.seeds}` : "";
		const state = `${done}${of} programs, ${this.failed} failed, now after seed ${seed}`;
		if (!this.#live) {
			progress(state);
			return;
		}
		process.stderr.write(`\r\x1b[K${state}`);
		this.#line = true;
	}

	#wipe(): void {
		if (this.#line) process.stderr.write("\r\x1b[K");
		this.#line = false;
	}

	close(): void {
		this.#wipe();
		const done = this.passed + this.failed;
		process.stdout.write(`${done} seeds: ${this.passed} passed, ${this.failed} failed\n`);
	}
}
