// SPDX-License-Identifier: MIT
// The socket API as every network programmer knows it, blocking: `import { Socket } from "sockets"`.
// Most of Socket's methods are native functions: native.d.ts documents them, sockets_xs.c binds them to the core.
import "sockets/dispose";
import { AF_INET, SOCK_STREAM } from "sockets/constants";
import { type Address, NativeSocket } from "sockets/native";

export * from "sockets/constants";
export { KeyboardInterrupt, OSError } from "sockets/errors";
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
	 * Makes a socket that is neither bound nor connected.
	 *
	 * @param family AF_INET
	 * @param type SOCK_STREAM
	 * @throws OSError `EAFNOSUPPORT`, `EPROTOTYPE` (there is no other family or type); `ENFILE` (16 sockets and connections
	 * are open, those in TIME_WAIT not counted); `ENOBUFS` (no memory)
	 * @see POSIX socket(); Python socket.socket
	 */
	constructor(family: number = AF_INET, type: number = SOCK_STREAM) {
		super(family, type);
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

	/** `setblocking(true)` is `settimeout(null)`, `setblocking(false)` is `settimeout(0)`. @see Python socket.setblocking */
	setblocking(flag: boolean): void {
		this.settimeout(flag ? null : 0);
	}

	/** Closes the socket at the end of the block that has it: `using s = new Socket()`. */
	[Symbol.dispose](): void {
		this.close();
	}
}
