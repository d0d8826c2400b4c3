// SPDX-License-Identifier: MIT
// `npm run test:device`: test files, on a board.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { buildDeviceTests, deviceTestFiles } from "../build/images.js";
import type { Command } from "../cli/command.js";
import { complain, Failure } from "../cli/report.js";
import { capture, run } from "../cli/run.js";
import { root } from "../paths.js";
import { buildOptions, buildOptionsHelp, chosenBuild } from "./common.js";

/** A line of what the board prints with `--list`; modules/testing writes it. */
interface ListedTest {
	file: string;
	path: string[];
	only?: boolean;
}

export const testDevice: Command = {
	name: "test:device",
	summary: "runs test files on a board",
	help: `Usage: npm run test:device -- [OPTIONS] [FILE or PATTERN ...]

Builds test files into an image, runs it on a board and prints the results as TAP 14.
FILE is a .ts file anywhere; PATTERN is a part of the path of a file in tests/device; without either, all files in
tests/device run. The exit status is 0 if all tests passed.

${buildOptionsHelp}
`,
	options: buildOptions,
	operands: "FILE",
	async run(words) {
		const files = chooseFiles(words.operands);
		const { command, args: base } = await buildDeviceTests({ ...chosenBuild(words), files });
		// Tests need no port of this machine, and a firmware that runs beside them may have taken the default one.
		const args = [...base, "--no-forward"];
		const listed = await capture(command, [...args, "--", "--list"]);
		if (listed.status !== 0) {
			process.stdout.write(listed.stdout);
			process.stderr.write(listed.stderr);
			complain("the board could not list its tests (see above)");
			return listed.status;
		}
		const only = parseList(listed.stdout).some((test) => test.only === true);
		// A board that is interrupted ends with 0, as it should; tests that did not all run have not passed.
		let interrupted = false;
		for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (interrupted = true));
		const status = await run(command, [...args, ...(only ? ["--", "--only"] : [])]);
		return interrupted ? status || 130 : status;
	},
};

/** Files that exist as named, and files of tests/device whose path contains a word. */
function chooseFiles(operands: readonly string[]): string[] {
	const all = deviceTestFiles();
	if (operands.length === 0) return all;
	const chosen = operands.flatMap((operand) => {
		if (existsSync(operand)) return [operand];
		const matching = all.filter((file) => relative(root, file).includes(operand));
		if (matching.length > 0) return matching;
		throw new Failure(`there is no file ${operand}, and no file in tests/device whose path contains it`);
	});
	return [...new Set(chosen)];
}

function parseList(output: string): ListedTest[] {
	const lines = output.split("\n").filter((line) => line.startsWith("{"));
	return lines.map((line) => JSON.parse(line) as ListedTest);
}
