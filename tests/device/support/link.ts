// SPDX-License-Identifier: MIT
// What tests over the link with faults share: time, two ends of a connection, and a transfer that is checked.
import assert from "assert";
import { FAR } from "board/link";
import { now } from "board/time";
import { create_connection, create_server, type Socket } from "sockets";
import { AsyncSocket } from "sockets/async";
import { pattern } from "./sockets.js";

/** Seconds of virtual time that an operation may take: more than any back-off of lwIP's. */
export const PATIENCE = 3600;

export const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds since a moment of now(). */
export const since = (before: number) => (now() - before) >>> 0;

/** Two ends of a connection over the link, the client at the near end. */
export class LinkPair {
	readonly client: Socket;
	readonly server: Socket;

	constructor() {
		using server = create_server([FAR, 9000]);
		server.settimeout(PATIENCE);
		this.client = create_connection([FAR, 9000], { timeout: PATIENCE });
		this.server = server.accept()[0];
		this.server.settimeout(PATIENCE);
	}

	[Symbol.dispose](): void {
		this.client.close();
		this.server.close();
	}
}

/** The same, awaited. */
export class AsyncLinkPair {
	readonly client: AsyncSocket;
	readonly server: AsyncSocket;

	constructor() {
		const pair = new LinkPair();
		this.client = new AsyncSocket(pair.client);
		this.server = new AsyncSocket(pair.server);
	}

	[Symbol.dispose](): void {
		this.client.close();
		this.server.close();
	}
}

/** Reads so many bytes and checks them. */
async function check(from: AsyncSocket, bytes: Uint8Array): Promise<void> {
	for (let at = 0; at < bytes.length; ) {
		const got = await from.recv(Math.min(4096, bytes.length - at));
		assert.notStrictEqual(got.length, 0, `the stream ended after ${at} bytes`);
		const wrong = got.findIndex((byte, i) => byte !== bytes[at + i]);
		assert.strictEqual(wrong, -1, `byte ${at + wrong} is another`);
		at += got.length;
	}
}

/** Sends so many bytes one way, while they are read at the other end, and checks that just those come. */
export async function transfer(
	from: AsyncSocket,
	to: AsyncSocket,
	size: number,
	bytes: Uint8Array = pattern(size),
): Promise<void> {
	await Promise.all([check(to, bytes), from.sendall(bytes)]);
}
