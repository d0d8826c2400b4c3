// SPDX-License-Identifier: MIT
// Runs test files on the board. Read globals.d.ts, suite.ts and runner.ts first. main.ts does so in an image of device
// tests, the prompt's `.test` with those that are in an image, and `npm run test:device -- --port` with files that it sends.
//
// Files are loaded one after the other, and each one's tests run before the next is loaded, so that the heap holds the
// suites of one file only.

import { deadline, onuncaught } from "board";
import { watch } from "testing/leaks";
import { type Result, Runner } from "testing/runner";
import { collectAsync, install, type Suite } from "testing/suite";
import { formatResult } from "testing/tap";

/** A test file: what to import, and what to call it. */
export interface TestFile {
	specifier: string;
	file: string;
}

/** A line of `--list`. */
export interface Listed {
	file: string;
	/** Titles from the outermost suite to the test. */
	path: string[];
	skip?: true;
	only?: true;
}

export interface RunOptions {
	/** Run only what is marked .only in any of the files; without it, .only counts within its file. */
	only?: boolean;
	/** Milliseconds: the limit of tests and hooks that do not say theirs. */
	timeout?: number;
	/** Where lines go; default console.log. */
	print?: (line: string) => void;
}

/** The tests of a file. One that cannot be loaded gets a test that says so. */
async function load(specifier: string): Promise<Suite> {
	try {
		return await collectAsync(() => import(specifier));
	} catch (error) {
		return collectAsync(async () => {
			it("loads", () => {
				throw error;
			});
		});
	}
}

/** Prints the tests of the files as JSON, one a line, and runs none. */
export async function listFiles(files: readonly TestFile[], print = console.log): Promise<void> {
	install();
	for (const { specifier, file } of files) {
		const suite = await load(specifier);
		const only = suite.hasOnly;
		const all = [...suite.all()];
		if (only) suite.filterOnly();
		const selected = new Set(only ? suite.all() : []);
		for (const test of all) {
			const line: Listed = { file, path: test.path };
			if (test.skip) line.skip = true;
			if (selected.has(test)) line.only = true;
			print(JSON.stringify(line));
		}
	}
}

/** How many tests there were so far. */
export interface Counts {
	pass: number;
	fail: number;
	skip: number;
}

/** None, before the first. */
export const NONE: Readonly<Counts> = { pass: 0, fail: 0, skip: 0 };

function total({ pass, fail, skip }: Counts): number {
	return pass + fail + skip;
}

/** What TAP begins with. */
export function printVersion(print = console.log): void {
	print("TAP version 14");
}

/**
 * What TAP ends with.
 *
 * @returns whether all passed, and there was one
 */
export function printPlan(counts: Counts, print = console.log): boolean {
	const number = total(counts);
	print(`1..${number}`);
	print(`# ${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`);
	if (number === 0) print("# no tests: the files hold no it(), or no file was given");
	return number > 0 && counts.fail === 0;
}

/**
 * Runs the tests of the files and prints TAP 14.
 *
 * @returns whether all passed, and there was one
 */
export async function runFiles(files: readonly TestFile[], options: RunOptions = {}): Promise<boolean> {
	printVersion(options.print);
	return printPlan(await runPart(files, NONE, options), options.print);
}

/**
 * Runs the tests of the files and prints their results.
 *
 * @param before how many there were before these
 * @returns how many there are with these
 */
export async function runPart(
	files: readonly TestFile[],
	before: Readonly<Counts>,
	{ only = false, timeout, print = console.log }: RunOptions = {},
): Promise<Counts> {
	const counts = { ...before };
	const runner = new Runner({
		report(result: Result) {
			counts[result.outcome]++;
			for (const line of formatResult(total(counts), result)) print(line);
		},
		watch,
		deadline,
		...(timeout === undefined ? {} : { timeout }),
	});
	install();
	const handler = onuncaught((error) => runner.uncaught(error));
	try {
		for (const { specifier, file } of files) {
			const suite = await load(specifier);
			if (suite.hasOnly) suite.filterOnly();
			else if (only) continue;
			print(`# ${file}`);
			await runner.run(suite);
		}
		return counts;
	} finally {
		onuncaught(handler);
		deadline(null);
	}
}
