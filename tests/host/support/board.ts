// SPDX-License-Identifier: MIT
// A board in a process of its own, as a test sees it: lines that it prints, the ports that lead to it, its end.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { Launch } from "#tools/boards/board.js";

/** Milliseconds after which something that should have happened did not. A guard; nothing waits for it to pass. */
export const GUARD = 30_000;

/** What is started: a board, or a tool that behaves like one. */
export type Program = Pick<Launch, "command" | "args"> & Partial<Pick<Launch, "errors">>;

/** How a process ended. */
export interface Ending {
	status: number | null;
	signal: NodeJS.Signals | null;
}

export interface BoardOptions {
	/** Options of the board itself. Default: none, and no port leads to it. */
	options?: string[];
	/** Words for the application. */
	words?: string[];
	/** Whether the board has a stdin, `process.stdin`; default false. */
	input?: boolean;
}

/** Lines of a stream, kept, and waited for. */
class Lines {
	readonly all: string[] = [];
	#read = 0;
	#ended = false;
	#wake: () => void = () => {};

	constructor(stream: NodeJS.ReadableStream) {
		const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
		lines.on("line", (line) => {
			// Where the console is the serial line, the prompt is there too, with what moves a terminal's cursor.
			this.all.push(stripVTControlCharacters(line));
			this.#wake();
		});
		lines.on("close", () => {
			this.#ended = true;
			this.#wake();
		});
	}

	/** The next line, undefined at the end. One caller at a time. */
	async next(): Promise<string | undefined> {
		while (this.#read === this.all.length && !this.#ended) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
		return this.all[this.#read++];
	}
}

/** Boards that run. A test that fails may leave one; it must not keep mocha from ending. */
const running = new Set<Board>();

after(() => {
	for (const board of running) board.process.kill("SIGKILL");
});

export class Board {
	readonly process: ChildProcess;
	readonly stdout: Lines;
	readonly stderr: Lines;
	/** The one of the two where the firmware says what is wrong. */
	readonly errors: Lines;
	/** How it ended. */
	readonly ended: Promise<Ending>;

	constructor(
		{ command, args, errors = "stderr" }: Program,
		{ options = ["--no-forward"], words = [], input = false }: BoardOptions = {},
	) {
		const stdin = input ? "pipe" : "ignore";
		this.process = spawn(command, [...args, ...options, "--", ...words], { stdio: [stdin, "pipe", "pipe"] });
		const { stdout, stderr } = this.process;
		if (!stdout || !stderr) throw new Error("no pipes");
		this.stdout = new Lines(stdout);
		this.stderr = new Lines(stderr);
		this.errors = errors === "stdout" ? this.stdout : this.stderr;
		running.add(this);
		this.ended = once(this.process, "close").then(([status, signal]) => {
			running.delete(this);
			return { status, signal } as Ending;
		});
	}

	get pid(): number {
		if (this.process.pid === undefined) throw new Error(`${this.process.spawnfile} did not start`);
		return this.process.pid;
	}

	/** Reads on until a line matches and gives the match. */
	async expect(pattern: RegExp, lines: Lines = this.stdout): Promise<RegExpExecArray> {
		const guard = setTimeout(() => this.process.kill("SIGKILL"), GUARD);
		try {
			for (;;) {
				const line = await lines.next();
				if (line === undefined) break;
				const match = pattern.exec(line);
				if (match) return match;
			}
		} finally {
			clearTimeout(guard);
		}
		const said = [...this.stdout.all, ...this.stderr.all].slice(-20).join("\n");
		throw new Error(`the board ended or was silent before it said ${pattern}; its last lines:\n${said}`);
	}

	/** Waits until the board has been told where it can be reached, and gives the port of this machine. */
	async port(): Promise<number> {
		const [, port] = await this.expect(/^forwarding 127\.0\.0\.1:(\d+) -> \d+$/, this.stderr);
		return Number(port);
	}

	/** Waits for the end. One that does not come is an error. */
	async end(): Promise<Ending> {
		let late = false;
		const guard = setTimeout(() => {
			late = true;
			this.process.kill("SIGKILL");
		}, GUARD);
		const ending = await this.ended;
		clearTimeout(guard);
		if (late) throw new Error(`the board did not end within ${GUARD / 1000} s`);
		return ending;
	}

	/** Ends the board if it still runs. */
	async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ending> {
		this.process.kill(signal);
		return this.end();
	}
}
