// SPDX-License-Identifier: MIT
// The socket API, awaited: one board, many clients. `import { AsyncSocket, start_server } from "sockets/async"`. AsyncSocket itself is a
// native class: async_socket.js, documented in async_socket.d.ts. Here are the functions around it.
import { AsyncServer, checkServer, type Handler, type ServerOptions } from "sockets/async_server";
import { type Accepted, AsyncSocket } from "sockets/async_socket";
import { SO_REUSEADDR, SOL_SOCKET } from "sockets/constants";
import type { Address } from "sockets/socket";

export { AsyncServer, type Handler, type ServerOptions } from "sockets/async_server";
export { type Accepted, AsyncSocket, type Timeout } from "sockets/async_socket";

/** As many as there can be connections (see `new Socket`): nobody is turned away while there is room for one. */
const BACKLOG = 16;

/**
 * Makes a socket that is connected; names are asked for without blocking.
 *
 * @param address `[host, port]`
 * @param options.timeout seconds for the connect and each operation after it; `null`, the default, is as long as it takes
 * @param options.source_address `[host, port]` to bind to first
 * @returns the socket
 * @throws as `connect` and `bind` do; the socket is closed then
 * @see asyncio.open_connection
 * @example
 * ```ts
 * import { open_connection } from "sockets/async";
 *
 * await using s = await open_connection(["192.168.1.20", 9000], { timeout: 5 });
 * await s.sendall("hello\n");
 * console.log((await s.readline()).length, "bytes"); // → 6 bytes
 * ```
 */
export async function open_connection(
	address: Address,
	options: { timeout?: number | null; source_address?: Address } = {},
): Promise<AsyncSocket> {
	const socket = new AsyncSocket();
	try {
		if (options.timeout !== undefined) socket.settimeout(options.timeout);
		if (options.source_address !== undefined) socket.bind(options.source_address);
		await socket.connect(address);
		return socket;
	} catch (error) {
		socket.close();
		throw error;
	}
}

/**
 * Makes a socket that listens, with SO_REUSEADDR set, so that a server can start again at once. Most servers want `start_server`.
 *
 * @param address `[host, port]` to bind to
 * @param options.backlog how many connections may wait to be accepted; 16 if not given
 * @throws as `bind` and `listen` do; the socket is closed then
 * @see Python socket.create_server
 * @example
 * ```ts
 * import { create_server } from "sockets/async";
 *
 * await using server = create_server(["", 9000]);
 * for await (const [connection, [host]] of server) {
 * 	console.log("client:", host); // → client: 192.168.1.20
 * 	await connection.sendall(await connection.readline());
 * 	connection.close();
 * 	break;
 * }
 * ```
 */
export function create_server(address: Address, options: { backlog?: number } = {}): AsyncSocket<Accepted> {
	const socket = new AsyncSocket<Accepted>();
	try {
		socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		socket.bind(address);
		socket.listen(options.backlog ?? BACKLOG);
		return socket;
	} catch (error) {
		socket.close();
		throw error;
	}
}

/**
 * Starts a server: each client's handler runs on its own, beside the others. When it ends, however it does, its connection is
 * closed. An error in it is told to `onerror` and ends nothing else.
 *
 * @param handler called for each client with its connection and its address
 * @param address `[host, port]` to listen at
 * @returns the server, which listens
 * @throws as `create_server` does; TypeError, RangeError
 * @see asyncio.start_server
 * @example An echo server for many clients
 * ```ts
 * import { start_server } from "sockets/async";
 *
 * const server = await start_server(
 * 	async (connection, [host]) => {
 * 		console.log("client:", host); // → client: 192.168.1.20
 * 		for await (const chunk of connection) await connection.sendall(chunk);
 * 		void server.close();
 * 	},
 * 	["0.0.0.0", 9000],
 * );
 * await server.closed;
 * ```
 */
export async function start_server(
	handler: Handler,
	address: Address,
	options: ServerOptions & { backlog?: number } = {},
): Promise<AsyncServer> {
	checkServer(handler, options);
	return new AsyncServer(create_server(address, options), handler, options);
}
