// SPDX-License-Identifier: MIT
// A TCP client of an echo server that checks every byte: what it sends is a stretch of noise that no other client sends, and
// what comes back must be the same stretch.
import { connect, type Socket } from "node:net";
import { Failure } from "../cli/report.js";
import { Random } from "./random.js";

/** Bytes after which the noise repeats: no power of two, as the sizes of buffers are. */
const PERIOD = 1_000_003;

/** Bytes that every client takes its own stretch of. Twice, so that each stretch up to PERIOD is in one piece. */
export function makeNoise(seed: number): Buffer {
	const random = new Random(seed);
	const noise = Buffer.alloc(2 * PERIOD);
	for (let i = 0; i < PERIOD; i++) noise[i] = random.whole(0, 255);
	noise.copy(noise, PERIOD, 0, PERIOD);
	return noise;
}

/** What all clients have sent, and had back. */
export interface Traffic {
	connections: number;
	sent: number;
	checked: number;
}

export class Client {
	readonly #socket: Socket;
	readonly #noise: Buffer;
	readonly #start: number;
	readonly #traffic: Traffic;
	#sent = 0;
	#received = 0;
	#error: Error | undefined;
	#wake: () => void = () => {};

	/**
	 * @param start where in the noise its stretch begins
	 * @param signal closes it hard, whatever it is at
	 */
	constructor(port: number, noise: Buffer, start: number, traffic: Traffic, signal: AbortSignal) {
		this.#noise = noise;
		this.#start = start % PERIOD;
		this.#traffic = traffic;
		this.#socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true, signal });
		this.#socket.on("error", (error) => {
			this.#error = error;
			this.#wake();
		});
		for (const event of ["connect", "readable", "drain", "end", "close"]) this.#socket.on(event, () => this.#wake());
		traffic.connections++;
	}

	/** Bytes that have not come back yet. */
	get missing(): number {
		return this.#sent - this.#received;
	}

	/** Waits until something has happened to the socket. @throws what has gone wrong with it */
	async #news(): Promise<void> {
		if (!this.#error && !this.#socket.closed) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
		if (this.#error) throw this.#error;
	}

	async connected(): Promise<void> {
		while (this.#socket.connecting) await this.#news();
		if (this.#error) throw this.#error;
	}

	/** Hands so many bytes to the system; false if that has enough of them for now. */
	push(size: number): boolean {
		const from = (this.#start + this.#sent) % PERIOD;
		this.#sent += size;
		this.#traffic.sent += size;
		return this.#socket.write(this.#noise.subarray(from, from + size));
	}

	/** Sends so many bytes, once there is room for what was sent before. */
	async send(size: number): Promise<void> {
		if (this.push(size)) return;
		while (this.#socket.writableNeedDrain) await this.#news();
	}

	/** Takes what has come, at most so many bytes, waiting if there is none, and checks it; their number, 0 at the end. */
	async receive(most: number): Promise<number> {
		const socket = this.#socket;
		for (;;) {
			const size = Math.min(most, socket.readableLength);
			const data = size > 0 ? (socket.read(size) as Buffer | null) : null;
			if (data) {
				this.#check(data);
				return data.length;
			}
			if (socket.readableEnded) return 0;
			// The end is told only to who reads.
			if (socket.readableLength === 0) socket.read(0);
			await this.#news();
			if (socket.closed && socket.readableLength === 0 && !socket.readableEnded) throw new Failure("closed too early");
		}
	}

	#check(data: Buffer): void {
		const from = (this.#start + this.#received) % PERIOD;
		if (data.length > this.missing || !data.equals(this.#noise.subarray(from, from + data.length))) {
			throw new Failure(`wrong bytes: ${this.#wrong(data, from)}`);
		}
		this.#received += data.length;
		this.#traffic.checked += data.length;
	}

	#wrong(data: Buffer, from: number): string {
		let at = 0;
		while (at < data.length && at < this.missing && data[at] === this.#noise[from + at]) at++;
		const where = `byte ${this.#received + at} of ${this.#sent} sent`;
		if (at >= this.missing) return `${where} is one that was never sent`;
		return `${where} is ${data[at]}, not ${this.#noise[from + at]}`;
	}

	/** Waits until all that was sent has come back, taking so many bytes at a time. */
	async echoed(most = Number.POSITIVE_INFINITY): Promise<void> {
		while (this.missing > 0) {
			if ((await this.receive(most)) === 0) throw new Failure(`the stream ended ${this.missing} bytes early`);
		}
	}

	/** Says that no more will be sent. */
	end(): void {
		this.#socket.end();
	}

	/** Ends, waits for all that is missing and for the board's end of the stream. */
	async finish(): Promise<void> {
		this.end();
		while ((await this.receive(Number.POSITIVE_INFINITY)) > 0);
		if (this.missing > 0) throw new Failure(`the stream ended ${this.missing} bytes early`);
		while (!this.#socket.closed) await this.#news();
	}

	/** Closes it without waiting for anything, by a reset if so wanted. */
	async drop(reset: boolean): Promise<void> {
		const socket = this.#socket;
		if (reset) socket.resetAndDestroy();
		else socket.destroy();
		while (!socket.closed) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}
}
