// SPDX-License-Identifier: MIT
// The prompt of tests/images/repl in a terminal, for the tests of one suite.

import assert from "node:assert/strict";
import { buildImage } from "#tools/build/images.js";
import type { Program } from "./board.js";
import { close, open, readExactly } from "./net.js";
import { CTRL_D, Terminal, type TerminalOptions } from "./terminal.js";

/** What the tests of the prompt have in common. */
export interface Prompts {
	image: Program;
	/** A board whose prompt is there. */
	start(options?: TerminalOptions): Promise<Terminal>;
	/** One with the echo server; gives the port that leads to it. */
	serving(): Promise<number>;
	/** Ctrl-D, and waits until the server listens again. */
	reset(): Promise<void>;
}

/**
 * Builds the image before the tests of the suite around, and leaves the terminal after each.
 * @param board which one
 * @param ready is given each terminal that is started
 */
export function usePrompts(board: string, ready: (terminal: Terminal) => void): Prompts {
	let terminal: Terminal | undefined;

	const prompts: Prompts = {
		image: { command: "", args: [] },
		async start(options: TerminalOptions = {}) {
			const started = new Terminal(prompts.image, { words: ["quiet"], env: { NO_COLOR: "1" }, ...options });
			terminal = started;
			ready(started);
			await started.prompt();
			return started;
		},
		async serving() {
			const started = await prompts.start({ words: [], options: ["--forward", "0:9000"] });
			const [, port] = /forwarding 127\.0\.0\.1:(\d+)/.exec(started.raw) ?? [];
			assert(port, "the board says its port first");
			await started.expect(/listening/);
			await started.prompt();
			return Number(port);
		},
		async reset() {
			assert(terminal);
			terminal.type(CTRL_D);
			await terminal.expect(/soft reset[\s\S]*listening/);
			await terminal.prompt();
		},
	};

	before(async function () {
		this.timeout(300_000);
		prompts.image = await buildImage({ board, manifest: "tests/images/repl/manifest.json" });
	});

	afterEach(async () => {
		await terminal?.leave();
		terminal = undefined;
	});

	return prompts;
}

/** Has the echo server echo something. */
export async function echoes(port: number): Promise<void> {
	const socket = await open(port);
	socket.write("hello");
	assert.equal((await readExactly(socket, 5)).toString(), "hello");
	await close(socket);
}
