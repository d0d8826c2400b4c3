// SPDX-License-Identifier: MIT
// Types of native.js. What applications use is `Socket` of "sockets", which inherits these methods: the ones that a
// program calls for every message are the native functions themselves, without a wrapper.

/** An IPv4 endpoint: `[host, port]`, as in Python. */
export type Address = [host: string, port: number];

/** What can be sent: a string goes as UTF-8, anything else as its bytes. */
export type Data = string | ArrayBufferLike | ArrayBufferView;

export class NativeSocket {
	/** `new NativeSocket(null)` makes one that is closed, for `_accept` to fill. */
	constructor(family: number | null, type?: number);

	/**
	 * Connects to a remote address, waiting for the handshake.
	 * After a failure the socket can connect again.
	 *
	 * @param address `[host, port]`: host an IPv4 address in four decimal numbers or "localhost"; "" and "0.0.0.0" mean the
	 * board itself, as on Linux. Other names are not resolved yet (`ENOTSUP`).
	 * @throws OSError `ECONNREFUSED`; `ETIMEDOUT` (the socket's timeout, or lwIP's when nothing answers); `ENETUNREACH` (no
	 * route); `EISCONN` (connected or listening); `EALREADY` (connecting); `EINPROGRESS` (timeout 0: it goes on);
	 * `EADDRINUSE`; `ENFILE`, `ENOBUFS` (no room for another connection); `EBADF` (closed)
	 * @throws TypeError for anything but `[string, number]`; RangeError for a port outside 0 to 65535
	 * @see POSIX connect(); Python socket.connect
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
	 */
	bind(address: Address): void;

	/**
	 * Makes the socket a listening one. On a listening socket, changes the backlog.
	 *
	 * @param backlog how many connections may wait to be accepted, 1 to 255; what is outside is brought inside.
	 * Further clients are not answered and try again by themselves.
	 * @throws OSError `EADDRINUSE`; `EINVAL` (connected); `ENOBUFS`; `EBADF`
	 * @see POSIX listen(); Python socket.listen
	 */
	listen(backlog: number): void;

	/** Waits for a connection and puts it into a closed socket. For `Socket.accept`. */
	protected _accept(connection: NativeSocket): void;

	/**
	 * Sends, perhaps not all of it: waits until there is room for at least one byte, takes what there is room for.
	 *
	 * @returns how many bytes were taken; of a string, bytes of its UTF-8 form
	 * @throws OSError `EPIPE` (the connection is over, or its write side shut); `ECONNRESET` (once); `ENOTCONN`; `ETIMEDOUT`;
	 * `EAGAIN` (timeout 0, no room); `ENOBUFS` (no memory, and nothing on its way that could free some); `EBADF`. Then nothing was taken.
	 * @throws TypeError for anything but data; KeyboardInterrupt on Ctrl-C
	 * @see POSIX send(); Python socket.send
	 */
	send(data: Data): number;

	/**
	 * Sends all of it, waiting as often as needed. The socket's timeout is for the whole.
	 *
	 * @throws as `send` does; how much was sent by then is not known
	 * @see Python socket.sendall
	 */
	sendall(data: Data): void;

	/**
	 * Receives: waits until there is at least one byte, gives what is there, up to `size` bytes. TCP is a stream: what was
	 * sent in one piece may come in several, and the other way round.
	 *
	 * @param size the most bytes to receive, 0 or more
	 * @returns the bytes; an empty array once the peer has closed its side and everything was read
	 * @throws OSError `ECONNRESET` (once, after the data that came before the reset; then the stream has ended); `ENOTCONN`
	 * (never connected, or listening); `ETIMEDOUT`; `EAGAIN` (timeout 0, nothing there); the failure of a connect that
	 * was not waited for; `EBADF`. Nothing that came is lost.
	 * @throws TypeError, RangeError for a size that is not a whole number, or negative; KeyboardInterrupt on Ctrl-C
	 * @see POSIX recv(); Python socket.recv
	 */
	recv(size: number): Uint8Array<ArrayBuffer>;

	/**
	 * Ends one direction of the connection, or both.
	 *
	 * @param how SHUT_WR: the peer reads what was sent, then the end of the stream, while reading here goes on; SHUT_RD: what
	 * has come and what comes is thrown away, every read is the end of the stream; SHUT_RDWR: both
	 * @throws OSError `ENOTCONN`, `EBADF`; TypeError, RangeError for anything but one of the three
	 * @see POSIX shutdown(); Python socket.shutdown
	 */
	shutdown(how: number): void;

	/**
	 * Closes the socket; closing it again does nothing. What was not sent yet goes on being sent, for 10 seconds at
	 * most. If something was received and not read, the peer gets a reset instead, as from Linux. A listening socket
	 * resets the connections that nobody accepted; those that were accepted stay open.
	 *
	 * A socket that is garbage-collected is closed.
	 * @see POSIX close(); Python socket.close
	 */
	close(): void;

	/**
	 * Sets how long each call may wait.
	 *
	 * @param seconds `null` waits as long as it takes (so does a new socket, and an accepted one), 0 never waits; fractions count,
	 * rounded up to a millisecond
	 * @throws RangeError (negative, NaN, over 4,294,967), TypeError; OSError `EBADF`
	 * @see Python socket.settimeout
	 */
	settimeout(seconds: number | null): void;

	/** The timeout in seconds, or `null`. @throws OSError `EBADF` @see Python socket.gettimeout */
	gettimeout(): number | null;

	/**
	 * Sets an option. An accepted connection starts with those of its listener.
	 *
	 * @param level SOL_SOCKET
	 * @param name SO_REUSEADDR
	 * @param value a number, or a boolean for 1 and 0
	 * @throws OSError `ENOPROTOOPT` (unknown); `EINVAL` (value out of range); `EBADF`
	 * @throws TypeError, RangeError
	 * @see POSIX setsockopt(); Python socket.setsockopt
	 */
	setsockopt(level: number, name: number, value: number | boolean): void;

	/** Reads an option; see `setsockopt`. @throws as `setsockopt` does */
	getsockopt(level: number, name: number): number;

	/** The socket's own address; `["0.0.0.0", 0]` before it has one. @throws OSError `EBADF` @see POSIX getsockname() */
	getsockname(): Address;

	/** The peer's address, even after the connection has ended. @throws OSError `ENOTCONN`, `EBADF` @see POSIX getpeername() */
	getpeername(): Address;
}
