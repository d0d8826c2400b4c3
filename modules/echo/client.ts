// SPDX-License-Identifier: MIT
// A TCP echo client, as the tutorial on blocking sockets has it: connect, send, read the reply, close.

import { type Address, AF_INET, SOCK_STREAM, Socket } from "sockets";

/** How many bytes are sent before their echo is read: less than what both ends' buffers hold, so nobody waits for ever. */
const CHUNK = 1024;

/** Options of `request` and `client`. */
export interface ClientOptions {
	/** Seconds that each operation may take; null is for ever. */
	timeout?: number | null;
}

/**
 * Sends a message to an echo server and gives what comes back: as many bytes, or fewer if the server closes early.
 *
 * @param message of any length; a string is sent as UTF-8
 * @throws OSError `ECONNREFUSED` if nothing listens there, `ETIMEDOUT`, `ECONNRESET`
 * @example
 * ```ts
 * import { request } from "echo/client";
 *
 * const reply = request(["192.168.1.20", 9000], "hello");
 * console.log(new TextDecoder().decode(reply)); // → hello
 * ```
 */
export function request(
	address: Address,
	message: string | Uint8Array,
	{ timeout = 10 }: ClientOptions = {},
): Uint8Array {
	const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
	const reply = new Uint8Array(bytes.length);
	using socket = new Socket(AF_INET, SOCK_STREAM);
	socket.settimeout(timeout);
	socket.connect(address);
	let received = 0;
	for (let sent = 0; sent < bytes.length; ) {
		const chunk = bytes.subarray(sent, sent + CHUNK);
		socket.sendall(chunk);
		sent += chunk.length;
		while (received < sent) {
			const data = socket.recv(sent - received);
			if (data.length === 0) return reply.subarray(0, received);
			reply.set(data, received);
			received += data.length;
		}
	}
	return reply;
}

/**
 * The tutorial's client: sends a message, prints the reply and gives it.
 *
 * @throws as `request` does
 * @example
 * ```ts
 * import { client } from "echo/client";
 *
 * client(["192.168.1.20", 9000], "hello"); // → reply: hello
 * ```
 */
export function client(address: Address, message = "hello\n", options?: ClientOptions): string {
	const reply = new TextDecoder().decode(request(address, message, options));
	console.log(`reply: ${reply}`);
	return reply;
}
