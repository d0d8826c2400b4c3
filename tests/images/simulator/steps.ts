// SPDX-License-Identifier: MIT
// One operation on one end of a connection, whichever API it is of: done, timed, and its result held against the model (model.ts).

import { now } from "board/time";
import { Violation } from "simulator/model";
import { EOFError, OSError, Socket } from "sockets";
import type { AsyncSocket } from "sockets/async";

/** Milliseconds that a result may come after its time: none but what rounding takes. */
const SLACK = 2;

/** What came of an operation. */
export type Outcome<T> = { value: T; code?: undefined } | { value?: undefined; code: string; partial?: Uint8Array };

type Any = Socket | AsyncSocket<unknown>;

/** What is done, line by line, for a person and for the digest. */
export type Log = (line: string) => void;

export class Clock {
	/** Milliseconds that blocking calls have taken so far: meanwhile nothing that is awaited can be told. */
	blocked = 0;
	readonly #start = now();

	/** Milliseconds since the start. */
	now(): number {
		return (now() - this.#start) >>> 0;
	}
}

/** Seconds as text. */
const seconds = (milliseconds: number) =>
	`${Math.floor(milliseconds / 1000)}.${String(milliseconds % 1000).padStart(3, "0")}`;

function describe(value: unknown): string {
	if (value instanceof Uint8Array) return `${value.length} bytes`;
	return Array.isArray(value) ? "a connection" : String(value);
}

/**
 * Calls a method that may wait at most `timeout` seconds, of either API.
 *
 * @returns its value, or the `code` of its error. Other errors, and a result that comes too late, are a Violation.
 */
export async function invoke<T>(
	clock: Clock,
	log: Log,
	who: string,
	socket: Any,
	method: string,
	args: readonly unknown[],
	timeout: number,
): Promise<Outcome<T>> {
	const what = `${who} ${method}`;
	const start = clock.now();
	const { blocked } = clock;
	const outcome = await call<T>(clock, what, socket, method, args, timeout);
	const elapsed = clock.now() - start;
	const late = elapsed - Math.ceil(timeout * 1000) - (clock.blocked - blocked);
	const shown = args.map((arg) => describe(arg)).join(" ");
	log(
		`${seconds(start)} ${what}(${shown}) within ${timeout}: ${outcome.code ?? describe(outcome.value)} after ${seconds(elapsed)}`,
	);
	// What a blocking call took is in the sum already.
	if (late > SLACK && !(socket instanceof Socket && elapsed <= timeout * 1000 + SLACK))
		throw new Violation(`${what}, which may take ${timeout} s, took ${seconds(elapsed)} s`);
	return outcome;
}

async function call<T>(
	clock: Clock,
	what: string,
	socket: Any,
	method: string,
	args: readonly unknown[],
	timeout: number,
): Promise<Outcome<T>> {
	const start = clock.now();
	// biome-ignore lint/suspicious/noExplicitAny: the method is chosen by its name
	const target = socket as any;
	try {
		if (!(socket instanceof Socket)) return { value: await target[method](...args, { timeout }) };
		socket.settimeout(timeout);
		try {
			return { value: target[method](...args) };
		} finally {
			clock.blocked += clock.now() - start;
		}
	} catch (error) {
		if (error instanceof EOFError) return { code: "EOF", partial: error.partial };
		if (error instanceof OSError && error.code !== undefined) return { code: error.code };
		throw new Violation(`${what} threw ${error}`);
	}
}
