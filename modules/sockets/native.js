// SPDX-License-Identifier: MIT
// The binding's classes, in XS's notation for native functions: `method() @ "C name"`. Typed and documented in native.d.ts; the C is
// sockets_xs.c. This file is JavaScript because TypeScript has no such notation; the formatter does not know it either.
import { EOFError, KeyboardInterrupt, OSError } from "sockets/errors";

export class NativeSocket @ "xs_socket_destructor" {
	constructor(family, type, fileno) @ "xs_socket";

	connect(address) @ "xs_socket_connect";
	bind(address) @ "xs_socket_bind";
	listen(backlog) @ "xs_socket_listen";
	_accept(connection) @ "xs_socket_accept";
	send(data, flags) @ "xs_socket_send";
	sendall(data, flags) @ "xs_socket_sendall";
	recv(size, flags) @ "xs_socket_recv";
	recv_into(buffer, size, flags) @ "xs_socket_recv_into";
	read(size) @ "xs_socket_read";
	readexactly(size) @ "xs_socket_readexactly";
	readline() @ "xs_socket_readline";
	shutdown(how) @ "xs_socket_shutdown";
	detach() @ "xs_socket_detach";
	fileno() @ "xs_socket_fileno";
	close() @ "xs_socket_close";
	settimeout(seconds) @ "xs_socket_settimeout";
	gettimeout() @ "xs_socket_gettimeout";
	setsockopt(level, name, value) @ "xs_socket_setsockopt";
	getsockopt(level, name) @ "xs_socket_getsockopt";
	getsockname() @ "xs_socket_getsockname";
	getpeername() @ "xs_socket_getpeername";

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

export { errno, pton };
