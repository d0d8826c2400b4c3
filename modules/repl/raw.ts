// SPDX-License-Identifier: MIT
// Raw mode: the serial line for programs. docs/raw-mode.md has every byte; console_frame.c is what a frame is. This runs
// what is sent, and sends what it prints, its value and its error, no faster than the other side takes it.

import { name, onexit, reset, setArguments } from "board";
import { frame, milliseconds, send, wait } from "console/line";
import { inspect } from "inspect";
import { evaluate } from "repl/evaluate";
import { describe, freeHeap, type Session } from "repl/session";
import { Uploads } from "repl/uploads";
import { VERSION } from "repl/version";
import { KeyboardInterrupt } from "sockets/errors";

/** The protocol's version, in the greeting. */
const PROTOCOL = 1;
/** Frames that may be on their way to the other side: it has as much room. */
const WINDOW = 8;
/** Milliseconds without any frame after which the other side has gone, if we wait for it. */
const GONE = 5000;
const STEP = 1000;
/** Characters of a value or an error that are sent. */
const VALUE_LIMIT = 16_384;

const code = (letter: string) => letter.charCodeAt(0);
const HELLO = code("H");
const ACCEPTED = code("a");
const REFUSED = code("n");
const DAMAGED = code("!");
const OUTPUT = code("o");
const VALUE = code("v");
const ERROR = code("x");
const END = code("z");

/** What exit() throws in a program. */
class Exit extends Error {
	readonly status: number;
	constructor(status: number) {
		super(`exit(${status})`);
		this.status = status;
	}
}

export class RawMode {
	readonly #session: Session;
	readonly #onleave: () => void;
	/** The number of the latest frame that was accepted from the other side, and what it was answered. */
	#received = 0;
	#answer: [type: number, text: string] = [ACCEPTED, ""];
	/** Of ours: the latest that was sent, the latest that has been taken. */
	#sent = 0;
	#taken = 0;
	/** Modules that are sent for the next program. */
	readonly #uploads = new Uploads();
	#active = false;
	/** Counts greetings: what was started before the latest one has nobody to tell how it ended. */
	#greetings = 0;

	/** @param onleave the other side has left, or has gone */
	constructor(session: Session, onleave: () => void) {
		this.#session = session;
		this.#onleave = onleave;
	}

	/** Whether the line is in raw mode. */
	get active(): boolean {
		return this.#active;
	}

	/**
	 * Greets: everything begins anew.
	 *
	 * @param boot the board has just been reset
	 */
	enter(boot = false): void {
		this.#active = true;
		this.#greetings++;
		this.#received = this.#sent = this.#taken = 0;
		this.#answer = [ACCEPTED, ""];
		this.#uploads.stop();
		this.#uploads.forget();
		const hello = { protocol: PROTOCOL, board: name, version: VERSION, window: WINDOW, free: freeHeap() };
		send(HELLO, 0, JSON.stringify({ ...hello, busy: this.#session.busy, boot }), 0);
	}

	#leave(): void {
		this.#active = false;
		this.#uploads.stop();
		this.#onleave();
	}

	/** Takes what has come. */
	feed(): void {
		while (this.#active) {
			const next = frame();
			if (next === undefined) return;
			if (typeof next === "number") this.#control(next);
			else this.#frame(...next);
		}
	}

	/** Sends printed text. */
	print(text: string): void {
		this.#transmit(OUTPUT, text);
	}

	/** An error that nobody has caught: it belongs to no program that could be told apart, so it is output. */
	uncaught(error: unknown): void {
		this.print(`uncaught ${describe(error)}\n`);
	}

	#control(byte: number): void {
		if (byte === -1) send(DAMAGED, 0, "", 0);
		else if (byte === 1) this.enter();
		else if (byte === 2) this.#leave();
		else if (byte === 4) reset("repl/bare");
	}

	#frame(type: number, number: number, payload: ArrayBuffer): void {
		const letter = String.fromCharCode(type);
		if (letter === "A") {
			// Of what is under way only; anything else is a late one of an earlier greeting.
			if (((number - this.#taken) & 255) <= ((this.#sent - this.#taken) & 255)) this.#taken = number;
			return;
		}
		if (number === this.#received && number !== 0) {
			send(this.#answer[0], number, this.#answer[1], 0); // the answer was lost
			return;
		}
		if (number !== (this.#received % 255) + 1) {
			send(REFUSED, number, "a frame before this one is missing", 0);
			return;
		}
		let run: (() => void) | undefined;
		try {
			run = this.#request(letter, payload);
			this.#answer = [ACCEPTED, ""];
		} catch (error) {
			this.#uploads.stop();
			this.#answer = [REFUSED, error instanceof Error ? error.message : String(error)];
		}
		this.#received = number;
		send(this.#answer[0], number, this.#answer[1], 0);
		run?.();
	}

	/** Does what a frame asks for; what it throws refuses it. What it gives runs when the frame is answered. */
	#request(letter: string, payload: ArrayBuffer): (() => void) | undefined {
		if (letter === "D") {
			this.#uploads.data(new Uint8Array(payload));
			return undefined;
		}
		const fields = JSON.parse(new TextDecoder().decode(new Uint8Array(payload))) as Record<string, unknown>;
		switch (letter) {
			case "C":
				this.#uploads.begin(fields);
				return undefined;
			case "R": {
				const { specifier, words = [] } = fields;
				if (typeof specifier !== "string" || !Array.isArray(words)) throw new TypeError("R: specifier and words");
				this.#refuseIfBusy();
				return () => void this.#run(() => this.#program(specifier, words.map(String)));
			}
			case "V": {
				const { text } = fields;
				if (typeof text !== "string") throw new TypeError("V: text");
				this.#refuseIfBusy();
				return () => void this.#run(() => evaluate(text));
			}
			case "S":
				if (typeof fields.colours === "boolean") this.#session.colours = fields.colours;
				if (typeof fields.columns === "number" && fields.columns >= 20) this.#session.columns = fields.columns;
				return undefined;
			default:
				throw new TypeError(`there is no request '${letter}'`);
		}
	}

	#refuseIfBusy(): void {
		if (this.#session.busy) throw new Error("a program is running");
	}

	/** Runs something and sends how it ended: its value or its error, then the end. */
	async #run(job: () => Promise<unknown>): Promise<void> {
		const greeting = this.#greetings;
		let status = 0;
		try {
			const value = await this.#session.guard(job);
			if (greeting !== this.#greetings) return;
			if (value !== undefined) this.#transmit(VALUE, inspect(value, VALUE_LIMIT, { prompt: true }));
		} catch (error) {
			if (greeting !== this.#greetings) return;
			status = this.#failed(error);
		}
		if (greeting !== this.#greetings) return;
		this.#uploads.forget();
		try {
			this.#transmit(END, JSON.stringify({ status }));
		} catch {
			// Ctrl-C once more; then the end is all that has to get through.
			if (this.#active) this.#transmit(END, JSON.stringify({ status }));
		}
	}

	/** Sends an error; the status that it means. */
	#failed(error: unknown): number {
		if (error instanceof Exit) return error.status;
		const status = error instanceof KeyboardInterrupt ? 130 : 1;
		try {
			this.#transmit(ERROR, describe(error));
		} catch {
			return 130;
		}
		return status;
	}

	async #program(specifier: string, words: string[]): Promise<undefined> {
		setArguments(words);
		let stop: (error: unknown) => void = () => {};
		const exited = new Promise<never>((_, reject) => {
			stop = reject;
		});
		exited.catch(() => {});
		const before = onexit((status) => {
			const error = new Exit(status);
			stop(error);
			throw error;
		});
		try {
			await Promise.race([import(specifier), exited]);
		} finally {
			onexit(before);
			setArguments([]);
		}
		return undefined;
	}

	/** Sends text in frames, each when there is room for it on the other side. */
	#transmit(type: number, text: string): void {
		const greeting = this.#greetings;
		let offset = 0;
		while (offset >= 0 && this.#active) {
			this.#waitForRoom();
			// Whoever has greeted meanwhile does not expect it.
			if (!this.#active || greeting !== this.#greetings) return;
			this.#sent = (this.#sent + 1) & 255;
			offset = send(type, this.#sent, text, offset);
		}
	}

	/** Waits until the other side has taken enough. One that says nothing for long has gone. */
	#waitForRoom(): void {
		let since = milliseconds();
		while (this.#active && ((this.#sent - this.#taken) & 255) >= WINDOW) {
			if (!wait(STEP)) throw new KeyboardInterrupt("interrupted by Ctrl-C");
			// On a slow line a frame comes byte by byte, and each ends the wait.
			const next = frame();
			if (next === undefined) {
				if ((milliseconds() - since) >>> 0 >= GONE) this.#leave();
				continue;
			}
			since = milliseconds();
			if (typeof next === "number") this.#control(next);
			else this.#frame(...next);
		}
	}
}
