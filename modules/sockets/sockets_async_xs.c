// SPDX-License-Identifier: MIT
// The binding of awaited sockets: the methods of AsyncSocket that may wait. What they have in common with Socket's is
// in sockets_xs.c. Read sockets_operation.h and async_socket.js first. The native function of method y is xs_async_y.
//
// send, sendall, recv and recv_into are in sockets_async_transfer_xs.c, which comes here with what is not the common
// case.
//
// Each gives a promise whatever happens: what a call throws becomes a rejection.
#include <errno.h>
#include <string.h>

#include "xsmc.h"
#include "mc.xs.h"

#include "sockets_arguments.h"
#include "sockets_errors.h"
#include "sockets_async_xs.h"
#include "sockets_operation.h"
#include "sockets_xs.h"

/** Runs a method whose result is a promise; what it throws is a rejected one. */
static void promise(xsMachine *the, void (*method)(xsMachine *the)) {
	xsTry {
		method(the);
	}
	xsCatch {
		xsResult = xsException;
		xsException = xsUndefined;
		sockets_engine_new_rejected(the, &xsResult);
	}
}

/**
 * The socket of `this`, and how long the operation may wait: what the object { timeout } says that is the last
 * argument, from `first` on, which then counts as missing; else what the socket says.
 */
static struct sockets_tcp *begin(xsMachine *the, const char *operation, int first, uint32_t *timeout) {
	struct sockets_tcp *socket = sockets_this(the, operation);
	*timeout = sockets_tcp_timeout(socket);
	const int last = xsmcArgc - 1;
	if (last < first || xsmcTypeOf(xsArg(last)) != xsReferenceType)
		return socket;
	const int item = xsmcVars(1);
	xsmcGet(xsVar(item), xsArg(last), xsID_timeout);
	xsmcSetUndefined(xsArg(last));
	if (xsmcTypeOf(xsVar(item)) != xsUndefinedType)
		*timeout = sockets_timeout(the, &xsVar(item));
	return sockets_this(the, operation); // a getter of the options may have closed it
}

/** new AsyncSocket(socket): takes over the socket of another object; or as `new Socket`. */
void xs_async_socket(xsMachine *the) {
	if (xsmcArgc < 1 || xsmcTypeOf(xsArg(0)) != xsReferenceType) {
		xs_socket(the);
		return;
	}
	struct sockets_tcp *socket = xsmcGetHostDataValidate(xsArg(0), (void *)xs_socket_destructor);
	if (socket == NULL)
		sockets_throw(the, -EBADF, "socket");
	sockets_hide_length(the);
	xsmcSetHostData(xsThis, NULL);
	xsmcSetHostData(xsArg(0), NULL);
	xsmcSetHostData(xsThis, socket);
	sockets_operations_cancel(the, socket);
	sockets_operations_tell(the);
}

static void accept_connection(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_ACCEPT};
	struct sockets_tcp *socket = begin(the, "accept", 1, &attempt.timeout);
	sockets_operation_start(the, socket, &attempt, &xsArg(0));
}

/** accept(connection, options): puts a connection into the closed socket that is given. */
void xs_async_accept(xsMachine *the) {
	promise(the, accept_connection);
}

static void connect_socket(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_CONNECT, .connect = {.query = -1}};
	struct sockets_tcp *socket = begin(the, "connect", 1, &attempt.timeout);
	const int item = xsmcVars(2);
	attempt.connect.remote.port = sockets_address_parts(the, 0, &xsVar(item));
	socket = sockets_this(the, "connect"); // a getter of the address may have closed it
	const char *name = xsmcToString(xsVar(item));
	const int size = (int)strlen(name) + 1;
	xsmcSetArrayBuffer(xsVar(item + 1), NULL, size); // the name, for what an error says later
	name = xsmcToString(xsVar(item));
	memcpy(xsmcToArrayBuffer(xsVar(item + 1)), name, (size_t)size);
	sockets_operation_connect(the, socket, &attempt, &xsVar(item + 1));
}

/** connect(address, options) */
void xs_async_connect(xsMachine *the) {
	promise(the, connect_socket);
}

/** bind([host, port]): as Socket's, but that it does not ask for names. */
void xs_async_bind(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "bind");
	const int item = xsmcVars(1);
	struct sockets_address address;
	address.port = sockets_address_parts(the, 0, &xsVar(item));
	socket = sockets_this(the, "bind");
	const int result = sockets_resolve_begin(socket, xsmcToString(xsVar(item)), &address.host, NULL);
	if (result != 0)
		sockets_throw_detail(the, SOCKETS_EAI_NONAME, "bind", xsmcToString(xsVar(item)));
	sockets_check_address(the, sockets_tcp_bind(socket, &address), "bind", &address);
}

static void send_data(xsMachine *the, enum sockets_kind kind, const char *operation) {
	struct sockets_attempt attempt = {.kind = kind};
	struct sockets_tcp *socket = begin(the, operation, 1, &attempt.timeout);
	attempt.flags = sockets_flags_argument(the, 1, SOCKETS_DONTWAIT, operation);
	sockets_operation_send(the, socket, &attempt);
}

static void send_some(xsMachine *the) {
	send_data(the, SOCKETS_SEND, "send");
}

/** send(data, flags, options): number, whatever its arguments. */
void sockets_async_send(xsMachine *the) {
	promise(the, send_some);
}

static void send_all(xsMachine *the) {
	send_data(the, SOCKETS_SENDALL, "sendall");
}

/** sendall(data, flags, options), whatever its arguments. */
void sockets_async_sendall(xsMachine *the) {
	promise(the, send_all);
}

/** Flags that a read may have. */
#define READ_FLAGS (SOCKETS_PEEK | SOCKETS_DONTWAIT | SOCKETS_WAITALL)

static void recv_bytes(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_RECV};
	struct sockets_tcp *socket = begin(the, "recv", 1, &attempt.timeout);
	attempt.read.size = (size_t)sockets_integer_argument(the, 0, "size", 0, INT32_MAX);
	attempt.flags = sockets_flags_argument(the, 1, READ_FLAGS, "recv");
	sockets_operation_start(the, socket, &attempt, NULL);
}

/** recv(size, flags, options): Uint8Array, whatever its arguments. */
void sockets_async_recv(xsMachine *the) {
	promise(the, recv_bytes);
}

static void recv_into(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_RECV_INTO};
	struct sockets_tcp *socket = begin(the, "recv_into", 1, &attempt.timeout);
	const int size = sockets_optional_argument(the, 1, "size", 0, INT32_MAX, -1);
	attempt.flags = sockets_flags_argument(the, 2, READ_FLAGS, "recv_into");
	struct sockets_bytes bytes;
	sockets_buffer_argument(the, 0, &bytes);
	if (size >= 0 && (size_t)size > bytes.size)
		xsRangeError("size: %d, but the buffer has %u bytes", size, (unsigned)bytes.size);
	attempt.read.size = size >= 0 ? (size_t)size : bytes.size;
	sockets_operation_start(the, socket, &attempt, &xsArg(0));
}

/** recv_into(buffer, size, flags, options): number, whatever its arguments. */
void sockets_async_recv_into(xsMachine *the) {
	promise(the, recv_into);
}

static void read_bytes(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_READ};
	struct sockets_tcp *socket = begin(the, "read", 0, &attempt.timeout);
	attempt.read.size = (size_t)sockets_optional_argument(the, 0, "size", 0, INT32_MAX, INT32_MAX);
	sockets_operation_start(the, socket, &attempt, NULL);
}

/** read(size, options): Uint8Array; until the end of the stream if there is no size. */
void xs_async_read(xsMachine *the) {
	promise(the, read_bytes);
}

static void readexactly(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_READEXACTLY};
	struct sockets_tcp *socket = begin(the, "readexactly", 1, &attempt.timeout);
	attempt.read.size = (size_t)sockets_integer_argument(the, 0, "size", 0, INT32_MAX);
	sockets_operation_start(the, socket, &attempt, NULL);
}

/** readexactly(size, options): Uint8Array */
void xs_async_readexactly(xsMachine *the) {
	promise(the, readexactly);
}

static void readline_bytes(xsMachine *the) {
	struct sockets_attempt attempt = {.kind = SOCKETS_READLINE, .read = {.size = INT32_MAX}};
	struct sockets_tcp *socket = begin(the, "readline", 0, &attempt.timeout);
	sockets_operation_start(the, socket, &attempt, NULL);
}

/** readline(options): Uint8Array */
void xs_async_readline(xsMachine *the) {
	promise(the, readline_bytes);
}
