// SPDX-License-Identifier: MIT
// The tests of the C core (tests/core, one program under ASan and UBSan), each shown as a test of its own. Each runs in a
// process of its own, so that one that crashes fails alone. Those in which memory ends are in memory.test.ts.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildCoreTests, sweepPrefix } from "#tools/build/core-tests.js";

/** Milliseconds that a test may take before it counts as hanging; virtual time makes the longest take a fraction of a second. */
const GUARD = 20_000;

const execute = promisify(execFile);
const program = await buildCoreTests();
const { stdout: list } = await execute(program, ["--list"]);
const names = list.split("\n").filter((name) => name !== "" && !name.startsWith(sweepPrefix));
assert.ok(names.length > 0, "the program lists no tests");

describe("the socket core, alone on lwIP's loopback", () => {
	for (const name of names) {
		it(name.replaceAll("_", " "), async () => {
			const failure = await execute(program, [name], { timeout: GUARD }).then(
				() => undefined,
				(error: { killed?: boolean; stdout: string; stderr: string }) => error,
			);
			if (failure === undefined) return;
			const { killed, stdout, stderr } = failure;
			assert.fail(killed ? `does not end in ${GUARD / 1000} s` : `${stdout}${stderr}`.trim());
		}).timeout(2 * GUARD);
	}
});
