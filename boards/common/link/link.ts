// SPDX-License-Identifier: MIT
// A network with faults inside of the board, for tests: two addresses, and between them a line that loses, doubles, delays, reorders
// and damages packets as a seed says. docs/simulator.md says how to use it, link_line.c how it works.

import { args } from "board";
import * as native from "board/link_native";
import { startVirtualTime, stopVirtualTime } from "board/time";

/** The address of the near end, from TEST-NET-1 (RFC 5737). */
export const NEAR = "192.0.2.1";
/** The address of the far end. */
export const FAR = "192.0.2.2";

/** "toFar": what the near end sends. */
export type Direction = "toFar" | "toNear";

/**
 * What happens to packets. The names are netem's (tc-netem(8)); probabilities are from 0 to 1, for each packet by itself. What is not
 * named does not happen.
 */
export interface Faults {
	/** Probability that a packet is lost. */
	loss?: number;
	/** Probability that it comes twice, the second time up to `hold` milliseconds later. */
	duplicate?: number;
	/** Probability that one of its bytes, anywhere, is another. */
	corrupt?: number;
	/** Probability that it is held back, so that those sent within the next 1 to `hold` milliseconds overtake it. */
	reorder?: number;
	/** Milliseconds that packets take. */
	delay?: number;
	/** Up to so many more, for each by itself; they stay in order. */
	jitter?: number;
	/** Milliseconds; default 50. */
	hold?: number;
	/** Bits a second; 0 for no limit. */
	rate?: number;
	/** Nothing gets through. */
	partition?: boolean;
}

/** How many packets, in one direction. */
export interface Counts {
	/** That came to the line. */
	sent: number;
	/** That came out of it, doubles included. */
	delivered: number;
	lost: number;
	duplicated: number;
	corrupted: number;
	reordered: number;
	/** Lost in a partition. */
	partitioned: number;
	/** Lost because the line's memory (32 KB) was full. */
	overflowed: number;
	/** Lost because lwIP had no buffer, or the end no address. */
	refused: number;
}

const COUNTS = [
	"sent",
	"delivered",
	"lost",
	"duplicated",
	"corrupted",
	"reordered",
	"partitioned",
	"overflowed",
	"refused",
] as const;

const DIRECTIONS = ["toFar", "toNear"] as const;

/** The longest delay: ten minutes. */
const LONGEST = 600_000;

function chance(name: string, value = 0): number {
	if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be a probability, 0 to 1`);
	return Math.round(value * 0xffffffff);
}

function whole(name: string, value: number, most: number): number {
	if (!(Number.isInteger(value) && value >= 0 && value <= most))
		throw new RangeError(`${name} must be a whole number from 0 to ${most}`);
	return value;
}

function numbers(faults: Faults): ArrayBuffer {
	return new Uint32Array([
		chance("loss", faults.loss),
		chance("duplicate", faults.duplicate),
		chance("corrupt", faults.corrupt),
		chance("reorder", faults.reorder),
		whole("delay", faults.delay ?? 0, LONGEST),
		whole("jitter", faults.jitter ?? 0, LONGEST),
		whole("hold", faults.hold ?? 50, LONGEST),
		whole("rate", faults.rate ?? 0, 0xffffffff),
		faults.partition ? 1 : 0,
		0,
	]).buffer;
}

/**
 * The network, of which there is one at a time: 192.0.2.1 and 192.0.2.2 are addresses of the board, and what is sent from one to the other
 * goes over the line. It is gone, with all its connections, after close(), and when the application ends.
 *
 * @example
 * ```ts
 * import { FAR, Link } from "board/link";
 * import { create_connection, create_server } from "sockets";
 *
 * using _link = new Link(1, { loss: 0.1, delay: 20 });
 * using server = create_server([FAR, 8080]);
 * using client = create_connection([FAR, 8080]);
 * const [conn] = server.accept();
 * client.sendall("hello");
 * console.log(new TextDecoder().decode(conn.recv(5))); // → hello
 * console.log(conn.getpeername()[0]); // → 192.0.2.1
 * conn.close();
 * ```
 */
export class Link {
	/** The seed that decides everything. */
	readonly seed: number;

	/**
	 * @param seed a whole number from 0 to 4294967295
	 * @param faults of both directions
	 * @throws Error if there is a link already, or no memory for it; RangeError for a seed or a fault that is out of range
	 */
	constructor(seed = 0, faults: Faults = {}) {
		if (native.isUp()) throw new Error("there is a link already: close() it first");
		this.seed = whole("seed", seed, 0xffffffff);
		const checked = numbers(faults);
		native.up(seed);
		for (const i of [0, 1] as const) native.setFaults(i, checked);
	}

	/**
	 * From now on these are the faults, and no others; packets that are on their way stay as they are.
	 *
	 * @param direction both if it is not given
	 * @throws RangeError for a fault that is out of range
	 * @example
	 * ```ts
	 * import { Link } from "board/link";
	 *
	 * using link = new Link(1);
	 * link.set({ partition: true }, "toNear"); // what the far end sends is lost
	 * link.set({}); // nothing happens any more
	 * ```
	 */
	set(faults: Faults, direction?: Direction): void {
		const checked = numbers(faults);
		for (const i of [0, 1] as const)
			if (direction === undefined || direction === DIRECTIONS[i]) native.setFaults(i, checked);
	}

	/**
	 * What has happened so far. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { FAR, Link } from "board/link";
	 * import { Socket } from "sockets";
	 *
	 * using link = new Link(1, { loss: 1 });
	 * using client = new Socket();
	 * client.settimeout(0.01);
	 * client.connect_ex([FAR, 8080]);
	 * const { sent, lost } = link.counts("toFar");
	 * console.log(sent > 0, lost === sent); // → true true
	 * ```
	 */
	counts(direction: Direction): Counts {
		const all = native.counts(direction === "toFar" ? 0 : 1);
		return Object.fromEntries(COUNTS.map((name, i) => [name, all[i]])) as unknown as Counts;
	}

	/** How many packets are on their way. */
	get waiting(): number {
		return native.waiting();
	}

	/**
	 * Takes an end's address away, as the end of a DHCP lease does, or gives it back. Connections of an end that loses its address are
	 * aborted. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { FAR, Link } from "board/link";
	 * import { OSError, create_server } from "sockets";
	 *
	 * using link = new Link(1);
	 * link.setAddress("far", false);
	 * try {
	 * 	create_server([FAR, 8080]);
	 * } catch (error) {
	 * 	if (!(error instanceof OSError)) throw error;
	 * 	console.log(error.code); // → EADDRNOTAVAIL
	 * }
	 * ```
	 */
	setAddress(end: "near" | "far", has: boolean): void {
		native.setAddress(end === "near" ? 0 : 1, has);
	}

	/**
	 * A hash over each event, its time and its packet: two runs with the same one did the same. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { Link } from "board/link";
	 *
	 * using link = new Link(1);
	 * const before = link.digest();
	 * link.note("something happens");
	 * console.log(link.digest() === before); // → false
	 * ```
	 */
	digest(): string {
		return native.digest();
	}

	/**
	 * Makes a line of text, such as what the program does, an event: it counts for the digest, and is in the trace. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { Link } from "board/link";
	 *
	 * using link = new Link(1);
	 * link.note("the client connects");
	 * ```
	 */
	note(text: string): void {
		native.note(text);
	}

	/**
	 * From now on each event is printed where the firmware's errors go, or not any more. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { Link } from "board/link";
	 *
	 * using link = new Link(1);
	 * link.trace();
	 * link.trace(false);
	 * ```
	 */
	trace(on = true): void {
		native.trace(on);
	}

	/**
	 * Takes the network away. Its connections end with an error. Does nothing if that was done. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { Link } from "board/link";
	 *
	 * const link = new Link(1);
	 * link.close();
	 * ```
	 */
	close(): void {
		native.down();
	}

	/**
	 * close(), for `using`. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { Link } from "board/link";
	 *
	 * using _link = new Link(1);
	 * ```
	 */
	[Symbol.dispose](): void {
		this.close();
	}
}

/** Milliseconds that old connections get to end: more than TIME_WAIT, and than close() takes on a dead line. */
const SETTLED = 300_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Waits until the board has no connection, and its timers for them have stopped. In virtual time. */
async function settle(): Promise<void> {
	for (let waited = 0; waited < SETTLED && !native.isQuiet(); waited += 1000) await sleep(1000);
	await sleep(1000);
}

/** The seed that whoever started the board has given, as in `npm run test:device -- --board native-sim --seed 7 FILE`. */
function givenSeed(): number | undefined {
	const at = args.indexOf("--seed");
	return at < 0 ? undefined : whole("--seed", Number(args[at + 1]), 0xffffffff);
}

/**
 * Makes a test of it: `body` runs in virtual time over a link of its own, with a stack that has no connections, so it does the same each
 * time with the same seed. If it fails, the error says the seed; the option `--seed` of `npm run test:device` replays it.
 *
 * @param options `seed`: default 1; `seeds`: so many, one after the other, each from the start, default 1; `faults`: of both directions
 * @returns what `it` takes
 * @throws whatever `body` throws, from what it returns
 * @example
 * ```ts
 * import { FAR, simulated } from "board/link";
 * import { create_server } from "sockets";
 *
 * const test = simulated((link) => {
 * 	using server = create_server([FAR, 8080]);
 * 	console.log(server.getsockname()[0], link.seed);
 * }, { seed: 3 });
 * await test(); // → 192.0.2.2 3
 * ```
 */
export function simulated(
	body: (link: Link) => void | Promise<void>,
	{ seed = 1, seeds = 1, faults = {} }: { seed?: number; seeds?: number; faults?: Faults } = {},
): () => Promise<void> {
	return async () => {
		const given = givenSeed();
		const first = given ?? seed;
		for (let current = first; current < first + (given === undefined ? seeds : 1); current++) {
			try {
				native.down(); // of a test that ran out of its time, say
				startVirtualTime();
				await settle();
				startVirtualTime(current);
				using link = new Link(current, faults);
				await body(link);
			} catch (error) {
				if (error instanceof Error) error.message += ` (seed ${current}; --seed ${current} replays it)`;
				throw error;
			} finally {
				await settle();
				stopVirtualTime();
			}
		}
	};
}
