// SPDX-License-Identifier: MIT
// The socket API as every network programmer knows it, blocking: `import { Socket } from "sockets"`.
// Most of Socket's methods are native functions: native.d.ts documents them, sockets_xs.c binds them to the core.
import "sockets/dispose";
import { AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from "sockets/constants";
import { OSError } from "sockets/errors";
import { type Address, NativeSocket } from "sockets/native";

export * from "sockets/constants";
export { EOFError, KeyboardInterrupt, OSError } from "sockets/errors";
export { type AddressInfo, getaddrinfo, inet_ntop, inet_pton } from "sockets/names";
export type { Address, Data } from "sockets/native";

/** Connections that may wait to be accepted where `listen` is not told how many. */
const DEFAULT_BACKLOG = 8;

/**
 * A TCP socket.
 *
 * @example A client
 * ```ts
 * import { Socket } from "sockets";
 *
 * using s = new Socket();
 * s.connect(["192.168.1.20", 9000]);
 * s.sendall("hello\n");
 * console.log("reply:", new TextDecoder().decode(s.recv(1024)));
 * ```
 * @example A server
 * ```ts
 * import { Socket } from "sockets";
 *
 * const server = new Socket();
 * server.bind(["0.0.0.0", 9000]);
 * server.listen(1);
 * while (true) {
 * 	using connection = server.accept()[0];
 * 	for (let data = connection.recv(1024); data.length > 0; data = connection.recv(1024)) connection.sendall(data);
 * }
 * ```
 */
export class Socket extends NativeSocket {
	/**
	 * Makes a socket that is neither bound nor connected, or takes over one that was detached.
	 *
	 * @param family AF_INET
	 * @param type SOCK_STREAM
	 * @param options.fileno what `detach` gave: the new object has that socket
	 * @throws OSError `EAFNOSUPPORT`, `EPROTOTYPE` (there is no other family or type); `ENFILE` (16 sockets and connections
	 * are open, those in TIME_WAIT not counted); `ENOBUFS` (no memory); `EBADF` (fileno is no detached socket)
	 * @see POSIX socket(); Python socket.socket
	 */
	constructor(family: number = AF_INET, type: number = SOCK_STREAM, options?: { fileno?: number }) {
		super(family, type, options?.fileno);
	}

	/** See {@link NativeSocket.listen}. */
	override listen(backlog: number = DEFAULT_BACKLOG): void {
		super.listen(backlog);
	}

	/**
	 * Waits for a client to connect.
	 *
	 * @returns the connection, a socket of its own without a timeout, which has to be closed for itself; and the client's address
	 * @throws OSError `EINVAL` (does not listen); `ETIMEDOUT`; `EAGAIN` (timeout 0, nobody there); `EBADF`
	 * @throws KeyboardInterrupt on Ctrl-C
	 * @see POSIX accept(); Python socket.accept
	 */
	accept(): [connection: Socket, address: Address] {
		// Made first: were there no memory for it, the client would still be waiting.
		const connection = Reflect.construct(NativeSocket, [null], Socket) as Socket;
		this._accept(connection);
		return [connection, connection.getpeername()];
	}

	/**
	 * Connects as `connect` does, but gives a failure of the connection as its errno number, 0 for success. Names that do not resolve
	 * and wrong arguments throw all the same.
	 *
	 * @see Python socket.connect_ex
	 */
	connect_ex(address: Address): number {
		try {
			this.connect(address);
			return 0;
		} catch (error) {
			if (error instanceof OSError && error.errno > 0) return error.errno;
			throw error;
		}
	}

	/** `setblocking(true)` is `settimeout(null)`, `setblocking(false)` is `settimeout(0)`. @see Python socket.setblocking */
	setblocking(flag: boolean): void {
		this.settimeout(flag ? null : 0);
	}

	/** Closes the socket at the end of the block that has it: `using s = new Socket()`. */
	[Symbol.dispose](): void {
		this.close();
	}
}

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
 * ```
 */
export function create_connection(
	address: Address,
	options: { timeout?: number | null; source_address?: Address } = {},
): Socket {
	const socket = new Socket();
	try {
		if (options.timeout !== undefined) socket.settimeout(options.timeout);
		if (options.source_address !== undefined) socket.bind(options.source_address);
		socket.connect(address);
		return socket;
	} catch (error) {
		socket.close();
		throw error;
	}
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
 * const [connection, address] = server.accept();
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
 * import { create_server, poll, POLLIN } from "sockets";
 *
 * using server = create_server(["", 9000]);
 * for (const [socket, events] of poll([[server, POLLIN]], 1000)) console.log(socket.fileno(), events);
 * ```
 */
export function poll(
	entries: Iterable<[socket: Socket, events: number]>,
	milliseconds: number | null = null,
): [socket: Socket, events: number][] {
	const sockets: Socket[] = [];
	const events: number[] = [];
	for (const [socket, wanted] of entries) {
		if (!(socket instanceof NativeSocket)) throw new TypeError("entries: not pairs of a socket and events");
		if (!Number.isInteger(wanted)) throw new TypeError("events: not a whole number");
		sockets.push(socket);
		events.push(wanted);
	}
	NativeSocket._poll(sockets, events, milliseconds);
	const found: [Socket, number][] = [];
	for (const [i, socket] of sockets.entries()) if (events[i]) found.push([socket, events[i] as number]);
	return found;
}
