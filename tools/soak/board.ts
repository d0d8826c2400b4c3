// SPDX-License-Identifier: MIT
// An emulated board as a soak sees it: a port that leads to its echo server, its serial line with a person at it, and
// what it says of its memory when it is asked.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { Launch } from "../boards/board.js";
import { Failure } from "../cli/report.js";

/** Milliseconds after which something that should have happened did not. A guard; nothing waits for it to pass. */
const GUARD = 60_000;

/** The greeting again; the line about the memory, where there is no signal for it. */
const CTRL_B = "\x02";
const CTRL_T = "\x14";

/** What the firmware says when it is asked (boards/common/report.c): its figures by name. */
export type Figures = Record<string, number>;

/** The lines of a report, from the first to the last; the last one is of qemu-riscv32's, whose report comes on its line. */
const report = /memory: .*\n(?:.*\n)*?malloc: .*\n/;
const reportOnLine = /memory: .*\n(?:.*\n)*?most: .*\n/;

/** TCP states of connections that somebody still has to do something about. */
const open = ["SYN_SENT", "SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"];

/** How many connections are not over. One in TIME_WAIT is. */
export function openConnections(figures: Figures): number {
	return open.reduce((sum, state) => sum + (figures[state] ?? 0), 0);
}

/** What a stream brings, as lines that can be waited for. What moves a terminal's cursor ends a line, or is taken out. */
class Lines {
	#text = "";
	readonly #wanted = new Set<(line: string) => void>();
	/** The last few. */
	readonly last: string[] = [];
	readonly #online: (line: string) => void;
	readonly #pattern: RegExp;

	constructor(stream: Readable, pattern: RegExp, online: (line: string) => void = () => {}) {
		this.#pattern = pattern;
		this.#online = online;
		stream.setEncoding("utf8").on("data", (text: string) => {
			this.#text += text;
			this.#take();
		});
	}

	/** A report that somebody waits for is taken out as a whole: it can come in the middle of another line. */
	#report: ((text: string) => void) | undefined;

	report(): Promise<string> {
		return new Promise((resolve) => {
			this.#report = resolve;
		});
	}

	/** Nobody waits for the report any more; gives what has come of it. */
	giveUp(): string {
		const [, begun = ""] = /(memory: [\s\S]*)/.exec(this.#text) ?? [];
		this.#report = undefined;
		this.#take();
		return begun;
	}

	/** Waits for the next line that matches. */
	expect(pattern: RegExp): Promise<RegExpExecArray> {
		return new Promise((resolve) => {
			const look = (line: string) => {
				const match = pattern.exec(line);
				if (!match) return;
				this.#wanted.delete(look);
				resolve(match);
			};
			this.#wanted.add(look);
		});
	}

	#take(): void {
		if (this.#report) {
			const match = this.#pattern.exec(this.#text);
			if (match) {
				this.#text = this.#text.slice(0, match.index) + this.#text.slice(match.index + match[0].length);
				const found = this.#report;
				this.#report = undefined;
				found(match[0]);
			} else if (this.#text.includes("memory: ")) return;
		}
		const lines = this.#text.split(/\r\n|\r|\n/);
		this.#text = lines.pop() as string;
		for (const raw of lines) this.#line(stripVTControlCharacters(raw));
	}

	#line(line: string): void {
		this.last.push(line);
		if (this.last.length > 20) this.last.shift();
		this.#online(line);
		for (const look of [...this.#wanted]) look(line);
	}
}

/** What the console has told of the clients. */
export interface Told {
	/** Clients that came, and went. */
	opened: number;
	closed: number;
	/** Errors that clients went with, by code. */
	errors: Record<string, number>;
	/** What no client's coming and going explains. */
	strange: string[];
}

export class SoakBoard {
	readonly name: string;
	readonly port: number;
	readonly told: Told = { opened: 0, closed: 0, errors: {}, strange: [] };
	/** Resolves, with how, when it has ended. */
	readonly ended: Promise<string>;
	readonly #process: ChildProcess;
	readonly #keys: Writable;
	readonly #line: Lines;
	readonly #reports: Lines;
	readonly #folder: string;
	#asking: Promise<unknown> = Promise.resolve();

	private constructor(
		name: string,
		child: ChildProcess,
		{ port, line, errors, folder }: { port: number; line: Duplex; errors: Lines | undefined; folder: string },
	) {
		this.name = name;
		this.port = port;
		this.#process = child;
		this.#folder = folder;
		this.#keys = line;
		this.#line = new Lines(line, reportOnLine, (text) => this.#hear(text));
		this.#reports = errors ?? this.#line;
		this.ended = once(child, "exit").then(([status, signal]) => `${signal ?? `status ${status}`}`);
	}

	/** Starts it, and waits until its prompt is there and its server listens. */
	static async start(name: string, { command, args, errors: where }: Launch, words: string[]): Promise<SoakBoard> {
		const folder = mkdtempSync(join(tmpdir(), "camsock-"));
		const path = join(folder, "line");
		const options = ["--serial", `unix:${path}`, "--forward", "0:9000", "--", ...words];
		// It must not outlive this process, however that ends (setpriv is of util-linux, which every Debian has); nor get the
		// Ctrl-C that ends the soak.
		const child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...args, ...options], {
			detached: true,
			// Each of libslirp's buffers is mapped by itself, and given back to Linux when it is freed.
			env: { ...process.env, MALLOC_MMAP_THRESHOLD_: "65536" },
		});
		child.on("error", () => {});
		const errors = new Lines(child.stderr as Readable, report);
		try {
			const gone = once(child, "exit").then(() => {
				throw new Failure(`${name} did not start; it said: ${errors.last.join(" / ")}`);
			});
			gone.catch(() => {});
			const announced = [/:(\d+) -> 9000$/, /^serial line: /].map((pattern) => errors.expect(pattern));
			const [[, port] = []] = await Promise.race([Promise.all(announced), gone]);
			const line = connect(path);
			await Promise.race([once(line, "connect"), gone]);
			// Where the line is all that the board has, it says there what it has to say.
			const reports = where === "stderr" ? errors : undefined;
			return await new SoakBoard(name, child, { port: Number(port), line, errors: reports, folder }).#ready();
		} catch (error) {
			child.kill("SIGKILL");
			rmSync(folder, { recursive: true, force: true });
			throw error;
		}
	}

	async #ready(): Promise<this> {
		// The greeting, once more: what was said before the line was connected is lost.
		await this.type(CTRL_B, /^camsock on /);
		while (((await this.ask()).LISTEN ?? 0) === 0);
		return this;
	}

	/** A line of the console. */
	#hear(line: string): void {
		const { told } = this;
		if (/^client \S+: connected, /.test(line)) told.opened++;
		else if (/^client \S+: \d+ bytes/.test(line)) {
			told.closed++;
			const error = /bytes, (?:OSError: )?(.*); \d+ now/.exec(line)?.[1];
			if (error === undefined) return;
			const code = /\bE[A-Z]+\b/.exec(error)?.[0] ?? error;
			told.errors[code] = (told.errors[code] ?? 0) + 1;
		} else if (/^uncaught|^soft reset$|out of (memory|names)|stack overflow|crashed|assert/.test(line)) {
			if (told.strange.length < 20 && !/KeyboardInterrupt/.test(line)) told.strange.push(line);
		}
	}

	/** Types keys at the prompt and waits for a line that matches. One at a time. */
	async type(keys: string, pattern: RegExp): Promise<RegExpExecArray> {
		const found = this.#line.expect(pattern);
		this.#keys.write(keys);
		return this.#guard(
			found,
			() => `the prompt did not say ${pattern}; the last lines: ${this.#line.last.join(" / ")}`,
		);
	}

	/** Asks for the figures: the memory in use after a collection of garbage, and connections by state. */
	ask(): Promise<Figures> {
		const asked = this.#asking.then(() => this.#ask());
		this.#asking = asked.catch(() => {});
		return asked;
	}

	async #ask(): Promise<Figures> {
		const reported = this.#reports.report();
		if (this.#reports === this.#line) this.#keys.write(CTRL_T);
		else this.#process.kill("SIGUSR1");
		const text = await this.#guard(reported, () => {
			const begun = this.#reports.giveUp();
			return `the board did not report its memory${begun && `: it began ${JSON.stringify(begun.slice(0, 1000))}`}`;
		});
		const figures: Figures = {};
		const [own = ""] = text.split(/^most: /m);
		for (const [, name, value] of own.matchAll(/(\w+)=(\d+)/g)) {
			figures[name === "used" ? "malloc" : (name as string)] = Number(value);
		}
		if (this.name === "native-sim") figures.rss = this.#residentSize();
		return figures;
	}

	/** Bytes of the process that are in this machine's memory. */
	#residentSize(): number {
		const status = readFileSync(`/proc/${this.#process.pid}/status`, "latin1");
		return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
	}

	async #guard<T>(promise: Promise<T>, message: () => string): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		try {
			return await Promise.race([
				promise,
				this.ended.then((how) => {
					throw new Failure(`the board has ended (${how})`);
				}),
				new Promise<never>((_, reject) => {
					timer = setTimeout(() => reject(new Failure(message())), GUARD);
				}),
			]);
		} finally {
			clearTimeout(timer);
		}
	}

	/** Ends it; gives how it ended. */
	async stop(): Promise<string> {
		this.#process.kill("SIGTERM");
		const guard = setTimeout(() => this.#process.kill("SIGKILL"), GUARD);
		const how = await this.ended;
		clearTimeout(guard);
		rmSync(this.#folder, { recursive: true, force: true });
		return how;
	}
}
