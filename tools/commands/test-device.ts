// SPDX-License-Identifier: MIT
// `npm run test:device`: test files, on a board.
import { existsSync } from "node:fs";
import { relative } from "node:path";
import { buildDeviceTests, deviceTestFiles } from "../build/images.js";
import { type Command, text, type Words } from "../cli/command.js";
import { complain, Failure } from "../cli/report.js";
import { capture, run } from "../cli/run.js";
import { root } from "../paths.js";
import { runSerialTests } from "../serial/device-tests.js";
import { defaultBaud, openPort } from "../serial/line.js";
import { compilePrograms } from "../serial/program.js";
import { RawClient } from "../serial/raw-client.js";
import { buildOptions, buildOptionsHelp, chosenBuild } from "./common.js";

/** Seconds without a sign of life after which a board hangs. */
const SILENCE = 30;

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

With --port the tests run on a board that already has the firmware, over its serial line: each file is sent as text and parsed on
the board, which is reset before. A board that hangs or resets is reset, and the next file follows.

${buildOptionsHelp}
  --port PORT          a serial port, a pty, or unix:PATH
  --baud NUMBER        its speed (default: ${defaultBaud})
  --manifest PATH      the application that the board runs, other than the project's manifest.json
  --silence SECONDS    a board that says nothing for so long hangs (default: ${SILENCE})
  --seed NUMBER        the seed of tests over a link with faults (docs/simulator.md): replays one that failed
  --list               print the tests as JSON, with --port, and run none
`,
	options: {
		...buildOptions,
		port: { type: "string" },
		baud: { type: "string" },
		manifest: { type: "string" },
		silence: { type: "string" },
		seed: { type: "string" },
		list: { type: "boolean" },
	},
	operands: "FILE",
	rest: true,
	async run(words) {
		const files = chooseFiles(words.operands);
		const port = text(words, "port");
		const unknown = words.rest.find((word) => port === undefined || (word !== "--list" && word !== "--only"));
		if (unknown !== undefined) throw new Failure(`test:device takes no word '${unknown}' after --`, 2);
		if (port !== undefined) return runOverLine(words, port, files);
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
		const status = await run(command, [...args, "--", ...(only ? ["--only"] : []), ...seedWords(words)]);
		return interrupted ? status || 130 : status;
	},
};

/** What tells the tests their seed. */
function seedWords(words: Words): string[] {
	const seed = text(words, "seed");
	if (seed === undefined) return [];
	if (!/^\d+$/.test(seed) || Number(seed) > 0xffffffff) {
		throw new Failure("--seed: expected a whole number from 0 to 4294967295", 2);
	}
	return ["--seed", seed];
}

/** The tests, on a board at the end of a serial line. */
async function runOverLine(words: Words, port: string, files: readonly string[]): Promise<number> {
	const silence = Number(text(words, "silence") ?? SILENCE);
	if (!(silence > 0)) throw new Failure("--silence: expected a number of seconds", 2);
	const programs = await compilePrograms(files, { manifest: text(words, "manifest") });
	const line = await openPort(port, Number(text(words, "baud") ?? defaultBaud));
	const client = new RawClient(line);
	let interrupted = false;
	const interrupt = () => {
		interrupted = true;
		client.interrupt();
		void line.close();
	};
	for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupt);
	try {
		const passed = await runSerialTests(client, programs, {
			silence: silence * 1000,
			list: words.options.list === true || words.rest.includes("--list"),
			print: (text) => void process.stdout.write(`${text}\n`),
		});
		client.leave();
		return passed ? 0 : 1;
	} catch (error) {
		if (interrupted) return 130;
		throw error;
	} finally {
		for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupt);
		await line.close();
	}
}

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
