// SPDX-License-Identifier: MIT
// What tests of awaited sockets share: two ends of a connection, the check of a rejection's code, a turn of the main loop.
import assert from "assert";
import { OSError } from "sockets";
import { AsyncSocket } from "sockets/async";
import { GUARD, Pair } from "./sockets.js";

/** Checks that a promise is rejected with an OSError of this code, and gives it. */
export async function rejects(code: string, promise: Promise<unknown>): Promise<OSError> {
	let value: unknown;
	try {
		value = await promise;
	} catch (error) {
		assert.ok(error instanceof OSError, `${error}`);
		assert.strictEqual(error.code, code, error.message);
		return error;
	}
	assert.fail(`fulfilled with ${value}, not rejected with ${code}`);
}

/** Both ends of a connection over the board's loopback, awaited; each operation may take GUARD seconds. */
export class AsyncPair {
	readonly client: AsyncSocket;
	readonly server: AsyncSocket;

	constructor(host?: string) {
		const pair = new Pair(host);
		this.client = new AsyncSocket(pair.client);
		this.server = new AsyncSocket(pair.server);
		for (const end of [this.client, this.server]) assert.strictEqual(end.gettimeout(), GUARD);
	}

	[Symbol.dispose](): void {
		this.client.close();
		this.server.close();
	}
}

/** Lets the main loop go round, so that what has come is dealt with. */
export async function turns(count = 1): Promise<void> {
	for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}

/** Whether a promise is settled by now, and how: nothing is waited for. */
export function watch(promise: Promise<unknown>): { state: "pending" | "fulfilled" | "rejected" } {
	const seen: { state: "pending" | "fulfilled" | "rejected" } = { state: "pending" };
	promise.then(
		() => {
			seen.state = "fulfilled";
		},
		() => {
			seen.state = "rejected";
		},
	);
	return seen;
}

/** Reads until the end of the stream. */
export async function drain(socket: AsyncSocket): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of socket) chunks.push(chunk);
	const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		all.set(chunk, at);
		at += chunk.length;
	}
	return all;
}
