// SPDX-License-Identifier: MIT
// The socket API as every network programmer knows it, blocking: `import { Socket } from "sockets"`.
// Socket itself is a native class: socket.js, documented in socket.d.ts. Here are the functions around it.
import { SO_REUSEADDR, SOL_SOCKET } from "sockets/constants";
import { type Address, Socket } from "sockets/socket";

export * from "sockets/constants";
export { EOFError, KeyboardInterrupt, OSError } from "sockets/errors";
export { type AddressInfo, getaddrinfo, inet_ntop, inet_pton } from "sockets/names";
export { type Address, type Data, Socket } from "sockets/socket";

/**
 * Makes a socket that is connected.
 *
 * @param address `[host, port]`
 * @param options.timeout seconds for the connect and each call after it; `null`, the default, is as long as it takes
 * @param options.source_address `[host, port]` to bind to first
 * @throws as `connect` and `bind` do; the socket is closed then
 * @see Python socket.create_connection
 * @example
 * ```ts
 * import { create_connection } from "sockets";
 *
 * using s = create_connection(["192.168.1.20", 9000], { timeout: 5 });
 * s.sendall("hello\n");
 * console.log(s.readline().length, "bytes"); // → 6 bytes
 * ```
 */
export function create_connection(
	address: Address,
	options?: { timeout?: number | null; source_address?: Address },
): Socket {
	const socket = Socket._connected(address, options);
	return socket; // so that this function is in the stack of an error: a call that is returned is a tail call
}

/**
 * Makes a socket that listens, with SO_REUSEADDR set, so that a server can start again at once.
 *
 * @param address `[host, port]` to bind to
 * @param options.backlog how many connections may wait to be accepted
 * @throws as `bind` and `listen` do; the socket is closed then
 * @see Python socket.create_server
 * @example
 * ```ts
 * import { create_server } from "sockets";
 *
 * using server = create_server(["", 9000], { backlog: 4 });
 * using connection = server.accept()[0];
 * connection.sendall(connection.readline());
 * ```
 */
export function create_server(address: Address, options: { backlog?: number } = {}): Socket {
	const socket = new Socket();
	try {
		socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		socket.bind(address);
		socket.listen(options.backlog);
		return socket;
	} catch (error) {
		socket.close();
		throw error;
	}
}

/**
 * Waits until a socket has something to do.
 *
 * @param entries pairs of a socket and the events to wait for, POLLIN and POLLOUT, added up
 * @param milliseconds how long; `null` (or a negative number) is as long as it takes, 0 only looks
 * @returns pairs of each socket that has events and what these are: of those asked for, and POLLERR, POLLHUP and POLLNVAL in
 * any case; none when the time is up
 * @throws TypeError, RangeError; KeyboardInterrupt on Ctrl-C
 * @see POSIX poll(); Python select.poll
 * @example
 * ```ts
 * import { create_connection, POLLIN, poll } from "sockets";
 *
 * using s = create_connection(["192.168.1.20", 9000]);
 * s.sendall("hello");
 * for (const [socket, events] of poll([[s, POLLIN]], 1000)) {
 * 	if (events & POLLIN) console.log(new TextDecoder().decode(socket.recv(1024))); // → hello
 * }
 * ```
 */
export function poll(
	entries: Iterable<[socket: Socket, events: number]>,
	milliseconds: number | null = null,
): [socket: Socket, events: number][] {
	const sockets: Socket[] = [];
	const events: number[] = [];
	for (const [socket, wanted] of entries) {
		if (!(socket instanceof Socket)) throw new TypeError("entries: not pairs of a socket and events");
		if (!Number.isInteger(wanted)) throw new TypeError("events: not a whole number");
		sockets.push(socket);
		events.push(wanted);
	}
	Socket._poll(sockets, events, milliseconds);
	const found: [Socket, number][] = [];
	for (const [i, socket] of sockets.entries()) if (events[i]) found.push([socket, events[i] as number]);
	return found;
}
