// SPDX-License-Identifier: MIT
// The tests of the socket core between threads (tests/threads), each shown as a test of its own and run in a process of
// its own. Those named fails_… show that ThreadSanitizer and the assertions on the core lock see what they are for.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildThreadTests } from "#tools/build/thread-tests.js";

/** Milliseconds that a test may take before it counts as hanging. */
const GUARD = 60_000;

const execute = promisify(execFile);
const program = await buildThreadTests();
const { stdout: list } = await execute(program, ["--list"]);
const names = list.split("\n").filter((name) => name !== "");
assert.ok(names.length > 0, "the program lists no tests");

interface End {
	killed?: boolean;
	stdout: string;
	stderr: string;
}

/** What a test that failed has left; undefined if it passed. */
async function failureOf(name: string): Promise<End | undefined> {
	return execute(program, [name], { timeout: GUARD, killSignal: "SIGKILL" }).then(
		() => undefined,
		(error: End) => error,
	);
}

/** What each of the tests that must fail has to say. */
const reasons: Record<string, RegExp> = {
	fails_without_the_lock: /lwIP is called without the core lock/,
	fails_with_the_lock_taken_twice: /the core lock is taken twice/,
	fails_with_a_race: /ThreadSanitizer: data race/,
};

describe("the socket core and its port for ESP-IDF, between threads", () => {
	for (const name of names) {
		it(name.replaceAll("_", " "), async () => {
			const failure = await failureOf(name);
			if (name.startsWith("fails_")) {
				assert.match(failure?.stderr ?? "", reasons[name] ?? /^$/);
				return;
			}
			if (failure === undefined) return;
			const { killed, stdout, stderr } = failure;
			assert.fail(killed ? `does not end in ${GUARD / 1000} s` : `${stdout}${stderr}`.trim());
		}).timeout(2 * GUARD);
	}
});
