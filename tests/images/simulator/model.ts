// SPDX-License-Identifier: MIT
// What TCP promises, as a model of each connection: bytes arrive once and in order, the end of the stream comes after all of them, an
// error is reported only where there is a cause for it. Read program.ts first for what is done; steps.ts asks this for what may come of it.

import { Random } from "simulator/random";

/** Something that TCP does not do has happened. */
export class Violation extends Error {
	override name = "Violation";
}

/** All streams are pieces of this. A prime, so that no number of segments makes a period. */
const PERIOD = 4093;
/** The longest piece that is made or checked at a time. */
const LONGEST = 12_288;

const table = new Uint8Array(PERIOD + LONGEST);
const bytes = new Random(0);
for (let i = 0; i < PERIOD; i++) table[i] = bytes.below(256);
table.copyWithin(PERIOD, 0, PERIOD);
table.copyWithin(2 * PERIOD, 0, LONGEST - PERIOD);

const NEWLINE = 10;

/** One direction of a connection: which byte is where, and how far each end has got. */
export class Stream {
	/** Bytes that the stack has taken for certain; bytes that it may have taken: they differ once a sendall has failed. */
	accepted = 0;
	given = 0;
	/** Bytes that have been read at the other end. */
	received = 0;

	constructor(readonly key: number) {}

	/** The next bytes to be sent. */
	next(size: number): Uint8Array {
		const start = (this.key + this.given) % PERIOD;
		return table.slice(start, start + Math.min(size, LONGEST));
	}

	/** Checks that bytes are those that come next, and were sent. */
	check(bytes: Uint8Array, what: string): void {
		const at = this.received;
		if (at + bytes.length > this.given)
			throw new Violation(`${what} gave ${bytes.length} bytes at ${at}, of ${this.given} that were sent`);
		const start = (this.key + at) % PERIOD;
		for (let i = 0; i < bytes.length; i++)
			if (bytes[i] !== table[start + i]) throw new Violation(`${what}: byte ${at + i} of the stream is another`);
	}

	/** The same, and they are gone. */
	take(bytes: Uint8Array, what: string): void {
		for (let at = 0; at < bytes.length; at += LONGEST) {
			const part = bytes.subarray(at, at + LONGEST);
			this.check(part, what);
			this.received += part.length;
		}
	}
}

/** Checks that this is a line, or the last one, without its end. */
export function checkLine(line: Uint8Array, last: boolean): void {
	const at = line.indexOf(NEWLINE);
	if (at < 0 ? !last : at !== line.length - 1)
		throw new Violation(`readline gave ${line.length} bytes with a newline at ${at}`);
}

/** What happens around connections. Milliseconds. */
export interface Circumstances {
	now(): number;
	/** Since when the line has no faults; Infinity before. */
	healedAt(): number;
	/** How long it was dead, in all. */
	outage(): number;
	/** Whether the board has lost the address of an end. */
	lost(end: "near" | "far"): boolean;
}

/** One end of a connection: what has been done to it, and what it has told. */
export class End {
	peer: End | undefined;
	/** Of this end: it has said that it sends no more; it was closed, or reset by close (SO_LINGER 0). */
	shut = false;
	shutAt = 0;
	closed = false;
	aborted = false;
	/** An error of the connection was told; the end of the stream was. */
	told: string | undefined;
	ended = false;
	/** The connect failed: the other end may still be accepted. */
	ghost = false;

	constructor(
		readonly name: string,
		readonly out: Stream,
		readonly into: Stream,
		readonly world: Circumstances,
		readonly side: "near" | "far",
		readonly born: number,
	) {}

	/** Whether what this end has sent may never reach the other, nor its end. */
	get unreliable(): boolean {
		return this.closed || this.aborted || this.told !== undefined || this.ghost || this.world.lost(this.side);
	}

	/**
	 * Once both ends have said that they send no more, what is still on its way has two minutes: whether these may be over. Not if all of
	 * them were on a line without faults, and it was not dead for so long before that lwIP waits longer than that.
	 */
	get expired(): boolean {
		const { now, healedAt, outage } = this.world;
		if (!this.shut || now() - this.shutAt < 115_000) return false;
		return this.shutAt < healedAt() || outage() > 100_000;
	}

	/** The stream has ended: may it? */
	end(what: string): void {
		this.ended = true;
		if (this.told !== undefined) return;
		const { peer, into } = this;
		if (peer === undefined) throw new Violation(`${what}: the stream ended, and nobody has ended it`);
		if (peer.aborted && !peer.shut) throw new Violation(`${what}: the stream ended, but was reset`);
		if (!peer.shut && !peer.closed) throw new Violation(`${what}: the stream ended, and the peer has not ended it`);
		if (into.received < peer.out.accepted)
			throw new Violation(`${what}: the stream ended after ${into.received} of ${peer.out.accepted} bytes`);
	}

	/** An operation has failed with this error, which is not its own timeout: may it? */
	fail(what: string, code: string): void {
		const { peer, told } = this;
		const because = (allowed: boolean) => {
			if (!allowed) throw new Violation(`${what} gave ${code} without a cause`);
		};
		switch (code) {
			case "ECONNRESET":
				because(told === undefined && (peer === undefined || peer.unreliable || peer.expired));
				this.told = code;
				break;
			case "ECONNABORTED":
				because(told === undefined && this.world.lost(this.side));
				this.told = code;
				break;
			case "ETIMEDOUT": // lwIP has given up: it tries for longer than this
				because(told === undefined && this.world.now() - this.born > 15_000);
				this.told = code;
				break;
			case "EPIPE":
				because(told !== undefined || this.shut);
				break;
			case "ECANCELED":
			case "EBADF":
				because(this.closed);
				break;
			case "ENOBUFS": // temporary
				break;
			default:
				because(false);
		}
	}
}
