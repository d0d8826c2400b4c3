// SPDX-License-Identifier: MIT
// `npm run fuzz`: random inputs, guided by what they reach, for whatever reads bytes from outside. docs/fuzzing.md is about
// the targets; tools/fuzz runs them.
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { buildFuzzTargets, type FuzzTarget, fuzzTargets, plantedTarget } from "../build/fuzz-targets.js";
import { type Command, text, type Words } from "../cli/command.js";
import { Failure, progress } from "../cli/report.js";
import { Campaign, formatResults, type Runnable } from "../fuzz/campaign.js";
import { coverage, formatCoverage } from "../fuzz/coverage.js";
import { minimise, replay } from "../fuzz/inputs.js";
import { KEYS, keysTarget, replayKeys } from "../fuzz/keys.js";
import { startFuzzing } from "../fuzz/libfuzzer.js";

const list = [
	...fuzzTargets,
	{ name: KEYS, what: "the keys, the line editor and the completion of the prompt, on XS" },
];
const names = list.map(({ name }) => name);

export const fuzz: Command = {
	name: "fuzz",
	summary: "looks for inputs that break what reads bytes from outside",
	help: `Usage: npm run fuzz [TARGET ...] [-- OPTIONS]

Gives targets random inputs, guided by what of the program they reach, under sanitizers, until Ctrl-C. Without TARGET all
of them take turns. An input that fails is kept in build/fuzz/found, with the report beside it, and its target stops. The
exit status is 1 if one was found, else 0, after Ctrl-C too.

${list.map(({ name, what }) => `  ${name.padEnd(20)} ${what}`).join("\n")}

  --for TIME           ends after this time: 30s, 10m, 2h
  --runs N             ends after N executions of each target
  --jobs N             so many at a time (default: one per processor)
  --seed N             begins with this seed; one target, --runs and --jobs 1 make a run that can be repeated
  --replay FILE        runs the one TARGET with an input that failed, and shows its whole report
  --coverage           prints which lines the inputs reach: those in tests/fuzz/corpus and those that were found
  --minimise           makes tests/fuzz/corpus the fewest inputs that reach as much, with those that were found
  --list               prints the names of the targets
`,
	options: {
		for: { type: "string" },
		runs: { type: "string" },
		jobs: { type: "string" },
		seed: { type: "string" },
		replay: { type: "string" },
		coverage: { type: "boolean" },
		minimise: { type: "boolean" },
		list: { type: "boolean" },
	},
	operands: "TARGET",
	async run(words) {
		if (words.options.list) {
			process.stdout.write(`${names.join("\n")}\n`);
			return 0;
		}
		const chosen = chooseTargets(words.operands);
		const file = text(words, "replay");
		if (file !== undefined) return replayOne(chosen, resolve(process.env.INIT_CWD ?? ".", file));
		const programs = programsOf(chosen);
		if (words.options.coverage) {
			process.stdout.write(`${formatCoverage(await coverage(programs))}\n`);
			return 0;
		}
		if (words.options.minimise) {
			await buildFuzzTargets(programs);
			for (const target of programs) progress(`${target.name}: ${await minimise(target)} inputs`);
			return 0;
		}
		return campaign(chosen, words);
	},
};

/** The names of the targets, checked; all if there are none. */
function chooseTargets(operands: readonly string[]): string[] {
	for (const name of operands) {
		if (names.includes(name) || name === plantedTarget.name) continue;
		throw new Failure(`there is no target '${name}'; targets: ${names.join(", ")}`, 2);
	}
	return operands.length > 0 ? [...new Set(operands)] : names;
}

/** Those of the targets that are programs with libFuzzer. */
function programsOf(chosen: readonly string[]): FuzzTarget[] {
	return [...fuzzTargets, plantedTarget].filter(({ name }) => chosen.includes(name));
}

async function replayOne(chosen: readonly string[], file: string): Promise<number> {
	const [name, ...others] = chosen;
	if (name === undefined || others.length > 0)
		throw new Failure("--replay needs the one TARGET that the input is of", 2);
	if (name === KEYS) return replayKeys(file);
	const [target] = programsOf([name]);
	if (target === undefined) throw new Failure(`there is no target '${name}'`, 2);
	await buildFuzzTargets([target]);
	return replay(target, file);
}

/** Runs targets until something ends it; gives the exit status. */
async function campaign(chosen: readonly string[], words: Words): Promise<number> {
	const seconds = readTime(text(words, "for"));
	const runs = readNumber(words, "runs");
	const seed = readNumber(words, "seed") ?? 1 + Math.floor(Math.random() * 1_000_000_000);
	const programs = programsOf(chosen);
	await buildFuzzTargets(programs);
	const targets: Runnable[] = programs.map((target) => {
		return { name: target.name, start: (limits) => startFuzzing(target, limits) };
	});
	if (chosen.includes(KEYS)) targets.push(await keysTarget());
	const jobs = readNumber(words, "jobs") ?? availableParallelism();
	const results = await new Campaign({ targets, jobs, seed, runs, seconds }).run();
	process.stdout.write(`${formatResults(results)}\n`);
	return results.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

/** A whole number from 1 on. */
function readNumber(words: Words, name: string): number | undefined {
	const word = text(words, name);
	if (word === undefined) return undefined;
	const number = Number(word);
	if (!Number.isInteger(number) || number < 1 || number > 0x7fffffff) {
		throw new Failure(`--${name} ${word}: not a whole number from 1 on`, 2);
	}
	return number;
}

/** A time in seconds. */
function readTime(word: string | undefined): number | undefined {
	if (word === undefined) return undefined;
	const [, number = "", unit = "s"] = /^(\d+)([smh]?)$/.exec(word) ?? [];
	const seconds = Number(number) * ({ s: 1, m: 60, h: 3600 }[unit || "s"] ?? 1);
	if (number === "" || seconds < 1) throw new Failure(`--for ${word}: expected a time such as 30s, 10m or 2h`, 2);
	return seconds;
}
