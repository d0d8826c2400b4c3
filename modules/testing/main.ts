// SPDX-License-Identifier: MIT
// The main module of an image of device tests. Read globals.d.ts, suite.ts and runner.ts first.
//
// Test files are loaded one after the other, and each one's tests run before the next is loaded, so that the heap holds
// the suites of one file only. The board's arguments:
//   (none)   runs the tests and prints TAP 14; status 1 if one failed or there was none
//   --list   prints the tests as JSON, one a line, and runs none
//   --only   runs what is marked .only in any of the files; without it, .only counts within its file
//   --timeout MILLISECONDS   the limit of tests and hooks that do not say theirs

import { args, deadline, exit, onuncaught } from "board";
import files from "testing/files";
import { watch } from "testing/leaks";
import { type Result, Runner } from "testing/runner";
import { collectAsync, install, type Suite } from "testing/suite";
import { formatResult } from "testing/tap";

/** A line of `--list`. */
export interface Listed {
	file: string;
	/** Titles from the outermost suite to the test. */
	path: string[];
	skip?: true;
	only?: true;
}

const counts = { pass: 0, fail: 0, skip: 0 };
let number = 0;

const runner = new Runner({
	report(result: Result) {
		counts[result.outcome]++;
		for (const line of formatResult(++number, result)) console.log(line);
	},
	watch,
	deadline,
	...timeoutOption(),
});

function timeoutOption(): { timeout?: number } {
	const at = args.indexOf("--timeout");
	return at < 0 ? {} : { timeout: Number(args[at + 1]) };
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

function list(file: string, suite: Suite): void {
	const only = suite.hasOnly;
	const all = [...suite.all()];
	if (only) suite.filterOnly();
	const selected = new Set(only ? suite.all() : []);
	for (const test of all) {
		const line: Listed = { file, path: test.path };
		if (test.skip) line.skip = true;
		if (selected.has(test)) line.only = true;
		console.log(JSON.stringify(line));
	}
}

async function main(): Promise<number> {
	install();
	if (args.includes("--list")) {
		for (const { specifier, file } of files) list(file, await load(specifier));
		return 0;
	}
	const onlyOnly = args.includes("--only");
	onuncaught((error) => runner.uncaught(error));
	console.log("TAP version 14");
	for (const { specifier, file } of files) {
		const suite = await load(specifier);
		if (suite.hasOnly) suite.filterOnly();
		else if (onlyOnly) continue;
		console.log(`# ${file}`);
		await runner.run(suite);
	}
	console.log(`1..${number}`);
	console.log(`# ${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`);
	if (number === 0) console.log("# no tests: the files hold no it(), or no file was given");
	return number > 0 && counts.fail === 0 ? 0 : 1;
}

exit(await main());
