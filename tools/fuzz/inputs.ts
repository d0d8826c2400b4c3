// SPDX-License-Identifier: MIT
// Inputs of fuzz targets: one that failed, run again, and the small set of those that reach everything, for the repository.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type FuzzTarget, programOf } from "../build/fuzz-targets.js";
import { Failure } from "../cli/report.js";
import { capture, run } from "../cli/run.js";
import { inBuild, root } from "../paths.js";
import { corpusOf, environment, wordsOf, workOf } from "./libfuzzer.js";

/** Runs a target with one input; gives the exit status, which is not 0 if it fails. The program's report is on stderr. */
export async function replay(target: FuzzTarget, file: string): Promise<number> {
	if (!existsSync(file)) throw new Failure(`there is no input ${file}`, 2);
	// Of what a target says, all is of interest now.
	const words = wordsOf({ ...target, quiet: false });
	const status = await run(programOf("fuzz", target.name), [...words, file], {
		cwd: root,
		env: environment,
		output: "stderr",
	});
	return status === 0 ? 0 : 1;
}

/** What libFuzzer calls an input of its own: anything else was put there by a person, and stays. */
const OWN_NAME = /^[0-9a-f]{40}$/;

/**
 * Makes the inputs in the repository the fewest that reach each edge that they and those of earlier runs do.
 * @returns how many there are
 */
export async function minimise(target: FuzzTarget): Promise<number> {
	const corpus = corpusOf(target.name);
	const merged = inBuild("fuzz", "merged", target.name);
	const fewest = inBuild("fuzz", "fewest", target.name);
	for (const folder of [merged, fewest]) rmSync(folder, { recursive: true, force: true });
	for (const folder of [corpus, merged, fewest, workOf(target.name).corpus]) mkdirSync(folder, { recursive: true });
	await merge(target, "-merge=1", [merged, corpus, workOf(target.name).corpus]);
	// Takes the square of the number of inputs, so it comes second; and finds fewer.
	await merge(target, "-set_cover_merge=1", [fewest, merged]);
	for (const name of readdirSync(corpus)) if (OWN_NAME.test(name)) rmSync(join(corpus, name));
	for (const name of readdirSync(fewest)) copyFileSync(join(fewest, name), join(corpus, name));
	return readdirSync(corpus).length;
}

/** Copies into the first folder those inputs of the others that reach an edge that no other does. */
async function merge(target: FuzzTarget, how: string, folders: readonly string[]): Promise<void> {
	const words = [...wordsOf(target), how, "-use_counters=0", ...folders];
	const { status, stderr } = await capture(programOf("fuzz", target.name), words, { cwd: root, env: environment });
	if (status !== 0) throw new Failure(`${target.name}: libFuzzer cannot merge its inputs:\n${stderr.slice(-2000)}`);
}
