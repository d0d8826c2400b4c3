// SPDX-License-Identifier: MIT
// The command line as a person meets it: help, and one line for each mistake.
import assert from "node:assert/strict";
import { capture } from "#tools/cli/run.js";
import { inRoot } from "#tools/paths.js";

const camsock = (...words: string[]) =>
	capture(process.execPath, [inRoot("tools", "camsock.mjs"), ...words], { env: { ...process.env, NO_COLOR: "1" } });

describe("the command line", () => {
	const commands = [
		...["start", "build", "repl", "exec", "flash", "boards", "check:boards", "bench", "soak", "docs"],
		...["test", "test:device", "test:sanitize", "fuzz", "simulate", "doctor", "lint", "format", "clean"],
	];

	for (const command of commands) {
		it(`has help for ${command}`, async () => {
			const { status, stdout } = await camsock(command, "--help");
			assert.equal(status, 0);
			assert.match(stdout, new RegExp(`^Usage: npm (run )?${command}\\b`));
		});

		it(`answers an unknown option of ${command} in one line`, async () => {
			const { status, stdout, stderr } = await camsock(command, "--no-such-thing");
			assert.equal(status, 2);
			assert.equal(stdout, "");
			assert.equal(stderr, `camsock: Unknown option '--no-such-thing' (see: npm run ${command} -- --help)\n`);
		});
	}

	it("lists the commands when it is given none or an unknown one", async () => {
		for (const words of [[], ["strat"]]) {
			const { status, stderr } = await camsock(...words);
			assert.equal(status, 2);
			for (const command of commands) assert.match(stderr, new RegExp(`npm run ${command}\\b`));
		}
		assert.match((await camsock("strat")).stderr, /^camsock: there is no command 'strat'\n/);
	});

	const mistakes: [string, string[], RegExp][] = [
		[
			"an unknown board",
			["build", "--board", "esp23"],
			/^camsock: there is no board 'esp23'; boards: native-sim\b.*\n$/,
		],
		[
			"an unknown variant",
			["build", "--variant", "fast"],
			/^camsock: there is no variant 'fast'; variants: release, .*\n$/,
		],
		["a manifest that is not there", ["build", "--manifest", "none.json"], /^camsock: there is no none\.json\n$/],
		["an unknown fuzz target", ["fuzz", "cor"], /^camsock: there is no target 'cor'; targets: core, .*\n$/],
		["a time that is none", ["fuzz", "text", "--for", "soon"], /^camsock: --for soon: expected a time .*\n$/],
		["a number of runs that is none", ["fuzz", "text", "--runs", "0"], /^camsock: --runs 0: not a whole .*\n$/],
		[
			"an input without its target",
			["fuzz", "--replay", "x"],
			/^camsock: --replay needs the one TARGET that the input is of\n$/,
		],
		[
			"an option without its value",
			["build", "--board"],
			/^camsock: Option '--board <value>' argument missing \(see: .*\)\n$/,
		],
		[
			"a test file that is not there",
			["test:device", "none.ts"],
			/^camsock: there is no file none\.ts, and no file in .*\n$/,
		],
		["a word that a command does not take", ["build", "now"], /^camsock: Unexpected argument 'now'.*\n$/],
	];
	for (const [mistake, words, message] of mistakes) {
		it(`answers ${mistake} in one line`, async () => {
			const { status, stderr } = await camsock(...words);
			assert.notEqual(status, 0);
			assert.match(stderr, message);
		});
	}

	it("says what the doctor finds, a line each, and that nothing is missing where tests run", async () => {
		const { status, stdout } = await camsock("doctor");
		assert.equal(status, 0);
		for (const what of ["Node", "gcc", "ninja-build", "libslirp-dev", "XS", "lwIP"]) {
			assert.match(stdout, new RegExp(`^ok +${what} `, "m"));
		}
	});
});
