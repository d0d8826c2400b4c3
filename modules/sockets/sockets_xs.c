// SPDX-License-Identifier: MIT
// The binding of the socket core to JavaScript: arguments in, results and errors out, buffers; nothing else.
// Read sockets_tcp.h and socket.js first. A native function of class X method y is xs_socket_y.
//
// A pointer into an XS buffer or string is good until something allocates in the XS heap, so each function first does
// all that may allocate, then gets the pointer, then calls the core (which never touches XS).
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "xsmc.h"
#include "mc.xs.h"

#include "sockets_arguments.h"
#include "sockets_errors.h"
#include "sockets_operation.h"
#include "sockets_port_xs.h"
#include "sockets_tcp.h"
#include "sockets_xs.h"

/** The longest timeout, in milliseconds: one less than the word for "for ever". */
#define LONGEST_TIMEOUT (SOCKETS_FOREVER - 1)

/** Connections that may wait to be accepted where listen() is not told how many. */
#define DEFAULT_BACKLOG 8

/** The last reference to a socket is gone, or its machine: as close(). */
void xs_socket_destructor(void *data) {
	if (data == NULL)
		return;
	sockets_operations_drop(data);
	sockets_tcp_close(data);
}

/** The core's socket of `this`; throws EBADF after close(), and as XS does if `this` is another object. */
struct sockets_tcp *sockets_this(xsMachine *the, const char *operation) {
	struct sockets_tcp *socket = xsmcGetHostDataValidate(xsThis, (void *)xs_socket_destructor);
	if (socket == NULL)
		sockets_throw(the, -EBADF, operation);
	return socket;
}

/** The number of a detached socket in the options, -1 if there is none. */
static int fileno_option(xsMachine *the) {
	if (xsmcArgc < 3 || xsmcTypeOf(xsArg(2)) == xsUndefinedType)
		return -1;
	if (xsmcTypeOf(xsArg(2)) != xsReferenceType)
		xsTypeError("options: not an object");
	const int item = xsmcVars(1);
	xsmcGet(xsVar(item), xsArg(2), xsID_fileno);
	if (xsmcTypeOf(xsVar(item)) == xsUndefinedType)
		return -1;
	if (xsmcTypeOf(xsVar(item)) != xsIntegerType)
		xsTypeError("fileno: not a whole number");
	const int number = xsmcToInteger(xsVar(item));
	if (number < 0)
		sockets_throw(the, -EBADF, "socket");
	return number;
}

/** For each constructor. XS makes views of any host object that says how many bytes it has: of a socket, they would
 * show the core's memory. So `this` will never say. */
void sockets_hide_length(xsMachine *the) {
	sockets_engine_hide_length(the, &xsThis);
}

/** A new socket of the core; throws if there can be none. */
static struct sockets_tcp *open_socket(xsMachine *the) {
	struct sockets_port *port = sockets_port_of(the);
	int error;
	struct sockets_tcp *socket = sockets_tcp_open(port, &error);
	if (socket == NULL) {
		// Sockets that nobody has any more may be what is in the way.
		xsCollectGarbage();
		socket = sockets_tcp_open(port, &error);
	}
	if (socket == NULL)
		sockets_throw(the, error, "socket");
	return socket;
}

/** new Socket(family, type, {fileno}), or new Socket(null): one that is closed, for accept() to fill. */
void xs_socket(xsMachine *the) {
	sockets_hide_length(the);
	if (xsmcArgc > 0 && xsmcTypeOf(xsArg(0)) == xsNullType)
		return;
	const int family = sockets_optional_argument(the, 0, "family", INT32_MIN, INT32_MAX, 2);
	const int type = sockets_optional_argument(the, 1, "type", INT32_MIN, INT32_MAX, 1);
	if (family != 2)
		sockets_throw(the, -EAFNOSUPPORT, "socket"); // AF_INET
	if (type != 1)
		sockets_throw(the, -EPROTOTYPE, "socket"); // SOCK_STREAM
	const int number = fileno_option(the);
	xsmcSetHostData(xsThis, NULL); // throws now, not when there is a socket to lose, if `this` cannot have one
	struct sockets_tcp *socket = number < 0 ? open_socket(the) : sockets_tcp_attach(sockets_port_of(the), number);
	if (socket == NULL)
		sockets_throw(the, -EBADF, "socket");
	xsmcSetHostData(xsThis, socket);
}

/** close() */
void xs_socket_close(xsMachine *the) {
	struct sockets_tcp *socket = xsmcGetHostDataValidate(xsThis, (void *)xs_socket_destructor);
	if (socket == NULL)
		return;
	xsmcSetHostData(xsThis, NULL);
	sockets_operations_cancel(the, socket);
	sockets_tcp_close(socket);
	sockets_operations_tell(the);
}

/** fileno(): number */
void xs_socket_fileno(xsMachine *the) {
	struct sockets_tcp *socket = xsmcGetHostDataValidate(xsThis, (void *)xs_socket_destructor);
	xsmcSetInteger(xsResult, socket == NULL ? -1 : sockets_tcp_number(socket));
}

/** detach(): number */
void xs_socket_detach(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "detach");
	xsmcSetInteger(xsResult, sockets_tcp_detach(socket));
	xsmcSetHostData(xsThis, NULL);
	sockets_operations_cancel(the, socket);
	sockets_operations_tell(the);
}

/** bind([host, port]) */
void xs_socket_bind(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "bind");
	struct sockets_address address;
	sockets_address_argument(the, 0, &address, sockets_tcp_timeout(socket), "bind");
	socket = sockets_this(the, "bind"); // a getter of the address may have closed it
	sockets_check_address(the, sockets_tcp_bind(socket, &address), "bind", &address);
}

/** listen(backlog) */
void xs_socket_listen(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "listen");
	const int backlog = sockets_optional_argument(the, 0, "backlog", INT32_MIN, INT32_MAX, DEFAULT_BACKLOG);
	sockets_check(the, sockets_tcp_listen(socket, backlog), "listen");
}

/** connect([host, port]) */
void xs_socket_connect(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "connect");
	struct sockets_address address;
	sockets_address_argument(the, 0, &address, sockets_tcp_timeout(socket), "connect");
	socket = sockets_this(the, "connect");
	sockets_check_address(the, sockets_tcp_connect(socket, &address), "connect", &address);
}

/** Makes the result [connection, address] of a connection that was taken from the listener: `object`, a closed socket,
 * has it from now on. Were there no memory for the result, nobody would: then it is given back. */
void sockets_set_accepted(xsMachine *the, struct sockets_tcp *listener, struct sockets_tcp *connection,
                          xsSlot *object) {
	struct sockets_address address = {0, 0};
	(void)sockets_tcp_remote(connection, &address);
	xsmcSetHostData(*object, connection); // from here on it is closed with the machine, if that ends here
	{
		xsTry {
			const int item = xsmcVars(1);
			xsmcSetNewArray(xsResult, 0);
			xsmcSetIndex(xsResult, 0, *object);
			sockets_set_address(the, &xsVar(item), &address);
			xsmcSetIndex(xsResult, 1, xsVar(item));
		}
		xsCatch {
			xsmcSetHostData(*object, NULL);
			sockets_tcp_put_back(listener, connection);
			xsThrow(xsException);
		}
	}
}

/** What the options of create_connection say. */
struct connection_options {
	uint32_t timeout;
	/** Whether it is bound first, to this. */
	bool bound;
	struct sockets_address source;
};

/** The options, undefined if there are none, as the argument with this index, which is gone then. */
static void connection_options_argument(xsMachine *the, int index, struct connection_options *options) {
	*options = (struct connection_options){.timeout = SOCKETS_FOREVER};
	if (xsmcArgc <= index || xsmcTypeOf(xsArg(index)) == xsUndefinedType)
		return;
	const int item = xsmcVars(1);
	xsmcGet(xsVar(item), xsArg(index), xsID_timeout);
	if (xsmcTypeOf(xsVar(item)) != xsUndefinedType)
		options->timeout = sockets_timeout(the, &xsVar(item));
	xsmcGet(xsVar(item), xsArg(index), xsID_source_address);
	options->bound = xsmcTypeOf(xsVar(item)) != xsUndefinedType;
	xsArg(index) = xsVar(item);
	if (options->bound)
		sockets_address_argument(the, index, &options->source, options->timeout, "bind");
}

/** _connected(address, options), of the class: create_connection. What can run JavaScript is done before there is a
 * socket, so that nothing has to be undone. */
void xs_socket_connected(xsMachine *the) {
	struct connection_options options;
	connection_options_argument(the, 1, &options);
	struct sockets_address address;
	sockets_address_argument(the, 0, &address, options.timeout, "connect");
	sockets_engine_new_host(the, &xsResult, &xsThis, xs_socket_destructor);
	struct sockets_tcp *socket = open_socket(the);
	sockets_tcp_set_timeout(socket, options.timeout);
	const int bound = options.bound ? sockets_tcp_bind(socket, &options.source) : 0;
	const int result = bound < 0 ? bound : sockets_tcp_connect(socket, &address);
	if (result < 0)
		sockets_tcp_close(socket);
	sockets_check_address(the, bound, "bind", &options.source);
	sockets_check_address(the, result, "connect", &address);
	xsmcSetHostData(xsResult, socket);
}

/** Makes the result a Uint8Array of the next `size` bytes, which are there. Running out of heap takes nothing away. */
static void set_bytes_result(xsMachine *the, struct sockets_tcp *socket, int32_t size) {
	uint8_t *data = sockets_engine_new_bytes(the, &xsResult, size);
	sockets_tcp_take(socket, data, (size_t)size, 0);
}

/** read(size): Uint8Array; until the end of the stream if there is no size. */
void xs_socket_read(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "read");
	int size = sockets_optional_argument(the, 0, "size", 0, INT32_MAX, INT32_MAX);
	if (size > 0) {
		const int32_t there = sockets_tcp_wait_readable(socket, (size_t)size, 0);
		sockets_check(the, there, "read");
		if (size > there)
			size = there;
	}
	set_bytes_result(the, socket, size);
}

/** readexactly(size): Uint8Array */
void xs_socket_readexactly(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "readexactly");
	const int size = sockets_integer_argument(the, 0, "size", 0, INT32_MAX);
	int32_t there = size;
	if (size > 0) {
		there = sockets_tcp_wait_readable(socket, (size_t)size, 0);
		sockets_check(the, there, "readexactly");
	}
	if (there >= size) {
		set_bytes_result(the, socket, size);
		return;
	}
	set_bytes_result(the, socket, there);
	xsmcCall_noResult(xsThis, xsID__end, &xsResult, NULL);
}

/** readline(): Uint8Array */
void xs_socket_readline(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "readline");
	const int32_t size = sockets_tcp_wait_readable(socket, SOCKETS_LINE, 0);
	sockets_check(the, size, "readline");
	set_bytes_result(the, socket, size);
}

/** shutdown(how) */
void xs_socket_shutdown(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "shutdown");
	const int how = sockets_integer_argument(the, 0, "how", 0, 2); // SHUT_RD, SHUT_WR, SHUT_RDWR
	sockets_check(the, sockets_tcp_shutdown(socket, how != 1, how != 0), "shutdown");
}

/** settimeout(seconds | null) */
void xs_socket_settimeout(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "settimeout");
	if (xsmcArgc < 1)
		xsTypeError("timeout: not a number");
	sockets_tcp_set_timeout(socket, sockets_timeout(the, &xsArg(0)));
}

/** gettimeout(): number | null */
void xs_socket_gettimeout(xsMachine *the) {
	const uint32_t milliseconds = sockets_tcp_timeout(sockets_this(the, "gettimeout"));
	if (milliseconds == SOCKETS_FOREVER)
		xsmcSetNull(xsResult);
	else
		xsmcSetNumber(xsResult, milliseconds / 1000.0);
}

/** An option: level and name, which have Linux's values. */
struct option_name {
	int level, name;
};

/** The option that the first two arguments name. */
static struct option_name option_argument(xsMachine *the) {
	const int level = sockets_integer_argument(the, 0, "level", INT32_MIN, INT32_MAX);
	const int name = sockets_integer_argument(the, 1, "name", INT32_MIN, INT32_MAX);
	return (struct option_name){level, name};
}

/** Whether it is SOL_SOCKET's SO_LINGER, whose value is a pair. */
static bool is_linger(struct option_name option) {
	return option.level == 1 && option.name == 13;
}

/** The core's option; throws ENOPROTOOPT. */
static enum sockets_tcp_option core_option(xsMachine *the, struct option_name option, const char *operation) {
	static const struct {
		int16_t level, name;
		enum sockets_tcp_option option;
	} options[] = {
	    {6, 1, SOCKETS_NODELAY},     // IPPROTO_TCP, TCP_NODELAY
	    {6, 4, SOCKETS_KEEPIDLE},    // TCP_KEEPIDLE
	    {6, 5, SOCKETS_KEEPINTVL},   // TCP_KEEPINTVL
	    {6, 6, SOCKETS_KEEPCNT},     // TCP_KEEPCNT
	    {1, 2, SOCKETS_REUSEADDR},   // SOL_SOCKET, SO_REUSEADDR
	    {1, 4, SOCKETS_ERROR},       // SO_ERROR
	    {1, 8, SOCKETS_RCVBUF},      // SO_RCVBUF
	    {1, 9, SOCKETS_KEEPALIVE},   // SO_KEEPALIVE
	    {1, 30, SOCKETS_ACCEPTCONN}, // SO_ACCEPTCONN
	};
	for (size_t i = 0; i < sizeof options / sizeof *options; i += 1)
		if (options[i].level == option.level && options[i].name == option.name)
			return options[i].option;
	sockets_throw(the, -ENOPROTOOPT, operation);
	return SOCKETS_ERROR; // not reached
}

/** setsockopt(SOL_SOCKET, SO_LINGER, [onoff, seconds]) */
static void set_linger(xsMachine *the) {
	if (xsmcArgc < 3 || xsmcTypeOf(xsArg(2)) != xsReferenceType)
		xsTypeError("value: not [onoff, seconds]");
	int values[2];
	const int item = xsmcVars(1);
	for (int i = 0; i < 2; i += 1) {
		xsmcGetIndex(xsVar(item), xsArg(2), (xsIndex)i);
		const xsType type = xsmcTypeOf(xsVar(item));
		if (type != xsIntegerType && type != xsBooleanType && type != xsNumberType)
			xsTypeError("value: not [onoff, seconds]");
		const double value = xsmcToNumber(xsVar(item));
		if (!(value >= INT32_MIN && value <= INT32_MAX && value == (double)(int)value))
			xsRangeError("value: not whole numbers");
		values[i] = (int)value;
	}
	struct sockets_tcp *socket = sockets_this(the, "setsockopt"); // a getter of the pair may have closed it
	sockets_check(the, sockets_tcp_set_linger(socket, values[0] != 0, values[1]), "setsockopt");
}

/** setsockopt(level, name, value) */
void xs_socket_setsockopt(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "setsockopt");
	const struct option_name name = option_argument(the);
	if (is_linger(name)) {
		set_linger(the);
		return;
	}
	const enum sockets_tcp_option option = core_option(the, name, "setsockopt");
	int value;
	if (xsmcArgc > 2 && xsmcTypeOf(xsArg(2)) == xsBooleanType)
		value = xsmcToBoolean(xsArg(2));
	else
		value = sockets_integer_argument(the, 2, "value", INT32_MIN, INT32_MAX);
	sockets_check(the, sockets_tcp_set_option(socket, option, value), "setsockopt");
}

/** getsockopt(level, name): number */
void xs_socket_getsockopt(xsMachine *the) {
	struct sockets_tcp *socket = sockets_this(the, "getsockopt");
	const struct option_name name = option_argument(the);
	if (is_linger(name)) {
		bool on;
		int seconds;
		sockets_check(the, sockets_tcp_linger(socket, &on, &seconds), "getsockopt");
		const int item = xsmcVars(1);
		xsmcSetNewArray(xsResult, 0);
		xsmcSetInteger(xsVar(item), on);
		xsmcSetIndex(xsResult, 0, xsVar(item));
		xsmcSetInteger(xsVar(item), seconds);
		xsmcSetIndex(xsResult, 1, xsVar(item));
		return;
	}
	const enum sockets_tcp_option option = core_option(the, name, "getsockopt");
	int value;
	sockets_check(the, sockets_tcp_option(socket, option, &value), "getsockopt");
	xsmcSetInteger(xsResult, value);
}

/** Makes `result` [host, port]. */
void sockets_set_address(xsMachine *the, xsSlot *result, const struct sockets_address *address) {
	char host[SOCKETS_HOST_SIZE];
	sockets_format_ipv4(address->host, host);
	sockets_engine_new_address(the, result, host, address->port);
}

/** getsockname(): [host, port] */
void xs_socket_getsockname(xsMachine *the) {
	struct sockets_address address;
	sockets_check(the, sockets_tcp_local(sockets_this(the, "getsockname"), &address), "getsockname");
	sockets_set_address(the, &xsResult, &address);
}

/** getpeername(): [host, port] */
void xs_socket_getpeername(xsMachine *the) {
	struct sockets_address address;
	sockets_check(the, sockets_tcp_remote(sockets_this(the, "getpeername"), &address), "getpeername");
	sockets_set_address(the, &xsResult, &address);
}

/** poll(sockets, events, milliseconds): waits, and puts what it found in the place of the events. Both arrays are plain
 * ones. */
void xs_sockets_poll(xsMachine *the) {
	uint32_t timeout = SOCKETS_FOREVER;
	if (xsmcTypeOf(xsArg(2)) != xsNullType) {
		const double milliseconds = sockets_number_argument(the, 2, "milliseconds");
		if (!(milliseconds <= LONGEST_TIMEOUT))
			xsRangeError("milliseconds: more than %u", LONGEST_TIMEOUT);
		// Negative waits as long as it takes, as poll(2) has it.
		// Fractions are rounded up, as in Python: a wait that is not 0 waits.
		if (milliseconds >= 0) {
			timeout = (uint32_t)milliseconds;
			if (timeout < milliseconds)
				timeout += 1;
		}
	}
	const int item = xsmcVars(2);
	xsmcGet(xsVar(item), xsArg(0), xsID_length);
	const int count = xsmcToInteger(xsVar(item));
	xsmcSetArrayBuffer(xsVar(item + 1), NULL, count * (xsIntegerValue)sizeof(struct sockets_poll));
	struct sockets_poll *entries = xsmcToArrayBuffer(xsVar(item + 1)); // nothing below allocates
	for (int i = 0; i < count; i += 1) {
		xsmcGetIndex(xsVar(item), xsArg(0), (xsIndex)i);
		entries[i].socket = xsmcGetHostDataValidate(xsVar(item), (void *)xs_socket_destructor);
		xsmcGetIndex(xsVar(item), xsArg(1), (xsIndex)i);
		entries[i].events = (uint16_t)xsmcToInteger(xsVar(item));
	}
	sockets_check(the, sockets_tcp_poll(sockets_port_of(the), entries, (size_t)count, timeout), "poll");
	for (int i = 0; i < count; i += 1) {
		xsmcSetInteger(xsVar(item), entries[i].result);
		xsmcSetIndex(xsArg(1), (xsIndex)i, xsVar(item)); // in the place of a number: no new slot
	}
}

/** resolve(host): string; as four numbers. */
void xs_sockets_resolve(xsMachine *the) {
	char text[SOCKETS_HOST_SIZE];
	sockets_format_ipv4(sockets_host(the, &xsArg(0), SOCKETS_FOREVER, "getaddrinfo"), text);
	xsmcSetString(xsResult, text);
}

/** pton(text): number, or undefined for what is not an address. */
void xs_sockets_pton(xsMachine *the) {
	uint32_t host;
	if (sockets_parse_ipv4(xsmcToString(xsArg(0)), &host))
		xsmcSetNumber(xsResult, host);
}

/** errno(code): number; the platform's number of an error, 0 for a code that it does not have. */
void xs_sockets_errno(xsMachine *the) {
	xsmcSetInteger(xsResult, sockets_error_number(xsmcToString(xsArg(0))));
}
