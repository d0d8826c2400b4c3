// SPDX-License-Identifier: MIT
// The class AsyncSocket, in XS's notation for native functions; read socket.js first. Typed and documented in async_socket.d.ts;
// the C of what may wait is sockets_async_xs.c. What never waits is the very same as Socket's, in sockets_xs.c: both classes have
// the same kind of host data.
import "sockets/dispose";
import { SO_ACCEPTCONN, SOL_SOCKET } from "sockets/constants";
import { EOFError, OSError } from "sockets/errors";

/** The most bytes that an iteration takes at once: whatever is there. */
const CHUNK = 65536;

class AsyncSocket @ "xs_socket_destructor" {
	// Those that a program calls for every message are first: see socket.js.
	recv(size, flags, options) @ "xs_async_recv";
	sendall(data, flags, options) @ "xs_async_sendall";
	recv_into(buffer, size, flags, options) @ "xs_async_recv_into";
	send(data, flags, options) @ "xs_async_send";

	constructor(family, type, options) @ "xs_async_socket";

	readline(options) @ "xs_async_readline";
	readexactly(size, options) @ "xs_async_readexactly";
	read(size, options) @ "xs_async_read";
	accept(options) {
		// Made first, as in socket.js.
		return this._accept(new AsyncSocket(null), options);
	}
	close() @ "xs_socket_close";
	connect(address, options) @ "xs_async_connect";
	async connect_ex(address, options) {
		try {
			await this.connect(address, options);
			return 0;
		} catch (error) {
			if (error instanceof OSError && error.errno > 0) return error.errno;
			throw error;
		}
	}
	bind(address) @ "xs_async_bind";
	listen(backlog) @ "xs_socket_listen";
	settimeout(seconds) @ "xs_socket_settimeout";
	gettimeout() @ "xs_socket_gettimeout";
	setblocking(flag) {
		this.settimeout(flag ? null : 0);
	}
	setsockopt(level, name, value) @ "xs_socket_setsockopt";
	getsockopt(level, name) @ "xs_socket_getsockopt";
	getsockname() @ "xs_socket_getsockname";
	getpeername() @ "xs_socket_getpeername";
	shutdown(how) @ "xs_socket_shutdown";
	detach() @ "xs_socket_detach";
	fileno() @ "xs_socket_fileno";
	[Symbol.dispose]() {
		this.close();
	}
	async [Symbol.asyncDispose]() {
		this.close();
	}
	[Symbol.asyncIterator]() {
		return this.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) ? new Connections(this) : new Chunks(this);
	}

	_accept(connection, options) @ "xs_async_accept";

	// The C side throws with these: see socket.js.
	_fail(message, code, errno) {
		throw new OSError(message, code, errno);
	}
	_end(partial) {
		throw new EOFError(partial);
	}
}

/** What `for await` goes through: what accept() gives, until the socket is closed here. */
class Connections {
	constructor(socket) {
		this.socket = socket;
	}
	async next() {
		try {
			return { value: await this.socket.accept(), done: false };
		} catch (error) {
			if (error instanceof OSError && (error.code === "ECANCELED" || error.code === "EBADF")) {
				return { value: undefined, done: true };
			}
			throw error;
		}
	}
	[Symbol.asyncIterator]() {
		return this;
	}
}

/** What `for await` goes through: what recv() gives, until the end of the stream. */
class Chunks {
	constructor(socket) {
		this.socket = socket;
	}
	async next() {
		const value = await this.socket.recv(CHUNK);
		return value.length > 0 ? { value, done: false } : { value: undefined, done: true };
	}
	[Symbol.asyncIterator]() {
		return this;
	}
}

export { AsyncSocket };
