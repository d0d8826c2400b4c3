// SPDX-License-Identifier: MIT
// A TCP echo server for many clients at once: what server.ts is for blocking sockets.

import { type Address, OSError } from "sockets";
import { type AsyncServer, type AsyncSocket, start_server } from "sockets/async";

/** How many bytes are read at most at a time: what a client costs, beside its socket, while it sends. */
const CHUNK = 1024;

/** What a server has served so far. */
export interface Totals {
	/** Clients that are served now. */
	clients: number;
	/** Clients that have gone. */
	served: number;
	/** Bytes that went back to those, and to those who are there. */
	bytes: number;
}

/** Options of `start`. */
export interface StartOptions {
	/** How many clients are served at a time; further ones wait in the backlog. As many as there is room for if not given. */
	max_clients?: number;
	/** How many connections may wait to be accepted. */
	backlog?: number;
	/** Seconds that a client may be silent, or not read; null, the default, is for ever. */
	timeout?: number | null;
	/** Told of each client that comes. */
	onopen?: (address: Address, totals: Totals) => void;
	/** Told of each client once it is closed: how many bytes were echoed, and what went wrong if anything did. */
	onclose?: (address: Address, bytes: number, totals: Totals, error?: unknown) => void;
}

/**
 * Sends back everything that comes until the peer has sent all, and gives the number of bytes. Does not close.
 *
 * @param count told of the bytes echoed so far, after each chunk
 * @throws OSError (rejection) `ECONNRESET`, or `ETIMEDOUT` if the socket has a timeout
 * @example
 * ```ts
 * import { echo } from "echo/async_server";
 * import { create_server } from "sockets/async";
 *
 * await using server = create_server(["0.0.0.0", 9000]);
 * const [connection] = await server.accept();
 * console.log(await echo(connection), "bytes"); // → 6 bytes
 * connection.close();
 * ```
 */
export async function echo(connection: AsyncSocket, count?: (bytes: number) => void): Promise<number> {
	const buffer = new Uint8Array(CHUNK);
	let bytes = 0;
	for (;;) {
		const size = await connection.recv_into(buffer);
		if (size === 0) return bytes;
		await connection.sendall(size < CHUNK ? buffer.subarray(0, size) : buffer);
		bytes += size;
		count?.(bytes);
	}
}

/**
 * Starts an echo server. What goes wrong with one client is told to `onclose`, or the console if there is none, and ends no other.
 *
 * @returns the server, which listens
 * @throws OSError (rejection) as `start_server` of "sockets/async"
 * @example
 * ```ts
 * import { start } from "echo/async_server";
 *
 * const server = await start(["0.0.0.0", 9000], {
 * 	onclose([host], bytes) {
 * 		console.log(`${host}: ${bytes} bytes`); // → 192.168.1.20: 6 bytes
 * 		void server.close();
 * 	},
 * });
 * await server.closed;
 * ```
 */
export async function start(
	address: Address,
	{ max_clients, backlog, timeout = null, onopen, onclose = warn }: StartOptions = {},
): Promise<AsyncServer> {
	const totals: Totals = { clients: 0, served: 0, bytes: 0 };
	// The loop of `echo` once more: awaiting that would cost as much memory for each client as all the rest. And without a buffer, so
	// that a client who says nothing has none.
	const serve = async (connection: AsyncSocket, peer: Address): Promise<void> => {
		let bytes = 0;
		let failure: unknown;
		totals.clients++;
		try {
			onopen?.(peer, totals);
			connection.settimeout(timeout);
			let data: Uint8Array | undefined = await connection.recv(CHUNK);
			while (data.length > 0) {
				await connection.sendall(data);
				bytes += data.length;
				totals.bytes += data.length;
				// Else it would be kept until the next one comes.
				data = undefined;
				data = await connection.recv(CHUNK);
			}
		} catch (error) {
			// Anything else is no fault of the client: a bug, which the server reports.
			if (!(error instanceof OSError)) throw error;
			failure = error;
		} finally {
			connection.close();
			totals.clients--;
			totals.served++;
		}
		onclose(peer, bytes, totals, failure);
	};
	return start_server(serve, address, { max_clients, backlog });
}

function warn([host, port]: Address, bytes: number, _totals: Totals, error?: unknown): void {
	if (error) console.warn(`client ${host}:${port}, after ${bytes} bytes: ${error}`);
}
