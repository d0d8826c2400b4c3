// SPDX-License-Identifier: MIT
// The class Socket, in XS's notation for native functions: `method() @ "C name"`. Typed and documented in socket.d.ts; the C is
// sockets_xs.c. This file is JavaScript because TypeScript has no such notation; the formatter does not know it either.
import "sockets/dispose";
import { EOFError, KeyboardInterrupt, OSError } from "sockets/errors";

class Socket @ "xs_socket_destructor" {
	// A look-up walks the methods in the order in which they stand here: those that a program calls for every message are first.
	sendall(data, flags) @ "xs_socket_sendall";
	recv(size, flags) @ "xs_socket_recv";
	recv_into(buffer, size, flags) @ "xs_socket_recv_into";
	send(data, flags) @ "xs_socket_send";

	constructor(family, type, options) @ "xs_socket";

	readline() @ "xs_socket_readline";
	readexactly(size) @ "xs_socket_readexactly";
	read(size) @ "xs_socket_read";
	close() @ "xs_socket_close";
	accept() @ "xs_socket_accept";
	setsockopt(level, name, value) @ "xs_socket_setsockopt";
	connect(address) @ "xs_socket_connect";
	connect_ex(address) {
		try {
			this.connect(address);
			return 0;
		} catch (error) {
			if (error instanceof OSError && error.errno > 0) return error.errno;
			throw error;
		}
	}
	bind(address) @ "xs_socket_bind";
	listen(backlog) @ "xs_socket_listen";
	settimeout(seconds) @ "xs_socket_settimeout";
	gettimeout() @ "xs_socket_gettimeout";
	setblocking(flag) {
		this.settimeout(flag ? null : 0);
	}
	getsockopt(level, name) @ "xs_socket_getsockopt";
	getsockname() @ "xs_socket_getsockname";
	getpeername() @ "xs_socket_getpeername";
	shutdown(how) @ "xs_socket_shutdown";
	detach() @ "xs_socket_detach";
	fileno() @ "xs_socket_fileno";
	[Symbol.dispose]() {
		this.close();
	}

	static _connected(address, options) @ "xs_socket_connected";
	static _poll(sockets, events, milliseconds) @ "xs_sockets_poll";
	static _resolve(host) @ "xs_sockets_resolve";

	// The C side throws with these: it knows numbers, not classes.
	_fail(message, code, errno) {
		fail(message, code, errno);
	}
	static _fail(message, code, errno) {
		fail(message, code, errno);
	}
	_end(partial) {
		throw new EOFError(partial);
	}
}

function fail(message, code, errno) {
	if (code === "EINTR") throw new KeyboardInterrupt(message);
	throw new OSError(message, code, errno);
}

function errno(code) @ "xs_sockets_errno";
function pton(text) @ "xs_sockets_pton";

export { errno, pton, Socket };
