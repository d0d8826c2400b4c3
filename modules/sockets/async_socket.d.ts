// SPDX-License-Identifier: MIT
// Types and documentation of async_socket.js; "sockets/async" exports what is public here. Names that start with _ are the
// module's own. socket.d.ts has what is the same for both kinds of socket.
import type { Address, Data, Socket } from "sockets/socket";

/** The last argument of every operation that may wait. */
export interface Timeout {
	/**
	 * Seconds that this operation may wait, then it is rejected with `ETIMEDOUT` and has taken nothing away; `null` is as long as it takes, 0 is
	 * not at all. If it is not given, what `settimeout` has set holds.
	 */
	timeout?: number | null;
}

/** What `accept` gives. */
export type Accepted = [connection: AsyncSocket, address: Address];

/**
 * A TCP socket whose operations are awaited: while one waits, the rest of the program goes on. The names and their meaning are those of
 * `Socket` in "sockets".
 *
 * Whatever may wait gives a promise, always, and throws nothing: every failure is a rejection. What is there already is given at once, by a promise
 * that is fulfilled already; after 16 such operations in a row a socket waits for the next round of the main loop, so that timers and other sockets
 * get their turn. One operation that reads (`recv`, `recv_into`, `read`, `readexactly`, `readline`, `accept`) can wait at a time; a second
 * one is rejected with `EALREADY`, which does not disturb the first. Operations that write wait for each other: each comes out whole, in the order of the
 * calls. A socket is not collected as garbage while an operation of it waits.
 *
 * @typeParam Item what `for await` over the socket gives: `Uint8Array` for a connection, `Accepted` for one that listens
 * @example A client
 * ```ts
 * import { AsyncSocket } from "sockets/async";
 *
 * await using s = new AsyncSocket();
 * await s.connect(["192.168.1.20", 9000]);
 * await s.sendall("hello");
 * console.log("reply:", new TextDecoder().decode(await s.recv(1024))); // → reply: hello
 * ```
 * @example Two things at a time
 * ```ts
 * import { open_connection } from "sockets/async";
 *
 * async function ask(word: string): Promise<string> {
 * 	await using s = await open_connection(["192.168.1.20", 9000]);
 * 	await s.sendall(`${word}\n`);
 * 	return new TextDecoder().decode(await s.readline()).trimEnd();
 * }
 *
 * console.log((await Promise.all([ask("one"), ask("two")])).join(" ")); // → one two
 * ```
 */
export class AsyncSocket<Item = Uint8Array<ArrayBuffer>> {
	/**
	 * Makes a socket that is neither bound nor connected, or takes over one that was detached, or that of a `Socket` or another
	 * `AsyncSocket`, which is as after `detach` then. To make it a `Socket` again, detach it.
	 *
	 * @param family AF_INET, or the socket to take over
	 * @param type SOCK_STREAM
	 * @param options.fileno what `detach` gave
	 * @throws OSError as `new Socket`; `EBADF` (the socket to take over is closed); TypeError
	 * @see POSIX socket(); Python socket.socket
	 */
	constructor(family?: number, type?: number, options?: { fileno?: number });
	constructor(socket: Socket | AsyncSocket);

	/**
	 * Connects to a remote address; a name is asked for first. After a failure the socket can connect again.
	 *
	 * @param address `[host, port]`, as for Socket.connect
	 * @throws OSError (rejection) as Socket.connect; `EALREADY` (another connect waits); `EAI_AGAIN` (more than four names are being asked for); `ECANCELED` (closed
	 * meanwhile); `ECONNABORTED` (it failed, and another call was told why)
	 * @throws TypeError, RangeError (rejection)
	 * @see POSIX connect(); asyncio loop.sock_connect
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * await using s = new AsyncSocket();
	 * await s.connect(["192.168.1.20", 9000], { timeout: 5 });
	 * console.log(s.getpeername().join(":")); // → 192.168.1.20:9000
	 * ```
	 */
	connect(address: Address, options?: Timeout): Promise<void>;

	/**
	 * Connects as `connect` does, but gives a failure of the connection as its errno number, 0 for success.
	 *
	 * @throws OSError (rejection) as Socket.connect_ex; TypeError, RangeError
	 * @see Python socket.connect_ex
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * await using s = new AsyncSocket();
	 * const error = await s.connect_ex(["192.168.1.20", 9001]);
	 * console.log(error === 0 ? "connected" : `nobody there: errno ${error}`); // → nobody there: errno …
	 * ```
	 */
	connect_ex(address: Address, options?: Timeout): Promise<number>;

	/**
	 * Claims a local address. Never waits: unlike Socket.bind it asks for no names.
	 *
	 * @param address `[host, port]`: "" or "0.0.0.0" for any interface, "localhost", or an address of this board in four decimal numbers; port 0
	 * takes a free one
	 * @throws OSError as Socket.bind; `EAI_NONAME` (a name that would have to be asked for)
	 * @throws TypeError, RangeError
	 * @see POSIX bind(); Python socket.bind
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * await using server = new AsyncSocket();
	 * server.bind(["0.0.0.0", 8080]);
	 * server.listen();
	 * console.log(server.getsockname().join(":")); // → 0.0.0.0:8080
	 * ```
	 */
	bind(address: Address): void;

	/**
	 * Makes the socket a listening one; see Socket.listen. `start_server` and `create_server` do it all.
	 *
	 * @param backlog how many connections may wait to be accepted, 8 if not given
	 * @throws OSError as Socket.listen
	 * @see POSIX listen(); Python socket.listen
	 * @example
	 * ```ts
	 * import { type Accepted, AsyncSocket } from "sockets/async";
	 *
	 * await using server = new AsyncSocket<Accepted>();
	 * server.bind(["", 9000]);
	 * server.listen(4);
	 * const [connection] = await server.accept();
	 * console.log((await connection.read()).length, "bytes"); // → 6 bytes
	 * connection.close();
	 * ```
	 */
	listen(backlog?: number): void;

	/**
	 * Waits for a client to connect.
	 *
	 * @returns the connection, without a timeout, which has to be closed for itself; and the client's address
	 * @throws OSError (rejection) as Socket.accept; `EALREADY` (another accept waits); `ECANCELED` (closed meanwhile)
	 * @see POSIX accept(); asyncio loop.sock_accept
	 * @example
	 * ```ts
	 * import { create_server } from "sockets/async";
	 *
	 * await using server = create_server(["", 9000]);
	 * const [connection, [host, port]] = await server.accept({ timeout: 60 });
	 * console.log(`${host}, port ${port}`); // → 192.168.1.20, port …
	 * await connection.sendall(await connection.read());
	 * connection.close();
	 * ```
	 */
	accept(options?: Timeout): Promise<Accepted>;

	/**
	 * Sends, perhaps not all of it: waits until it is its turn and there is room for at least one byte, takes what there is room for. A buffer must not be changed
	 * until then.
	 *
	 * @param flags MSG_DONTWAIT
	 * @returns how many bytes were taken; of a string, bytes of its UTF-8 form
	 * @throws OSError (rejection) as Socket.send; `EAGAIN` (timeout 0 or MSG_DONTWAIT: no room, or others wait to write); `ECANCELED` (closed meanwhile)
	 * @throws TypeError, RangeError (rejection)
	 * @see POSIX send(); Python socket.send
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * const data = new TextEncoder().encode("hello");
	 * for (let sent = 0; sent < data.length; ) sent += await s.send(data.subarray(sent));
	 * console.log(new TextDecoder().decode(await s.readexactly(5))); // → hello
	 * ```
	 */
	send(data: Data, options?: Timeout): Promise<number>;
	send(data: Data, flags?: number, options?: Timeout): Promise<number>;

	/**
	 * Sends all of it: fulfilled once the TCP/IP stack has taken the last byte. A reader that is slow makes it wait, and nothing piles up. It need not be awaited before
	 * the next one is called: the order is kept. A buffer must not be changed until it is fulfilled.
	 *
	 * @param flags MSG_DONTWAIT
	 * @throws OSError (rejection) as `send`; how much was sent by then is not known; `ECANCELED` (closed meanwhile)
	 * @throws TypeError, RangeError (rejection)
	 * @see Python socket.sendall; asyncio StreamWriter.drain
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await Promise.all([s.sendall("text, "), s.sendall(new Uint8Array([0x62, 0x79, 0x74, 0x65, 0x73]))]);
	 * console.log(new TextDecoder().decode(await s.readexactly(11))); // → text, bytes
	 * ```
	 */
	sendall(data: Data, options?: Timeout): Promise<void>;
	sendall(data: Data, flags?: number, options?: Timeout): Promise<void>;

	/**
	 * Receives: waits until there is at least one byte, gives what is there, up to `size` bytes.
	 *
	 * @param size the most bytes to receive, 0 or more
	 * @param flags MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL, as for Socket.recv
	 * @returns the bytes; an empty array once the peer has closed its side and everything was read
	 * @throws OSError (rejection) as Socket.recv; `EALREADY` (another read waits); `ECANCELED` (closed meanwhile). Nothing that came is lost.
	 * @throws TypeError, RangeError (rejection)
	 * @see POSIX recv(); asyncio StreamReader.read
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 * import { OSError } from "sockets";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * try {
	 * 	await s.recv(1024, { timeout: 0.1 });
	 * } catch (error) {
	 * 	if (!(error instanceof OSError)) throw error;
	 * 	console.log(error.code); // → ETIMEDOUT
	 * }
	 * await s.sendall("hello");
	 * console.log(new TextDecoder().decode(await s.recv(1024))); // → hello
	 * ```
	 */
	recv(size: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	recv(size: number, flags?: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;

	/**
	 * Receives as `recv` does, into a buffer that is there already. It must not be used otherwise until then.
	 *
	 * @param buffer an ArrayBuffer or a view of one
	 * @param size the most bytes to receive; the size of the buffer if not given
	 * @param flags as of `recv`
	 * @returns how many bytes were received; 0 at the end of the stream
	 * @throws OSError (rejection) as `recv`: `EALREADY`, `ECANCELED`
	 * @throws TypeError; RangeError for a size that is larger than the buffer (rejection)
	 * @see Python socket.recv_into; asyncio loop.sock_recv_into
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await s.sendall("hello");
	 * const buffer = new Uint8Array(1024);
	 * const count = await s.recv_into(buffer);
	 * console.log(new TextDecoder().decode(buffer.subarray(0, count))); // → hello
	 * ```
	 */
	recv_into(buffer: ArrayBufferLike | ArrayBufferView, options?: Timeout): Promise<number>;
	recv_into(buffer: ArrayBufferLike | ArrayBufferView, size?: number, options?: Timeout): Promise<number>;
	recv_into(
		buffer: ArrayBufferLike | ArrayBufferView,
		size?: number,
		flags?: number,
		options?: Timeout,
	): Promise<number>;

	/**
	 * Reads `size` bytes, or everything up to the end of the stream. Fewer than `size` come only at the end of the stream. When it fails, what had come stays for the next
	 * read, whichever that is.
	 *
	 * @throws OSError (rejection) as Socket.read; `EALREADY`, `ECANCELED` as `recv`
	 * @see asyncio StreamReader.read
	 * @example
	 * ```ts
	 * import { SHUT_WR } from "sockets";
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await s.sendall("hello");
	 * s.shutdown(SHUT_WR);
	 * console.log(new TextDecoder().decode(await s.read())); // → hello
	 * ```
	 */
	read(options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	read(size?: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;

	/**
	 * Reads `size` bytes, not fewer. When it fails otherwise than by the end of the stream, what had come stays for the next read.
	 *
	 * @throws EOFError (rejection) the stream ended first; `partial` has what there was
	 * @throws OSError (rejection) as Socket.read; `EALREADY`, `ECANCELED` as `recv`
	 * @see asyncio StreamReader.readexactly
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await s.sendall(new Uint8Array([0, 5]));
	 * await s.sendall("hello");
	 * const [high = 0, low = 0] = await s.readexactly(2);
	 * console.log(new TextDecoder().decode(await s.readexactly(high * 256 + low))); // → hello
	 * ```
	 */
	readexactly(size: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;

	/**
	 * Reads a line, its "\n" included; at the end of the stream what is left, empty at last. When it fails, what had come stays for the next read.
	 *
	 * @throws OSError (rejection) as Socket.read; `EALREADY`, `ECANCELED` as `recv`
	 * @see asyncio StreamReader.readline
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await s.sendall("one\ntwo\n");
	 * for (let i = 0; i < 2; i++) console.log(new TextDecoder().decode(await s.readline()).trimEnd());
	 * // → one
	 * // → two
	 * ```
	 */
	readline(options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;

	/**
	 * Ends one direction of the connection, or both, at once: writes that still wait fail with `EPIPE`, a read that waits finds the end of the stream.
	 *
	 * @param how SHUT_RD, SHUT_WR, SHUT_RDWR, as for Socket.shutdown
	 * @throws OSError as Socket.shutdown; TypeError, RangeError
	 * @see POSIX shutdown(); Python socket.shutdown
	 * @example
	 * ```ts
	 * import { SHUT_WR } from "sockets";
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await s.sendall("that is all");
	 * s.shutdown(SHUT_WR);
	 * console.log(new TextDecoder().decode(await s.read())); // → that is all
	 * ```
	 */
	shutdown(how: number): void;

	/**
	 * Parts the object from its socket, which stays open under its number, for `new Socket` or `new AsyncSocket` to take over. What waits is rejected with
	 * `ECANCELED`; what had come is for the next owner.
	 *
	 * @returns the number
	 * @throws OSError `EBADF`
	 * @see Python socket.detach
	 * @example A blocking socket again
	 * ```ts
	 * import { AF_INET, SOCK_STREAM, Socket } from "sockets";
	 * import { open_connection } from "sockets/async";
	 *
	 * const awaited = await open_connection(["192.168.1.20", 9000]);
	 * using s = new Socket(AF_INET, SOCK_STREAM, { fileno: awaited.detach() });
	 * s.sendall("hello");
	 * console.log(new TextDecoder().decode(s.recv(1024))); // → hello
	 * ```
	 */
	detach(): number;

	/**
	 * The socket's number, 3 or more; -1 once it is closed or detached. Never throws.
	 *
	 * @see Python socket.fileno
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * const s = new AsyncSocket();
	 * s.close();
	 * console.log(s.fileno()); // → -1
	 * ```
	 */
	fileno(): number;

	/**
	 * Closes the socket, as Socket.close; what waits is rejected with `ECANCELED`. Closing it again does nothing. It never waits: what was not sent yet goes on being sent.
	 * Never throws.
	 *
	 * @see POSIX close(); Python socket.close
	 * @example
	 * ```ts
	 * import { OSError } from "sockets";
	 * import { open_connection } from "sockets/async";
	 *
	 * const s = await open_connection(["192.168.1.20", 9000]);
	 * const reading = s.recv(1024);
	 * s.close();
	 * try {
	 * 	await reading;
	 * } catch (error) {
	 * 	if (!(error instanceof OSError)) throw error;
	 * 	console.log(error.code); // → ECANCELED
	 * }
	 * ```
	 */
	close(): void;

	/**
	 * Sets how long each operation from now on may wait if it is not told otherwise: each has that time for itself.
	 *
	 * @param seconds `null` is as long as it takes (so is a new socket, and an accepted one), 0 is not at all
	 * @throws RangeError, TypeError, OSError as Socket.settimeout
	 * @see Python socket.settimeout
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * s.settimeout(0.1);
	 * const failure = await s.readline().catch((error) => error);
	 * console.log(failure.code); // → ETIMEDOUT
	 * ```
	 */
	settimeout(seconds: number | null): void;

	/**
	 * `setblocking(true)` is `settimeout(null)`, `setblocking(false)` is `settimeout(0)`.
	 *
	 * @throws OSError `EBADF`
	 * @see Python socket.setblocking
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * await using s = new AsyncSocket();
	 * s.setblocking(false);
	 * console.log(s.gettimeout()); // → 0
	 * ```
	 */
	setblocking(flag: boolean): void;

	/**
	 * The timeout in seconds, or `null`.
	 *
	 * @throws OSError `EBADF`
	 * @see Python socket.gettimeout
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * await using s = new AsyncSocket();
	 * console.log(s.gettimeout()); // → null
	 * ```
	 */
	gettimeout(): number | null;

	/**
	 * Sets an option, as Socket.setsockopt.
	 *
	 * @throws OSError as Socket.setsockopt; TypeError, RangeError
	 * @see POSIX setsockopt(); Python socket.setsockopt
	 * @example
	 * ```ts
	 * import { IPPROTO_TCP, TCP_NODELAY } from "sockets";
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * s.setsockopt(IPPROTO_TCP, TCP_NODELAY, true);
	 * console.log(s.getsockopt(IPPROTO_TCP, TCP_NODELAY)); // → 1
	 * ```
	 */
	setsockopt(level: 1, name: 13, value: [onoff: number | boolean, seconds: number]): void;
	setsockopt(level: number, name: number, value: number | boolean): void;

	/**
	 * Reads an option, as Socket.getsockopt.
	 *
	 * @throws OSError as Socket.getsockopt; TypeError, RangeError
	 * @see POSIX getsockopt(); Python socket.getsockopt
	 * @example
	 * ```ts
	 * import { SO_RCVBUF, SOL_SOCKET } from "sockets";
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * await using s = new AsyncSocket();
	 * console.log(s.getsockopt(SOL_SOCKET, SO_RCVBUF), "bytes"); // → 5744 bytes
	 * ```
	 */
	getsockopt(level: 1, name: 13): [onoff: number, seconds: number];
	getsockopt(level: number, name: number): number;

	/**
	 * The socket's own address; `["0.0.0.0", 0]` before it has one.
	 *
	 * @throws OSError `EBADF`
	 * @see POSIX getsockname()
	 * @example
	 * ```ts
	 * import { create_server } from "sockets/async";
	 *
	 * await using server = create_server(["127.0.0.1", 0]);
	 * console.log(server.getsockname()[0]); // → 127.0.0.1
	 * ```
	 */
	getsockname(): Address;

	/**
	 * The peer's address, even after the connection has ended.
	 *
	 * @throws OSError as Socket.getpeername
	 * @see POSIX getpeername()
	 * @example
	 * ```ts
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * console.log(s.getpeername().join(":")); // → 192.168.1.20:9000
	 * ```
	 */
	getpeername(): Address;

	/**
	 * Closes the socket at the end of the block that has it: `using s = new AsyncSocket()`. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * const s = new AsyncSocket();
	 * {
	 * 	using _ = s;
	 * }
	 * console.log(s.fileno()); // → -1
	 * ```
	 */
	[Symbol.dispose](): void;

	/**
	 * The same for `await using`. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { AsyncSocket } from "sockets/async";
	 *
	 * const s = new AsyncSocket();
	 * {
	 * 	await using _ = s;
	 * }
	 * console.log(s.fileno()); // → -1
	 * ```
	 */
	[Symbol.asyncDispose](): Promise<void>;

	/**
	 * What `for await` goes through. Of a connection: chunks as they come, until the end of the stream. Of a socket that listens: what `accept` gives, until the
	 * socket is closed.
	 *
	 * @throws OSError `EBADF`; what `recv` or `accept` gives ends the loop as a rejection
	 * @example Of a connection
	 * ```ts
	 * import { SHUT_WR } from "sockets";
	 * import { open_connection } from "sockets/async";
	 *
	 * await using s = await open_connection(["192.168.1.20", 9000]);
	 * await s.sendall("hello");
	 * s.shutdown(SHUT_WR);
	 * let size = 0;
	 * for await (const chunk of s) size += chunk.length;
	 * console.log(size, "bytes"); // → 5 bytes
	 * ```
	 * @example Of a server
	 * ```ts
	 * import { create_server } from "sockets/async";
	 *
	 * const server = create_server(["", 9000]);
	 * for await (const [connection, [host]] of server) {
	 * 	console.log("client:", host); // → client: 192.168.1.20
	 * 	await connection.sendall(await connection.readline());
	 * 	connection.close();
	 * 	server.close();
	 * }
	 * ```
	 */
	[Symbol.asyncIterator](): AsyncIterableIterator<Item>;
}
