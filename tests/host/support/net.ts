// SPDX-License-Identifier: MIT
// A TCP client whose every step can be awaited.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Connects; the socket stays open for writing when the peer has ended, until it is ended here too. */
export async function open(port: number): Promise<Socket> {
	const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
	await once(socket, "connect");
	return socket;
}

/** Everything that comes until the peer ends. */
export async function readAll(socket: Socket): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of socket) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** Reads just so many bytes, and fails if the stream ends before. What comes beyond is left. */
export async function readExactly(socket: Socket, size: number): Promise<Buffer> {
	for (;;) {
		if (size === 0) return Buffer.alloc(0);
		const data = socket.read(size) as Buffer | null;
		if (data && data.length === size) return data;
		if (socket.readableEnded || data) throw new Error(`the stream ended before ${size} bytes`);
		// Whichever comes first; the other is not listened for any more.
		const waiting = new AbortController();
		const { signal } = waiting;
		await Promise.race([once(socket, "readable", { signal }), once(socket, "end", { signal })]);
		waiting.abort();
	}
}

/** Writes in pieces, each once there is room for it. */
export async function writeAll(socket: Socket, pieces: Iterable<Uint8Array>): Promise<void> {
	for (const piece of pieces) if (!socket.write(piece)) await once(socket, "drain");
}

/** Ends the socket both ways and waits until it is closed. */
export async function close(socket: Socket): Promise<void> {
	if (socket.closed) return;
	const closed = once(socket, "close");
	socket.end();
	socket.resume();
	await closed;
}

/** Bytes that repeat only after a long while, the same ones every time (xorshift32). */
export function noise(size: number, seed = 1): Buffer {
	const bytes = Buffer.alloc(size);
	let state = seed;
	for (let i = 0; i < size; i++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		bytes[i] = state;
	}
	return bytes;
}

/** Listens on a free port of this machine while `use` runs. */
export async function withServer(
	handler: (socket: Socket) => void,
	use: (port: number) => Promise<void>,
): Promise<void> {
	const server = createServer(handler).listen(0, "127.0.0.1");
	await once(server, "listening");
	try {
		await use((server.address() as AddressInfo).port);
	} finally {
		server.close();
	}
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
	let free = 0;
	await withServer(
		() => {},
		async (port) => {
			free = port;
		},
	);
	return free;
}
