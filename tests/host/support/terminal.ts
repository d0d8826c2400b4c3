// SPDX-License-Identifier: MIT
// A board in a terminal, as a person uses it: keys go in, and what they see comes out. The pseudo-terminal is that of
// script(1), which every Debian has.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { GUARD, type Program } from "./board.js";
import { Screen } from "./screen.js";

export const CTRL_A = "\x01";
export const CTRL_B = "\x02";
export const CTRL_C = "\x03";
export const CTRL_D = "\x04";
export const CTRL_E = "\x05";
export const ENTER = "\r";
export const LEAVE = "\x1d";

/** Terminals that run. A test that fails may leave one; it must not keep mocha from ending. */
const running = new Set<ChildProcess>();

after(() => {
	for (const child of running) child.kill("SIGKILL");
});

export interface TerminalOptions {
	options?: string[];
	words?: string[];
	columns?: number;
	env?: NodeJS.ProcessEnv;
	/** Shell commands before and after the board. */
	before?: string;
	after?: string;
}

function quote(word: string): string {
	return `'${word.replace(/'/g, "'\\''")}'`;
}

export class Terminal {
	readonly screen = new Screen();
	/** All that came, as it came. */
	raw = "";
	readonly #process: ChildProcess;
	readonly ended: Promise<number | null>;
	/** Where in `raw` the latest expectation ended. */
	#at = 0;
	#over = false;

	constructor(
		{ command, args }: Program,
		{ options = ["--no-forward"], words = [], columns = 80, env = {}, before = "", after = "" }: TerminalOptions = {},
	) {
		const run = [command, ...args, ...options, "--", ...words].map(quote).join(" ");
		const shell = `stty cols ${columns} rows 24; ${before} ${run}; status=$?; ${after} exit $status`;
		this.#process = spawn("script", ["-q", "-e", "-c", shell, "/dev/null"], {
			stdio: ["pipe", "pipe", "inherit"],
			env: { ...process.env, NO_COLOR: "", TERM: "xterm", ...env, SHELL: "/bin/sh" },
		});
		running.add(this.#process);
		this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
			this.raw += text;
			this.screen.write(text);
			this.#process.emit("news");
		});
		this.ended = once(this.#process, "close").then(([status]) => {
			running.delete(this.#process);
			this.#over = true;
			this.#process.emit("news");
			return status as number | null;
		});
	}

	/** Presses keys. */
	type(keys: string | Uint8Array): void {
		this.#process.stdin?.write(keys);
	}

	/** Waits until something is on its way that matches, from where the last one ended on; gives the match. */
	async expect(pattern: RegExp): Promise<RegExpExecArray> {
		const guard = setTimeout(() => this.#process.kill("SIGKILL"), GUARD);
		try {
			for (;;) {
				const match = pattern.exec(this.raw.slice(this.#at));
				if (match) {
					this.#at += match.index + match[0].length;
					return match;
				}
				if (this.#over) break;
				await once(this.#process, "news");
			}
		} finally {
			clearTimeout(guard);
		}
		throw new Error(`${pattern} did not come; the screen:\n${this.screen.lines.join("\n")}`);
	}

	/** Waits for the prompt, with nothing typed. */
	async prompt(): Promise<void> {
		await this.expect(/\r> \x1b\[K\r\x1b\[2C/);
	}

	/** Types a line and waits for the next prompt; what is on the screen between. */
	async run(line: string): Promise<string> {
		// What others print meanwhile goes above the line; so it is typed, and seen, before Enter.
		this.type(line);
		if (/^[ -~]+$/.test(line)) await this.#seen(line.slice(-10));
		const from = this.screen.lines.length;
		this.#at = this.raw.length;
		this.type(ENTER);
		await this.expect(/\n/);
		await this.prompt();
		return this.screen.lines.slice(from, -1).join("\n");
	}

	/** Waits until the row of the cursor ends so. */
	async #seen(end: string): Promise<void> {
		const guard = setTimeout(() => this.#process.kill("SIGKILL"), GUARD);
		while (!this.screen.line.endsWith(end.trimEnd()) && !this.#over) await once(this.#process, "news");
		clearTimeout(guard);
	}

	/** Waits for the board's end, and gives the status. */
	async end(): Promise<number | null> {
		const guard = setTimeout(() => this.#process.kill("SIGKILL"), GUARD);
		const status = await this.ended;
		clearTimeout(guard);
		return status;
	}

	/** Leaves the board, as a person does. */
	async leave(): Promise<number | null> {
		this.type(LEAVE);
		return this.end();
	}
}
