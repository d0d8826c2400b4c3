// SPDX-License-Identifier: MIT
// What one end of a connection does: a reader and a writer side by side, each with a few random operations, and then the end, by which
// everything that was sent must have come. Read model.ts and steps.ts first.

import { checkLine, type End, Violation } from "simulator/model";
import type { Random } from "simulator/random";
import { type Clock, invoke, type Log, type Outcome } from "simulator/steps";
import { MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, POLLIN, poll, SHUT_WR, SO_LINGER, SOL_SOCKET, Socket } from "sockets";
import { AsyncSocket } from "sockets/async";

/** What all ends of a program share. */
export interface World {
	readonly clock: Clock;
	readonly log: Log;
	/** Resolved once the line has no faults any more. */
	readonly healed: Promise<void>;
	sleep(milliseconds: number): Promise<void>;
}

/** Seconds that an operation may wait. One that blocks holds up everything, so it waits for less. */
const WAITS = [0, 0.05, 0.5, 5, 30, 120] as const;
const BLOCKING_WAITS = [0, 0.02, 0.2, 1] as const;

/** Bytes: none but one, some, a segment, a window, and more than both buffers hold. */
const SIZES = [1, 2, 16, 100, 536, 1436, 1437, 3000, 5744, 9000] as const;

/** Seconds that one read waits on a line without faults: more than any back-off of lwIP's, and than it takes to give up. */
const PATIENCE = 1800;
/** Milliseconds after which what is there, or comes, is too late on such a line: what lwIP waits for at most. */
const LATE = 900_000;

export class Player {
	socket: Socket | AsyncSocket<unknown>;

	constructor(
		readonly world: World,
		readonly end: End,
		socket: Socket | AsyncSocket<unknown>,
		readonly random: Random,
		/** How many operations each side does. */
		readonly steps: number,
	) {
		this.socket = socket;
	}

	/** The whole life of this end, once it is connected. */
	async run(): Promise<void> {
		await Promise.all([this.#read(), this.#write()]);
		await this.#finish();
	}

	get #over(): boolean {
		return this.end.closed || this.end.told !== undefined;
	}

	#timeout(): number {
		return this.random.pick(this.socket instanceof Socket ? BLOCKING_WAITS : WAITS);
	}

	/** An operation. Its failure is checked against the model; `code` is that of a timeout or of the end of the connection. */
	async #invoke<T>(method: string, args: readonly unknown[], timeout: number): Promise<Outcome<T>> {
		const { world, end } = this;
		const start = world.clock.now();
		const outcome = await invoke<T>(world.clock, world.log, end.name, this.socket, method, args, timeout);
		const { code } = outcome;
		if (code === undefined || code === "EOF") return outcome;
		if (code === "EAGAIN" && timeout === 0) return outcome;
		const early = world.clock.now() - start < timeout * 1000 - 1;
		if (code === "ETIMEDOUT" && timeout > 0 && !early) return outcome;
		end.fail(`${end.name} ${method}`, code);
		return outcome;
	}

	async #pause(): Promise<void> {
		const { random, world } = this;
		if (random.chance(0.5)) await world.sleep(random.pick([0, 1, 20, 300, 2000]));
		else await null;
	}

	async #read(): Promise<void> {
		for (let i = 0; i < this.steps && !this.#over && !this.end.ended; i++) {
			await this.#pause();
			if (this.#over) return;
			await this.#readOnce();
			if (this.random.chance(0.02)) return this.#close();
		}
	}

	async #readOnce(): Promise<void> {
		const { random, end } = this;
		const { into } = end;
		const size = random.pick(SIZES);
		const timeout = this.#timeout();
		const start = this.world.clock.now();
		const way = random.pick([
			"recv",
			"recv",
			"recv_into",
			"peek",
			"waitall",
			"readline",
			"readexactly",
			"poll",
		] as const);
		const what = `${end.name} ${way}`;
		switch (way) {
			case "recv": {
				const { value } = await this.#invoke<Uint8Array>("recv", [size], timeout);
				if (value) this.#got(value, size, what);
				break;
			}
			case "recv_into": {
				const buffer = new Uint8Array(size + 3);
				const { value } = await this.#invoke<number>("recv_into", [buffer.subarray(1, size + 1)], timeout);
				if (value === undefined) break;
				if (buffer[0] !== 0 || buffer[size + 1] !== 0) throw new Violation(`${what} wrote beside its buffer`);
				this.#got(buffer.subarray(1, value + 1), size, what);
				break;
			}
			case "peek": {
				const { value } = await this.#invoke<Uint8Array>("recv", [size, MSG_PEEK], timeout);
				if (value?.length) into.check(value, what);
				else if (value) end.end(what);
				break;
			}
			case "waitall": {
				const { value } = await this.#invoke<Uint8Array>("recv", [size, MSG_WAITALL], timeout);
				if (!value) break;
				into.take(value, what);
				const early = this.world.clock.now() - start < timeout * 1000 - 1;
				if (value.length === 0) end.end(what);
				// Short, and there was time: then the connection is over, as the next read will tell.
				else if (value.length < size && early) await this.#expectEnd(what);
				break;
			}
			case "readline": {
				const { value } = await this.#invoke<Uint8Array>("readline", [], timeout);
				if (!value) break;
				const last = value[value.length - 1] !== 10;
				checkLine(value, last);
				if (value.length) into.take(value, what);
				if (last) await this.#expectEnd(what);
				break;
			}
			case "readexactly": {
				const { value, code, ...rest } = await this.#invoke<Uint8Array>("readexactly", [size], timeout);
				if (value && value.length !== size) throw new Violation(`${what} of ${size} gave ${value.length} bytes`);
				const partial = code === "EOF" ? (rest as { partial: Uint8Array }).partial : value;
				if (partial) into.take(partial, what);
				if (code === "EOF") end.end(what);
				break;
			}
			case "poll":
				await this.#poll(timeout, what);
		}
	}

	/** Bytes that a read has given: they are the next ones; none is the end of the stream. */
	#got(bytes: Uint8Array, most: number, what: string): void {
		if (bytes.length > most) throw new Violation(`${what} of ${most} gave ${bytes.length} bytes`);
		if (bytes.length === 0) this.end.end(what);
		else this.end.into.take(bytes, what);
	}

	/** A read that gave less than it was asked for: nothing more comes. */
	async #expectEnd(what: string): Promise<void> {
		if (this.#over) return;
		const { value, code } = await this.#invoke<Uint8Array>("recv", [1], 0);
		if (value?.length) throw new Violation(`${what} came back early, and more was there`);
		if (value) this.end.end(what);
		else if (code === "EAGAIN") throw new Violation(`${what} came back early, and the stream goes on`);
	}

	/** What poll says is there can be read at once. */
	async #poll(timeout: number, what: string): Promise<void> {
		const { socket, world } = this;
		if (!(socket instanceof Socket)) return;
		const start = world.clock.now();
		const [event] = poll([[socket, POLLIN]], timeout * 1000);
		const elapsed = world.clock.now() - start;
		world.clock.blocked += elapsed;
		world.log(`${what}: ${event?.[1] ?? "nothing"}`);
		if (elapsed > timeout * 1000 + 1) throw new Violation(`${what}, which may take ${timeout} s, took ${elapsed} ms`);
		if (!event || !(event[1] & POLLIN)) return;
		const { value, code } = await this.#invoke<Uint8Array>("recv", [100, MSG_DONTWAIT], 0);
		if (code === "EAGAIN") throw new Violation(`${what} said that there is something to read`);
		if (value) this.#got(value, 100, what);
	}

	async #write(): Promise<void> {
		const { random, end } = this;
		for (let i = 0; i < this.steps && !this.#over && !end.shut; i++) {
			await this.#pause();
			if (this.#over) return;
			if (!(await this.#writeOnce())) break;
			if (random.chance(0.03)) return this.#close();
			if (random.chance(0.05)) await this.#shut();
		}
		if (!this.#over && random.chance(0.1)) await this.#close();
	}

	/** False once it is not known how much was sent: then nothing can follow. */
	async #writeOnce(): Promise<boolean> {
		const { random, end } = this;
		const { out } = end;
		const bytes = out.next(random.pick(SIZES));
		const all = random.chance(0.4);
		// From now on it may arrive, whatever becomes of the call.
		const { given } = out;
		out.given += bytes.length;
		const { value, code } = await this.#invoke<number>(all ? "sendall" : "send", [bytes], this.#timeout());
		if (code !== undefined) {
			if (all) return false;
			// A send that fails has sent nothing; it is only when it is canceled that nobody knows.
			if (code !== "ECANCELED") out.given = given;
			return code !== "ECANCELED";
		}
		const sent = all ? bytes.length : (value as number);
		if (!(sent > 0 && sent <= bytes.length)) throw new Violation(`${end.name} send of ${bytes.length} gave ${sent}`);
		out.given = given + sent;
		out.accepted = out.given;
		return true;
	}

	async #shut(): Promise<void> {
		if (this.#over || this.end.shut) return;
		this.end.shut = true;
		this.end.shutAt = this.world.clock.now();
		this.world.log(`${this.end.name} shutdown`);
		this.socket.shutdown(SHUT_WR);
		await null;
	}

	/** Closes, in the middle of whatever the other side does, or resets. */
	async #close(): Promise<void> {
		const { end, random, socket } = this;
		if (end.closed) return;
		end.closed = true;
		if (random.chance(0.3)) {
			end.aborted = true;
			socket.setsockopt(SOL_SOCKET, SO_LINGER, [1, 0]);
		}
		this.world.log(`${end.name} ${end.aborted ? "resets" : "closes"}`);
		socket.close();
		await null;
	}

	/** Once the line is healed: ends the stream, reads all that the other end has sent, and closes. */
	async #finish(): Promise<void> {
		const { end, world } = this;
		await world.healed;
		await this.#shut();
		while (!this.#over && !end.ended) {
			const waits = this.socket instanceof Socket ? 0 : PATIENCE;
			const { value, code } = await this.#invoke<Uint8Array>("recv", [8192], waits);
			if (value) this.#got(value, 8192, `${end.name} recv`);
			if (value) this.#checkPatience();
			if (code === "EAGAIN") await this.#waitAwaited();
			if (code === "ETIMEDOUT" && end.told === undefined) {
				if (end.peer !== undefined && !end.peer.unreliable && !end.peer.expired)
					throw new Violation(
						`${end.name} waited ${PATIENCE} s on a line without faults: it has ${end.into.received} bytes, ${end.peer.out.accepted} to ${end.peer.out.given} were sent`,
					);
				break;
			}
		}
		if (!end.closed) {
			end.closed = true;
			world.log(`${end.name} closes at last`);
			this.socket.close();
		}
	}

	/** What the peer has sent, its end included, comes soon once it has sent all and the line has no faults. */
	#checkPatience(): void {
		const { end } = this;
		if (!end.peer?.shut || end.peer.unreliable) return;
		const waited = end.world.now() - Math.max(end.peer.shutAt, end.world.healedAt());
		if (waited > LATE)
			throw new Violation(`${end.name} recv gave something only after ${waited / 1000} s on a line without faults`);
	}

	/** A socket that blocks would hold up its peer: at the end it is awaited. */
	async #waitAwaited(): Promise<void> {
		this.world.log(`${this.end.name} is awaited from now on`);
		this.socket = new AsyncSocket(this.socket as Socket);
		await null;
	}
}
