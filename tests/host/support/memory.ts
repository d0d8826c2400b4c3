// SPDX-License-Identifier: MIT
// What a board says of its memory when it is asked by SIGUSR1.
import type { Board } from "./board.js";

/** What a board says when it is asked now. */
async function ask(board: Board): Promise<string> {
	board.process.kill("SIGUSR1");
	const [, text] = await board.expect(/^memory: (.*)$/, board.errors);
	return text as string;
}

/**
 * What the board has in use, by name: bytes of chunks, slots, lwIP's pools. It is asked a few times, while it does nothing but wait, after
 * `settle` each time; and the least counts, for what was last may still be on its way out. Twice each time: the engine keeps hold of
 * the last value that an async function went on with, until the next call.
 */
export async function memory(board: Board, settle: () => Promise<void>): Promise<Record<string, number>> {
	const least: Record<string, number> = {};
	for (let i = 0; i < 20; i++) {
		await settle();
		await ask(board);
		for (const [, name, value] of (await ask(board)).matchAll(/(\w+)=(\d+)/g)) {
			least[name as string] = Math.min(least[name as string] ?? Number.POSITIVE_INFINITY, Number(value));
		}
	}
	return least;
}
