// SPDX-License-Identifier: MIT
// What tests of sockets share: two ends of a connection in one program, and the check of an error's code.
import assert from "assert";
import { type Address, OSError, Socket } from "sockets";

/** The seconds that a call of a test may wait: a guard, nothing waits for it to pass. */
export const GUARD = 5;

/** More bytes than the send buffer of one end and the window of the other hold together. */
export const LARGE = 12000;

/** Bytes as text. */
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Bytes that do not repeat soon, so that a piece that is lost or doubled shows. */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(size);
	for (let i = 0; i < size; i++) bytes[i] = i * 7 + (i >> 8);
	return bytes;
}

/** Checks that a call fails with an OSError of this code. */
export function fails(code: string, call: () => unknown): void {
	assert.throws(call, (error: unknown) => {
		assert.ok(error instanceof OSError, `${error}`);
		assert.strictEqual(error.code, code);
		return true;
	});
}

/** A socket that listens. */
export function listener(address: Address = ["127.0.0.1", 0], backlog = 1): Socket {
	const server = new Socket();
	server.settimeout(GUARD);
	server.bind(address);
	server.listen(backlog);
	return server;
}

/** Two ends of a connection over the board's loopback. */
export class Pair {
	readonly client = new Socket();
	readonly server: Socket;

	constructor(host = "127.0.0.1") {
		using server = listener([host, 0]);
		this.client.connect(server.getsockname());
		this.server = server.accept()[0];
		this.client.settimeout(GUARD);
		this.server.settimeout(GUARD);
	}

	[Symbol.dispose](): void {
		this.client.close();
		this.server.close();
	}
}
