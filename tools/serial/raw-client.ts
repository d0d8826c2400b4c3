// SPDX-License-Identifier: MIT
// A board in raw mode, from this side: docs/raw-mode.md has the protocol, modules/repl/raw.ts is the board's side.
import { EventEmitter, once } from "node:events";
import { Failure } from "../cli/report.js";
import { Decoder, encode, type Found, type Frame, PAYLOAD } from "./frames.js";
import type { Line } from "./line.js";
import { BoardSilent, Requests } from "./requests.js";

export { BoardSilent } from "./requests.js";

const CTRL_A = "\x01";
const CTRL_B = "\x02";
const CTRL_C = "\x03";
const CTRL_D = "\x04";

/** Milliseconds between two acknowledgements while what comes is not taken: the board must know that we are there. */
const ALIVE = 1000;

/** The board's greeting. */
export interface Hello {
	protocol: number;
	board: string;
	version: string;
	window: number;
	/** Bytes of the heap that are free. */
	free: number;
	/** Something runs, started before. */
	busy: boolean;
	/** The board greets by itself, for it was reset. */
	boot: boolean;
}

/** The board has reset while something ran on it. */
export class BoardReset extends Failure {}

/** What a run gives, in the order in which it comes; `end` is the last. */
export type RunEvent = { kind: "output" | "value" | "error"; text: string } | { kind: "end"; status: number };

const KINDS: Record<string, "output" | "value" | "error"> = { o: "output", v: "value", x: "error" };

export class RawClient {
	readonly #line: Line;
	readonly #decoder = new Decoder();
	readonly #events = new EventEmitter();
	#hello: Hello | undefined;
	readonly #requests: Requests;
	/** The numbers of the board's latest frame that came, and that we have acknowledged. */
	#received = 0;
	#acknowledged = 0;
	/** What has come of a run and was not taken yet. */
	readonly #queue: RunEvent[] = [];
	#failure: Failure | undefined;
	/** Called with what the board prints outside of frames. */
	ontext: (text: string) => void = () => {};
	/** Frames that came damaged. */
	damaged = 0;

	constructor(line: Line) {
		this.#line = line;
		this.#requests = new Requests((bytes) => this.#write(bytes));
		line.stream.on("data", (data: Buffer) => {
			for (const found of this.#decoder.take(data)) this.#take(found);
		});
		void line.over.then((reason) => this.#fail(new BoardSilent(reason)));
	}

	/** The board's latest greeting. */
	get hello(): Hello {
		if (!this.#hello) throw new Error("not connected");
		return this.#hello;
	}

	#fail(failure: Failure): void {
		this.#failure ??= failure;
		this.#requests.failed(failure);
		this.#events.emit("news");
	}

	#write(bytes: string | Buffer): void {
		if (!this.#line.stream.destroyed) this.#line.stream.write(bytes);
	}

	#take(found: Found): void {
		if ("text" in found) {
			this.ontext(found.text);
			// The prompt greets: what ran has not ended by itself.
			if (this.#hello && found.text.includes("camsock on ")) this.#fail(new BoardReset("the board has reset"));
			return;
		}
		if ("damaged" in found) {
			this.damaged++;
			return;
		}
		switch (found.type) {
			case "H":
				this.#greeted(JSON.parse(found.payload.toString()) as Hello);
				return;
			case "a":
			case "n":
			case "!":
				this.#requests.answered(found);
				return;
			default:
				this.#run(found);
		}
	}

	#greeted(hello: Hello): void {
		if (this.#hello && hello.boot) this.#fail(new BoardReset("the board has reset"));
		this.#hello = hello;
		this.#received = this.#acknowledged = 0;
		this.#events.emit("news");
	}

	/** A frame of a run. */
	#run({ type, number, payload }: Frame): void {
		if (!this.#hello) return; // of an earlier one
		const expected = (this.#received + 1) & 255;
		if (number !== expected) {
			const lost = (number - expected) & 255;
			this.#fail(new Failure(`the line is noisy: ${lost} of the board's frames were lost or damaged`));
			return;
		}
		this.#received = number;
		const kind = KINDS[type];
		if (kind) this.#queue.push({ kind, text: payload.toString() });
		else if (type === "z") this.#queue.push({ kind: "end", ...(JSON.parse(payload.toString()) as { status: number }) });
		this.#events.emit("news");
	}

	/** Tells the board that what has come up to now is taken. */
	#acknowledge(): void {
		if (this.#acknowledged === this.#received) return;
		this.#acknowledged = this.#received;
		this.#write(encode("A", this.#received, Buffer.alloc(0)));
	}

	/**
	 * Gets the board's attention: ends what runs, and enters raw mode.
	 * @param reset whether to reset it first, so that nothing but the REPL runs
	 * @throws {Failure} if it does not answer
	 */
	async connect({ reset = false, limit = 8000 }: { reset?: boolean; limit?: number } = {}): Promise<Hello> {
		const deadline = Date.now() + limit;
		for (let attempts = 0; !this.#hello || this.#hello.busy || attempts === 0; attempts++) {
			this.#begin();
			if (Date.now() > deadline) throw new BoardSilent(this.#noAnswer());
			this.#write(CTRL_C);
			this.#write(CTRL_A);
			await this.#news(500);
			if (this.#failure && !(this.#failure instanceof BoardReset)) throw this.#failure;
			// An answer to an earlier try may still be on its way; with it the board begins anew.
			if (attempts > 0) while (Date.now() < deadline && (await this.#news(300)));
		}
		if (this.#hello.protocol !== 1) {
			throw new Failure(`the board speaks version ${this.#hello.protocol} of raw mode, this program version 1`);
		}
		return reset ? this.reset(limit) : this.#hello;
	}

	/** Resets a board that hangs: Ctrl-C three times is a soft reset, whatever runs; else the port's control lines. */
	async force(): Promise<Hello> {
		this.#begin();
		for (let i = 0; i < 3 && !this.#hello; i++) {
			this.#write(CTRL_C);
			await this.#news(500);
		}
		if (!this.#hello) {
			try {
				return await this.connect({ reset: true, limit: 3000 });
			} catch (error) {
				if (!this.#line.pulseReset || !(error instanceof BoardSilent)) throw error;
				await this.#line.pulseReset();
			}
		}
		return this.connect({ reset: true });
	}

	/** Resets the board to the REPL alone. */
	async reset(limit = 8000): Promise<Hello> {
		this.#begin();
		this.#write(CTRL_C);
		this.#write(CTRL_D);
		const deadline = Date.now() + limit;
		while (!this.#hello && Date.now() < deadline) {
			if (this.#failure && !(this.#failure instanceof BoardReset)) throw this.#failure;
			await this.#news(500);
		}
		return this.#hello ?? this.connect({ limit });
	}

	#noAnswer(): string {
		return `no answer from ${this.#line.name}: is it a board with camsock, at this speed, and does no other program use it?`;
	}

	#begin(): void {
		this.#hello = undefined;
		// A line that is over stays over.
		if (!(this.#failure instanceof BoardSilent)) this.#failure = undefined;
		this.#requests.begin(this.#failure);
		this.#received = this.#acknowledged = 0;
		this.#queue.length = 0;
	}

	/** Waits until something has come, at most so long; whether it has. */
	async #news(milliseconds: number): Promise<boolean> {
		const controller = new AbortController();
		const timer = setTimeout(() => controller.abort(), milliseconds);
		try {
			await once(this.#events, "news", { signal: controller.signal });
			return true;
		} catch {
			return false; // time is up
		} finally {
			clearTimeout(timer);
		}
	}

	#requestJson(type: string, fields: object): Promise<void> {
		return this.#requests.send(type, Buffer.from(JSON.stringify(fields)));
	}

	/** How the board shows values from now. */
	settings(fields: { colours?: boolean; columns?: number }): Promise<void> {
		return this.#requestJson("S", fields);
	}

	/** Sends a module. @throws {Failure} if the board has no room for it, or it is not JavaScript */
	async module(specifier: string, path: string, text: string): Promise<void> {
		const bytes = Buffer.from(text === "" ? "\n" : text);
		await this.#requestJson("C", { specifier, path, size: bytes.length });
		for (let at = 0; at < bytes.length; at += PAYLOAD) await this.#requests.send("D", bytes.subarray(at, at + PAYLOAD));
	}

	/** Starts a module that was sent; events() tells of the rest. */
	program(specifier: string, words: readonly string[]): Promise<void> {
		return this.#requestJson("R", { specifier, words });
	}

	/** Starts text as the prompt would run it. */
	evaluate(text: string): Promise<void> {
		return this.#requestJson("V", { text });
	}

	/** Ctrl-C: what runs ends. */
	interrupt(): void {
		this.#write(CTRL_C);
	}

	/**
	 * What a run gives. The board goes on only as what it sent is taken.
	 * @param silence milliseconds after which a board that says nothing is given up; 0 waits for ever
	 * @throws {BoardReset | BoardSilent | Failure}
	 */
	async *events(silence = 0): AsyncGenerator<RunEvent, void, void> {
		// While the caller does not take what has come, the board still has to know that we are there.
		const alive = setInterval(() => this.#write(encode("A", this.#acknowledged, Buffer.alloc(0))), ALIVE);
		try {
			let last = Date.now();
			for (;;) {
				const event = this.#queue.shift();
				if (event) {
					yield event;
					if (event.kind === "end") return;
					last = Date.now();
					continue;
				}
				this.#acknowledge();
				if (this.#failure) throw this.#failure;
				const left = silence > 0 ? silence - (Date.now() - last) : 60_000;
				if (left <= 0) throw new BoardSilent(`the board said nothing for ${silence / 1000} s`);
				await this.#news(left);
			}
		} finally {
			clearInterval(alive);
			this.#acknowledge();
		}
	}

	/** Leaves raw mode: the board shows its prompt. */
	leave(): void {
		this.#write(CTRL_B);
	}
}
