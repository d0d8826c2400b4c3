// SPDX-License-Identifier: MIT
// Runs an example of the API reference as a test: with the other machine that it talks to, and what it prints compared with what
// it says that it prints. tools/docs/examples.ts writes the tests that call this.

import assert from "assert";
import { deadline } from "board";
import { inspect } from "inspect";
import { KeyboardInterrupt } from "sockets";
import { settle } from "sockets/stats";
import { start, stop } from "test/neighbour";

export interface Example {
	/** Does what the example does. Synchronous up to its first `await`. */
	run: () => Promise<void>;
	/** The part of the other machine; none if not given. */
	peer?: "echo" | "call";
	/** The lines that it prints; `…` in them stands for anything. If `^C` is the last one, the program does not end by itself: it gets Ctrl-C
	 * when it has printed the others, or rather what its blocked call sees of that. */
	output: string[];
}

/** What ends a program that does not end by itself, as the last line of its output. */
const INTERRUPT = "^C";

/** Milliseconds that an example may take. A guard. */
const LIMIT = 30_000;

/** Milliseconds for connections to end. A guard: here they end in the next steps. */
const SETTLE_LIMIT = 2000;

/** @throws what the example throws; AssertionError if it printed something else */
export async function check({ run, peer, output }: Example): Promise<void> {
	const lines: string[] = [];
	const original = console;
	const log = (...values: unknown[]) => {
		lines.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" "));
		// A deadline that has passed ends the next call that blocks, just as Ctrl-C does, and the board goes on.
		if (output[lines.length] === INTERRUPT) deadline(0);
	};
	let failure: string | undefined;
	if (peer) start(peer);
	try {
		replaceConsole({ debug: log, error: log, info: log, log, warn: log });
		await run();
	} catch (error) {
		if (!(error instanceof KeyboardInterrupt) || output[lines.length] !== INTERRUPT) throw error;
		deadline(LIMIT);
		lines.push(INTERRUPT);
	} finally {
		replaceConsole(original);
		if (peer) {
			settle(SETTLE_LIMIT);
			failure = stop();
		}
	}
	assert.strictEqual(failure, undefined);
	assert.deepStrictEqual(
		lines.map((line, i) => (matches(line, output[i]) ? output[i] : line)),
		output,
	);
}

function replaceConsole(value: typeof console): void {
	Object.defineProperty(globalThis, "console", { configurable: true, value, writable: true });
}

/** Whether a line is what was expected. */
function matches(line: string, expected = ""): boolean {
	const parts = expected.split("…");
	let at = 0;
	for (const [i, part] of parts.entries()) {
		const found = i === parts.length - 1 && i > 0 ? line.lastIndexOf(part) : line.indexOf(part, at);
		if (found < at || (i === 0 && found !== 0)) return false;
		at = found + part.length;
	}
	return at === line.length;
}
