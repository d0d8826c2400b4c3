// SPDX-License-Identifier: MIT
// An image of device tests as a suite of mocha's: each device test is a test of its own. The board runs them once, one after the
// other, and each result is shown when it comes. device-run.ts is how they get here.

import assert from "node:assert/strict";
import type { BoardOptions, Program } from "./board.js";
import { DeviceRun, DeviceTestError, type ListedTest, listTests } from "./device-run.js";

/** A test, its number in the board's run, and what of its path is not yet declared. */
interface Numbered {
	test: ListedTest;
	number: number;
	rest: string[];
}

/** How to run the tests. */
export interface DeviceTestOptions extends BoardOptions {
	/** Full titles, parts joined by " > ", of tests that run like the others but do not count. They must be there. */
	without?: readonly string[];
}

/**
 * Declares the tests of an image. Call it from a test file's top level.
 *
 * @param title of the suite around them
 * @param pathOf a test's titles from the outermost suite; by default those on the board, in a suite for each file
 */
export async function declareDeviceTests(
	title: string,
	launch: Program,
	pathOf = ({ file, path }: ListedTest): string[] => [file, ...path],
	{ options, words = [], without = [] }: DeviceTestOptions = {},
): Promise<void> {
	// Collecting garbage at every allocation, listing would take half a minute.
	const listed = await listTests(
		launch,
		options?.filter((option) => option !== "--collect-always"),
	);
	if (listed.length === 0) throw new Error(`${title}: there is no test`);
	const titleOf = (test: ListedTest) => test.path.join(" > ");
	for (const left of without) {
		if (!listed.some((test) => titleOf(test) === left)) throw new Error(`${title}: there is no test '${left}'`);
	}
	const only = listed.some((test) => test.only);
	let run: DeviceRun;

	function declare({ test, number, rest: [title] }: Numbered): void {
		// Marked here too, so that mocha can forbid it.
		const declared = test.only ? it.only : it;
		declared(title as string, async function () {
			const point = await run.result(number);
			assert.equal(point.title, titleOf(test).replace(/\s+/g, " "), "the board runs other tests than it listed");
			if (point.skipped) this.skip();
			if (!point.ok) throw new DeviceTestError(point);
		});
	}

	/** Declares tests, and suites around those that have the same first title. */
	function declareAll(tests: Numbered[]): void {
		while (tests.length > 0) {
			const [first] = tests as [Numbered];
			if (first.rest.length === 1) {
				declare(first);
				tests = tests.slice(1);
				continue;
			}
			const [title] = first.rest as [string];
			const end = tests.findIndex(({ rest }) => rest.length === 1 || rest[0] !== title);
			const inside = tests.slice(0, end < 0 ? tests.length : end);
			tests = tests.slice(inside.length);
			describe(title, () => declareAll(inside.map((test) => ({ ...test, rest: test.rest.slice(1) }))));
		}
	}

	describe(title, function () {
		// The run has a guard of its own, and each test its limit on the board.
		this.timeout(0);
		this.slow(500);

		before(() => {
			run = new DeviceRun(launch, { options, words: [...words, ...(only ? ["--only"] : [])] });
		});

		after(async () => {
			const { status } = await run.end();
			const expected = run.failed ? 1 : 0;
			assert.equal(status, expected, `exit status of the board; it said:\n${run.board.stderr.all.join("\n")}`);
		});

		const chosen = only ? listed.filter((test) => test.only) : listed;
		const numbered = chosen.map((test, i) => ({ test, number: i + 1, rest: pathOf(test) }));
		declareAll(numbered.filter(({ test }) => !without.includes(titleOf(test))));
	});
}
