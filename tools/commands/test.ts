// SPDX-License-Identifier: MIT
// `npm test`: everything that needs no hardware, under mocha: the tools, boards driven from outside, the device tests
// (each a mocha test of its own) and the socket core's. The files are tests/host/**/*.test.ts. `npm run test:sanitize` is
// the part of it that runs under sanitizers.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type Mocha from "mocha";
import { buildCoreTests } from "../build/core-tests.js";
import { buildDeviceTests, buildImage, deviceTestFiles } from "../build/images.js";
import { buildThreadTests } from "../build/thread-tests.js";
import { type Command, text, type Words } from "../cli/command.js";
import { colours, complain, Failure } from "../cli/report.js";
import { run } from "../cli/run.js";
import { inBuild, inRoot, root } from "../paths.js";

export const test: Command = {
	name: "test",
	summary: "runs all tests that need no hardware",
	help: `Usage: npm test [-- OPTIONS] [PATTERN ...]

Sets up what is missing, builds, and runs the tests with mocha. With PATTERN, only the test files in tests/host whose
path contains one of them. The last line is the count; the exit status is 0 if all tests passed.

  --grep TEXT          only tests whose full title contains TEXT
  --forbid-only        fail if a test is marked .only; so it is wherever the variable CI is set
`,
	options: { grep: { type: "string" }, "forbid-only": { type: "boolean" } },
	operands: "PATTERN",
	async run(words) {
		const files = chooseFiles(words.operands);
		// What many tests use is built first, so that a compiler's errors are not a test's.
		await buildImage();
		await buildDeviceTests({ files: deviceTestFiles() });
		await buildCoreTests();
		await buildThreadTests();
		return runFiles(files, words);
	},
};

export const testSanitize: Command = {
	name: "test:sanitize",
	summary: "runs the device tests under sanitizers",
	help: `Usage: npm run test:sanitize [-- OPTIONS]

Builds native-sim with AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer, and runs the device tests twice:
as they are, and with garbage collected at every allocation. It is a part of \`npm test\`.

  --grep TEXT          only tests whose full title contains TEXT
  --forbid-only        fail if a test is marked .only
`,
	options: test.options,
	async run(words) {
		return runFiles(chooseFiles(["sanitize.test.ts"]), words);
	},
};

/** Compiles the tests and runs some of the files; gives the exit status. */
async function runFiles(files: readonly string[], words: Words): Promise<number> {
	await compileTests();
	process.setSourceMapsEnabled(true);
	// Here, because the other commands start faster without it.
	const { default: Runner } = await import("mocha");
	const mocha = new Runner({
		color: colours(process.stdout),
		reporter: "spec",
		timeout: 30_000,
		forbidOnly: words.options["forbid-only"] === true || process.env.CI !== undefined,
		fgrep: text(words, "grep"),
	});
	for (const file of files) mocha.addFile(file);
	await mocha.loadFilesAsync();
	return runMocha(mocha);
}

async function compileTests(): Promise<void> {
	const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
	const status = await run(process.execPath, [tsc, "-p", inRoot("tests", "host")], { cwd: root, output: "stderr" });
	if (status !== 0) throw new Failure("the tests do not compile (see above)");
}

/** The compiled files of the tests whose path contains one of the patterns. */
function chooseFiles(patterns: readonly string[]): string[] {
	const names = readdirSync(inRoot("tests", "host"), { recursive: true, encoding: "utf8" });
	const all = names.filter((name) => name.endsWith(".test.ts")).sort();
	for (const pattern of patterns) {
		if (!all.some((name) => name.includes(pattern))) throw new Failure(`no file in tests/host matches '${pattern}'`);
	}
	const chosen = all.filter((name) => patterns.length === 0 || patterns.some((pattern) => name.includes(pattern)));
	return chosen.map((name) => join(inBuild("tests", "host"), name.replace(/\.ts$/, ".js")));
}

/** Runs the tests and prints the closing line. */
function runMocha(mocha: Mocha): Promise<number> {
	return new Promise((resolve) => {
		const runner = mocha.run((failures) => {
			const { passes = 0, pending = 0 } = runner.stats ?? {};
			const skipped = pending > 0 ? `, ${pending} skipped` : "";
			process.stdout.write(`${passes} passed, ${failures} failed${skipped}\n`);
			resolve(failures === 0 && passes > 0 ? 0 : 1);
			// Node ends by itself unless a test left something open; then nobody should have to wait.
			setTimeout(leftOpen, 5000).unref();
		});
	});
}

function leftOpen(): never {
	complain(`a test left something open: ${process.getActiveResourcesInfo().join(", ")}`);
	process.exit(1);
}
