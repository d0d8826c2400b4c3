// SPDX-License-Identifier: MIT
// A TCP echo server, as the tutorial on blocking sockets has it: one client after the other, each until it closes.

import { type Address, AF_INET, OSError, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, Socket } from "sockets";

/** How many bytes are read at most at a time. */
const CHUNK = 1024;

/** Options of `listen`. */
export interface ListenOptions {
	/** How many connections may wait to be accepted. */
	backlog?: number;
}

/** Options of `serve`. */
export interface ServeOptions {
	/** Seconds that a client may keep the server waiting; null, the default, is for ever. */
	timeout?: number | null;
	/** How many clients are served; for ever if not given. */
	clients?: number;
	/** Told of each client once it is closed: how many bytes were echoed, and what went wrong if anything did. */
	onclose?: (address: Address, bytes: number, error?: unknown) => void;
}

/**
 * A socket that listens, ready for serve(). It can be bound at once again after a restart (SO_REUSEADDR).
 *
 * @throws OSError `EADDRINUSE` if something listens there, `EADDRNOTAVAIL` if the host is no address of the board,
 *   `ENFILE` if there are too many sockets
 * @example
 * ```ts
 * import { listen } from "echo/server";
 *
 * using server = listen(["0.0.0.0", 8080]);
 * console.log(server.getsockname().join(":")); // → 0.0.0.0:8080
 * ```
 */
export function listen(address: Address, { backlog = 8 }: ListenOptions = {}): Socket {
	const server = new Socket(AF_INET, SOCK_STREAM);
	try {
		server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		server.bind(address);
		server.listen(backlog);
		return server;
	} catch (error) {
		server.close();
		throw error;
	}
}

/**
 * Sends back everything that comes until the peer has sent all, and gives the number of bytes. Does not close.
 *
 * @param count told of the bytes echoed so far, after each chunk
 * @throws OSError `ECONNRESET`, or `ETIMEDOUT` if the socket has a timeout
 * @example
 * ```ts
 * import { echo, listen } from "echo/server";
 *
 * using server = listen(["0.0.0.0", 9000]);
 * using connection = server.accept()[0];
 * console.log(echo(connection), "bytes"); // → 6 bytes
 * ```
 */
export function echo(connection: Socket, count?: (bytes: number) => void): number {
	let bytes = 0;
	for (;;) {
		const chunk = connection.recv(CHUNK);
		if (chunk.length === 0) return bytes;
		connection.sendall(chunk);
		bytes += chunk.length;
		count?.(bytes);
	}
}

/**
 * Accepts one client after the other and echoes what it sends. Each connection is closed whatever happens, and no client
 * ends the server: what goes wrong with one is told to `onclose`, or the console if there is none. Blocks.
 *
 * @throws OSError what `server.accept()` throws, `EBADF` if it is closed; KeyboardInterrupt
 * @example
 * ```ts
 * import { listen, serve } from "echo/server";
 *
 * using server = listen(["0.0.0.0", 9000]);
 * serve(server, {
 * 	clients: 1,
 * 	onclose: ([host], bytes) => console.log(`${host}: ${bytes} bytes`), // → 192.168.1.20: 6 bytes
 * });
 * ```
 */
export function serve(server: Socket, { timeout = null, clients = Infinity, onclose = warn }: ServeOptions = {}): void {
	let served = 0;
	while (served < clients) {
		const [connection, address] = server.accept();
		let bytes = 0;
		let failure: unknown;
		try {
			connection.settimeout(timeout);
			echo(connection, (count) => {
				bytes = count;
			});
		} catch (error) {
			// Anything else is no fault of the client: a bug, or Ctrl-C.
			if (!(error instanceof OSError)) throw error;
			failure = error;
		} finally {
			connection.close();
		}
		served++;
		onclose(address, bytes, failure);
	}
}

function warn([host, port]: Address, bytes: number, error?: unknown): void {
	if (error) console.warn(`client ${host}:${port}, after ${bytes} bytes: ${error}`);
}
