// SPDX-License-Identifier: MIT
// The binding's classes, in XS's notation for native functions: `method() @ "C name"`. Typed and documented in native.d.ts; the C is
// sockets_xs.c. This file is JavaScript because TypeScript has no such notation; the formatter does not know it either.
import { KeyboardInterrupt, OSError } from "sockets/errors";

export class NativeSocket @ "xs_socket_destructor" {
	constructor(family, type) @ "xs_socket";

	connect(address) @ "xs_socket_connect";
	bind(address) @ "xs_socket_bind";
	listen(backlog) @ "xs_socket_listen";
	_accept(connection) @ "xs_socket_accept";
	send(data) @ "xs_socket_send";
	sendall(data) @ "xs_socket_sendall";
	recv(size) @ "xs_socket_recv";
	shutdown(how) @ "xs_socket_shutdown";
	close() @ "xs_socket_close";
	settimeout(seconds) @ "xs_socket_settimeout";
	gettimeout() @ "xs_socket_gettimeout";
	setsockopt(level, name, value) @ "xs_socket_setsockopt";
	getsockopt(level, name) @ "xs_socket_getsockopt";
	getsockname() @ "xs_socket_getsockname";
	getpeername() @ "xs_socket_getpeername";

	// The C side throws with this: it knows numbers, not classes.
	_fail(message, code, errno) {
		if (code === "EINTR") throw new KeyboardInterrupt(message);
		throw new OSError(message, code, errno);
	}
}
