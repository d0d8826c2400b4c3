// SPDX-License-Identifier: MIT
// Requests of raw mode, each of which the board answers before the next may be sent: docs/raw-mode.md.
import { EventEmitter } from "node:events";
import { Failure } from "../cli/report.js";
import { encode, type Frame } from "./frames.js";

/** Milliseconds that the board has for an answer, and how often it is asked again. */
const ANSWER_LIMIT = 2000;
const TRIES = 5;

/** The board does not answer. */
export class BoardSilent extends Failure {}

export class Requests {
	readonly #write: (bytes: Buffer) => void;
	readonly #events = new EventEmitter();
	/** The number of the latest. */
	#sent = 0;
	#failure: Failure | undefined;

	constructor(write: (bytes: Buffer) => void) {
		this.#write = write;
	}

	/** The board has been told to begin anew; `failure` is what stays wrong, if anything does. */
	begin(failure: Failure | undefined): void {
		this.#failure = failure;
		this.#sent = 0;
	}

	/** There will be no answer any more. */
	failed(failure: Failure): void {
		this.#failure ??= failure;
		this.#events.emit("failed");
	}

	/** An answer has come. */
	answered(frame: Frame): void {
		this.#events.emit("answer", frame);
	}

	/** Sends a request until the board has answered it. @throws {Failure} if it refuses, with its words */
	async send(type: string, payload: Uint8Array): Promise<void> {
		this.#sent = (this.#sent % 255) + 1;
		const number = this.#sent;
		const frame = encode(type, number, payload);
		for (let attempt = 0; attempt < TRIES; attempt++) {
			if (this.#failure) throw this.#failure;
			this.#write(frame);
			const answer = await this.#answer(number);
			if (answer === undefined || answer.type === "!") continue;
			if (answer.type === "a") return;
			throw new Failure(answer.payload.toString());
		}
		throw this.#failure ?? new BoardSilent("the board does not answer");
	}

	/** The answer to frame `number`, or that some frame came damaged; undefined if none comes in time. */
	#answer(number: number): Promise<Frame | undefined> {
		return new Promise((resolve) => {
			const finish = (frame?: Frame) => {
				clearTimeout(timer);
				this.#events.off("answer", take);
				this.#events.off("failed", failed);
				resolve(frame);
			};
			const take = (frame: Frame) => {
				if (frame.type === "!" || frame.number === number) finish(frame);
			};
			const failed = () => finish();
			const timer = setTimeout(finish, ANSWER_LIMIT);
			this.#events.on("answer", take);
			this.#events.on("failed", failed);
		});
	}
}
