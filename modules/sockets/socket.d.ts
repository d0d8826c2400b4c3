// SPDX-License-Identifier: MIT
// Types and documentation of socket.js; "sockets" exports what is public here. Names that start with _ are the
// module's own.

/** An IPv4 endpoint: `[host, port]`, as in Python. */
export type Address = [host: string, port: number];

/** What can be sent: a string goes as UTF-8, anything else as its bytes. */
export type Data = string | ArrayBufferLike | ArrayBufferView;

/**
 * A TCP socket.
 *
 * @example A client
 * ```ts
 * import { Socket } from "sockets";
 *
 * using s = new Socket();
 * s.connect(["192.168.1.20", 9000]);
 * s.sendall("hello");
 * console.log("reply:", new TextDecoder().decode(s.recv(1024))); // → reply: hello
 * ```
 * @example A server
 * ```ts
 * import { Socket } from "sockets";
 *
 * using server = new Socket();
 * server.bind(["0.0.0.0", 9000]);
 * server.listen(1);
 * const [connection, [host]] = server.accept();
 * console.log("client:", host); // → client: 192.168.1.20
 * for (let data = connection.recv(1024); data.length > 0; data = connection.recv(1024)) connection.sendall(data);
 * connection.close();
 * ```
 */
export class Socket {
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
	constructor(family?: number, type?: number, options?: { fileno?: number });

	/**
	 * Connects to a remote address, waiting for the handshake.
	 * After a failure the socket can connect again.
	 *
	 * @param address `[host, port]`: host a name, which is resolved first (for as long as the timeout, too), or an IPv4 address in four decimal
	 * numbers; "" and "0.0.0.0" mean the board itself, as on Linux.
	 * @throws OSError `EAI_NONAME`, `EAI_AGAIN` (see `getaddrinfo`); `ECONNREFUSED`; `ETIMEDOUT` (the socket's timeout, or lwIP's when nothing answers); `ENETUNREACH` (no
	 * route); `ECONNABORTED` (the board lost its address meanwhile); `ECONNRESET` (right after the handshake); `EISCONN` (connected or listening); `EALREADY` (connecting); `EINPROGRESS` (timeout 0: it goes on);
	 * `EADDRINUSE` (another socket listens where this one was bound); `EADDRNOTAVAIL` (the board has lost the address that the socket was bound to);
	 * `ENFILE`, `ENOBUFS` (no room for another connection); `EBADF` (closed)
	 * @throws TypeError for anything but `[string, number]`; RangeError for a port outside 0 to 65535
	 * @see POSIX connect(); Python socket.connect
	 * @example
	 * ```ts
	 * import { Socket } from "sockets";
	 *
	 * using s = new Socket();
	 * s.settimeout(5);
	 * s.connect(["192.168.1.20", 9000]);
	 * console.log(s.getpeername().join(":")); // → 192.168.1.20:9000
	 * ```
	 */
	connect(address: Address): void;

	/**
	 * Claims a local address.
	 *
	 * @param address `[host, port]`: "" or "0.0.0.0" for any interface, else an address of this board; port 0 takes a free one.
	 * @throws OSError `EADDRINUSE` (a socket listens there; or, without SO_REUSEADDR, one is connected there or in
	 * TIME_WAIT); `EADDRNOTAVAIL` (not an address of this board); `EINVAL` (bound or connected already); `EBADF`
	 * @throws TypeError, RangeError as of `connect`
	 * @see POSIX bind(); Python socket.bind
	 * @example
	 * ```ts
	 * import { Socket } from "sockets";
	 *
	 * using server = new Socket();
	 * server.bind(["0.0.0.0", 8080]);
	 * server.listen();
	 * console.log(server.getsockname().join(":")); // → 0.0.0.0:8080
	 * ```
	 */
	bind(address: Address): void;

	/**
	 * Makes the socket a listening one. On a listening socket, changes the backlog.
	 *
	 * @param backlog how many connections may wait to be accepted, 1 to 255, 8 if not given; what is outside is brought inside.
	 * Further clients are not answered and try again by themselves.
	 * @throws OSError `EADDRINUSE` (another socket listens there); `EADDRNOTAVAIL` (the board has lost the address); `EINVAL` (connected); `ENOBUFS` (no memory); `EBADF`
	 * @see POSIX listen(); Python socket.listen
	 * @example
	 * ```ts
	 * import { Socket } from "sockets";
	 *
	 * using server = new Socket();
	 * server.bind(["", 9000]);
	 * server.listen(4);
	 * using connection = server.accept()[0];
	 * console.log(connection.read().length, "bytes"); // → 6 bytes
	 * ```
	 */
	listen(backlog?: number): void;

	/**
	 * Waits for a client to connect.
	 *
	 * @returns the connection, a socket of its own without a timeout, which has to be closed for itself; and the client's address
	 * @throws OSError `EINVAL` (does not listen); `ETIMEDOUT`; `EAGAIN` (timeout 0, nobody there); `EBADF`
	 * @throws KeyboardInterrupt on Ctrl-C
	 * @see POSIX accept(); Python socket.accept
	 * @example
	 * ```ts
	 * import { create_server } from "sockets";
	 *
	 * using server = create_server(["", 9000]);
	 * const [connection, [host, port]] = server.accept();
	 * console.log(`${host}, port ${port}`); // → 192.168.1.20, port …
	 * connection.sendall(connection.read());
	 * connection.close();
	 * ```
	 */
	accept(): [connection: Socket, address: Address];

	/**
	 * Connects as `connect` does, but gives a failure of the connection as its errno number, 0 for success. Names that do not resolve
	 * and wrong arguments throw all the same.
	 *
	 * @returns the platform's number of the error, as `errno` of an OSError
	 * @throws OSError `EAI_NONAME`, `EAI_AGAIN`; TypeError, RangeError as of `connect`; KeyboardInterrupt on Ctrl-C
	 * @see Python socket.connect_ex
	 * @example
	 * ```ts
	 * import { Socket } from "sockets";
	 *
	 * using s = new Socket();
	 * const error = s.connect_ex(["192.168.1.20", 9001]);
	 * console.log(error === 0 ? "connected" : `nobody there: errno ${error}`); // → nobody there: errno …
	 * ```
	 */
	connect_ex(address: Address): number;

	/**
	 * Sends, perhaps not all of it: waits until there is room for at least one byte, takes what there is room for.
	 *
	 * @param flags MSG_DONTWAIT
	 * @returns how many bytes were taken; of a string, bytes of its UTF-8 form
	 * @throws OSError `EPIPE` (the connection is over, or its write side shut); `ECONNRESET`, `ECONNABORTED` (once; see `recv`); `ENOTCONN`; `ETIMEDOUT`;
	 * `EAGAIN` (timeout 0 or MSG_DONTWAIT, no room); `ENOBUFS` (no memory, and nothing on its way that could free some); `EOPNOTSUPP` (another flag); `EBADF`. Then nothing was taken.
	 * @throws TypeError for anything but data; KeyboardInterrupt on Ctrl-C
	 * @see POSIX send(); Python socket.send
	 * @example
	 * ```ts
	 * import { create_connection } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * const data = new TextEncoder().encode("hello");
	 * for (let sent = 0; sent < data.length; ) sent += s.send(data.subarray(sent));
	 * console.log(new TextDecoder().decode(s.readexactly(5))); // → hello
	 * ```
	 */
	send(data: Data, flags?: number): number;

	/**
	 * Sends all of it, waiting as often as needed. The socket's timeout is for the whole.
	 *
	 * @throws as `send` does; how much was sent by then is not known
	 * @see Python socket.sendall
	 * @example
	 * ```ts
	 * import { create_connection } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("text, ");
	 * s.sendall(new Uint8Array([0x62, 0x79, 0x74, 0x65, 0x73]));
	 * console.log(new TextDecoder().decode(s.readexactly(11))); // → text, bytes
	 * ```
	 */
	sendall(data: Data, flags?: number): void;

	/**
	 * Receives: waits until there is at least one byte, gives what is there, up to `size` bytes. TCP is a stream: what was
	 * sent in one piece may come in several, and the other way round.
	 *
	 * @param size the most bytes to receive, 0 or more
	 * @param flags MSG_PEEK: leaves the bytes for the next read; MSG_DONTWAIT: does not wait; MSG_WAITALL: waits until there are
	 * `size` bytes, and gives fewer only when the stream ends or the wait does (then `ETIMEDOUT` if there was nothing at all)
	 * @returns the bytes; an empty array once the peer has closed its side and everything was read
	 * @throws OSError `ECONNRESET` (once, after the data that came before the reset; then the stream has ended); `ECONNABORTED` (the same, when
	 * the board has lost the address that the connection had); `ENOTCONN`
	 * (never connected, or listening); `ETIMEDOUT`; `EAGAIN` (timeout 0 or MSG_DONTWAIT, nothing there); the failure of a connect that
	 * was not waited for; `ENOBUFS` (MSG_WAITALL, no memory to wait with); `EOPNOTSUPP` (another flag); `EBADF`. Nothing that came is lost.
	 * @throws TypeError, RangeError for a size that is not a whole number, or negative; KeyboardInterrupt on Ctrl-C
	 * @see POSIX recv(); Python socket.recv
	 * @example Until the end of the stream
	 * ```ts
	 * import { create_connection, SHUT_WR } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("hello");
	 * s.shutdown(SHUT_WR);
	 * let text = "";
	 * for (let chunk = s.recv(1024); chunk.length > 0; chunk = s.recv(1024)) text += new TextDecoder().decode(chunk);
	 * console.log(text); // → hello
	 * ```
	 * @example A look at the first byte
	 * ```ts
	 * import { create_connection, MSG_PEEK } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("hello");
	 * console.log(s.recv(1, MSG_PEEK)[0]); // → 104
	 * console.log(new TextDecoder().decode(s.readexactly(5))); // → hello
	 * ```
	 */
	recv(size: number, flags?: number): Uint8Array<ArrayBuffer>;

	/**
	 * Receives as `recv` does, into a buffer that is there already: no memory is allocated.
	 *
	 * @param buffer an ArrayBuffer or a view of one
	 * @param size the most bytes to receive; the size of the buffer if not given
	 * @param flags as of `recv`
	 * @returns how many bytes were received; 0 at the end of the stream
	 * @throws as `recv` does; RangeError for a size that is larger than the buffer
	 * @see Python socket.recv_into
	 * @example
	 * ```ts
	 * import { create_connection } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("hello");
	 * const buffer = new Uint8Array(1024);
	 * const count = s.recv_into(buffer);
	 * console.log(new TextDecoder().decode(buffer.subarray(0, count))); // → hello
	 * ```
	 */
	recv_into(buffer: ArrayBufferLike | ArrayBufferView, size?: number, flags?: number): number;

	/**
	 * Reads `size` bytes, or everything up to the end of the stream. Fewer than `size` come only at the end of the stream.
	 * When it fails, what had come stays for the next read, whichever that is.
	 *
	 * @throws OSError as of `recv`, and `ENOBUFS`: what has come so far does not fit in memory
	 * @see MicroPython socket.read
	 * @example
	 * ```ts
	 * import { create_connection, SHUT_WR } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("hello");
	 * s.shutdown(SHUT_WR);
	 * console.log(new TextDecoder().decode(s.read())); // → hello
	 * ```
	 */
	read(size?: number): Uint8Array<ArrayBuffer>;

	/**
	 * Reads `size` bytes, not fewer. When it fails otherwise than by the end of the stream, what had come stays for the next read.
	 *
	 * @throws EOFError the stream ended first; `partial` has what there was
	 * @throws as `read` does
	 * @see asyncio StreamReader.readexactly
	 * @example Messages that begin with their length
	 * ```ts
	 * import { create_connection } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall(new Uint8Array([0, 5]));
	 * s.sendall("hello");
	 * const [high = 0, low = 0] = s.readexactly(2);
	 * const message = s.readexactly(high * 256 + low);
	 * console.log(new TextDecoder().decode(message)); // → hello
	 * ```
	 */
	readexactly(size: number): Uint8Array<ArrayBuffer>;

	/**
	 * Reads a line, its "\n" included; at the end of the stream what is left, empty at last. When it fails, what had come stays
	 * for the next read.
	 *
	 * @throws as `read` does
	 * @see MicroPython socket.readline
	 * @example
	 * ```ts
	 * import { create_connection, SHUT_WR } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("one\ntwo\n");
	 * s.shutdown(SHUT_WR);
	 * for (let line = s.readline(); line.length > 0; line = s.readline()) {
	 * 	console.log(new TextDecoder().decode(line).trimEnd());
	 * }
	 * // → one
	 * // → two
	 * ```
	 */
	readline(): Uint8Array<ArrayBuffer>;

	/**
	 * Ends one direction of the connection, or both.
	 *
	 * @param how SHUT_WR: the peer reads what was sent, then the end of the stream, while reading here goes on; SHUT_RD: what
	 * has come and what comes is thrown away, every read is the end of the stream; SHUT_RDWR: both
	 * @throws OSError `ENOTCONN`, `EBADF`; TypeError, RangeError for anything but one of the three
	 * @see POSIX shutdown(); Python socket.shutdown
	 * @example
	 * ```ts
	 * import { create_connection, SHUT_WR } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.sendall("that is all");
	 * s.shutdown(SHUT_WR);
	 * console.log(new TextDecoder().decode(s.read())); // → that is all
	 * ```
	 */
	shutdown(how: number): void;

	/**
	 * Parts the object from its socket, which stays open: the object is as after `close`, the socket goes on under its number, until
	 * `new Socket(AF_INET, SOCK_STREAM, { fileno })` takes it over.
	 *
	 * @returns the number
	 * @throws OSError `EBADF`
	 * @see Python socket.detach
	 * @example
	 * ```ts
	 * import { AF_INET, create_connection, SOCK_STREAM, Socket } from "sockets";
	 *
	 * const fileno = create_connection(["192.168.1.20", 9000]).detach();
	 * using s = new Socket(AF_INET, SOCK_STREAM, { fileno });
	 * console.log(s.getpeername().join(":")); // → 192.168.1.20:9000
	 * ```
	 */
	detach(): number;

	/**
	 * The socket's number, 3 or more; -1 once it is closed or detached. Never throws.
	 *
	 * @see Python socket.fileno
	 * @example
	 * ```ts
	 * import { Socket } from "sockets";
	 *
	 * const s = new Socket();
	 * console.log(s.fileno() >= 3); // → true
	 * s.close();
	 * console.log(s.fileno()); // → -1
	 * ```
	 */
	fileno(): number;

	/**
	 * Closes the socket; closing it again does nothing. It never waits: what was not sent yet goes on being sent, for 10 seconds at
	 * most (SO_LINGER sets another limit). If something was received and not read, the peer gets a reset instead, as from Linux. A listening socket
	 * resets the connections that nobody accepted; those that were accepted stay open.
	 *
	 * A socket that is garbage-collected is closed. Never throws.
	 * @see POSIX close(); Python socket.close
	 * @example
	 * ```ts
	 * import { create_connection } from "sockets";
	 *
	 * const s = create_connection(["192.168.1.20", 9000]);
	 * try {
	 * 	s.sendall("hello");
	 * 	console.log(new TextDecoder().decode(s.readexactly(5))); // → hello
	 * } finally {
	 * 	s.close();
	 * }
	 * ```
	 */
	close(): void;

	/**
	 * Sets how long each call may wait.
	 *
	 * @param seconds `null` waits as long as it takes (so does a new socket, and an accepted one), 0 never waits; fractions count,
	 * rounded up to a millisecond
	 * @throws RangeError (negative, NaN, over 4,294,967), TypeError; OSError `EBADF`
	 * @see Python socket.settimeout
	 * @example
	 * ```ts
	 * import { create_connection, OSError } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.settimeout(0.1);
	 * try {
	 * 	s.recv(1024);
	 * } catch (error) {
	 * 	if (!(error instanceof OSError)) throw error;
	 * 	console.log(error.code); // → ETIMEDOUT
	 * }
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
	 * import { create_connection, OSError } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.setblocking(false);
	 * try {
	 * 	s.recv(1024);
	 * } catch (error) {
	 * 	if (!(error instanceof OSError)) throw error;
	 * 	console.log(error.code); // → EAGAIN
	 * }
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
	 * import { Socket } from "sockets";
	 *
	 * using s = new Socket();
	 * console.log(s.gettimeout()); // → null
	 * s.settimeout(2.5);
	 * console.log(s.gettimeout()); // → 2.5
	 * ```
	 */
	gettimeout(): number | null;

	/**
	 * Sets an option. An accepted connection starts with those of its listener.
	 *
	 * @param level SOL_SOCKET or IPPROTO_TCP
	 * @param name SO_REUSEADDR, SO_KEEPALIVE, SO_LINGER; TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT
	 * @param value a number, or a boolean for 1 and 0; for SO_LINGER `[onoff, seconds]`
	 * @throws OSError `ENOPROTOOPT` (unknown, or can only be read); `EINVAL` (value out of range); `EBADF`
	 * @throws TypeError, RangeError
	 * @see POSIX setsockopt(); Python socket.setsockopt
	 * @example
	 * ```ts
	 * import { create_connection, IPPROTO_TCP, SO_KEEPALIVE, SO_LINGER, SOL_SOCKET, TCP_KEEPIDLE, TCP_NODELAY } from "sockets";
	 *
	 * using s = create_connection(["192.168.1.20", 9000]);
	 * s.setsockopt(IPPROTO_TCP, TCP_NODELAY, true);
	 * s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, true);
	 * s.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 60);
	 * s.setsockopt(SOL_SOCKET, SO_LINGER, [true, 2]);
	 * ```
	 */
	setsockopt(level: 1, name: 13, value: [onoff: number | boolean, seconds: number]): void;
	setsockopt(level: number, name: number, value: number | boolean): void;

	/**
	 * Reads an option: those of `setsockopt`, and SO_ERROR, SO_RCVBUF, SO_ACCEPTCONN.
	 *
	 * @throws as `setsockopt` does
	 * @see POSIX getsockopt(); Python socket.getsockopt
	 * @example
	 * ```ts
	 * import { SO_LINGER, SO_RCVBUF, SOL_SOCKET, Socket } from "sockets";
	 *
	 * using s = new Socket();
	 * console.log(s.getsockopt(SOL_SOCKET, SO_RCVBUF), "bytes"); // → 5744 bytes
	 * const [onoff] = s.getsockopt(SOL_SOCKET, SO_LINGER);
	 * console.log(onoff); // → 0
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
	 * import { Socket } from "sockets";
	 *
	 * using server = new Socket();
	 * server.bind(["127.0.0.1", 0]);
	 * const [host, port] = server.getsockname();
	 * console.log(`${host}:${port}`); // → 127.0.0.1:…
	 * ```
	 */
	getsockname(): Address;

	/**
	 * The peer's address, even after the connection has ended.
	 *
	 * @throws OSError `ENOTCONN`, `EBADF`
	 * @see POSIX getpeername()
	 * @example
	 * ```ts
	 * import { create_server } from "sockets";
	 *
	 * using server = create_server(["", 9000]);
	 * using connection = server.accept()[0];
	 * console.log(connection.getpeername()[0]); // → 192.168.1.20
	 * connection.read();
	 * ```
	 */
	getpeername(): Address;

	/**
	 * Closes the socket at the end of the block that has it: `using s = new Socket()`. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { Socket } from "sockets";
	 *
	 * const s = new Socket();
	 * {
	 * 	using inner = s;
	 * 	console.log(inner.fileno() >= 3); // → true
	 * }
	 * console.log(s.fileno()); // → -1
	 * ```
	 */
	[Symbol.dispose](): void;

	/** As `create_connection`, which has the documentation. */
	static _connected(address: Address, options?: { timeout?: number | null; source_address?: Address }): Socket;

	/** For `poll` of "sockets": waits, and puts what it found in the place of the events. Both arrays are plain ones. */
	static _poll(sockets: Socket[], events: number[], milliseconds: number | null): void;

	/** For `getaddrinfo`: the address of a host, as four numbers. */
	static _resolve(host: string): string;
}

/** The platform's number of an error; 0 for a code that it does not have. */
export function errno(code: string): number;

/** An IPv4 address as a number; `undefined` for a text that is none. */
export function pton(text: string): number | undefined;
