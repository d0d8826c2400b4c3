// SPDX-License-Identifier: MIT
// Operations of awaited sockets; see sockets_operation.h.
//
// An operation is tried at once: with what is there, or the room that there is, it is done, and its promise fulfilled
// when the method gives it (the fast path). Else it waits in the list of its socket, with its promise, its socket's
// object and its buffer, until the core says that the socket is ready; then sockets_operations_run tries it again with
// the very same function, from the main loop. So everything that JavaScript sees happens in sockets_operation_start or
// in that turn; lwIP's callbacks only queue.
//
// Memory may end at any allocation in XS's heap. On the emulated boards that is an error which is thrown from there, if
// somebody wants it (recover() of "board"): so nothing is taken, sent or accepted before there is the promise to tell
// it with, and what could not be told for memory is told in a later turn.
//
// What an operation holds is kept alive by a host object of the machine, whose marker tells XS's collector of it. So a
// socket with an operation stays alive even if nobody else has it. All of it are references to objects, which do not
// move, as the chunks of strings would.
#include "sockets_operation_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mc.xs.h"
#include "sockets_arguments.h"
#include "sockets_errors.h"
#include "sockets_port_xs.h"
#include "sockets_xs.h"

/**
 * Operations that a socket may have done at once in one turn of the main loop. The next one waits for the next turn:
 * else who always finds data there, such as the server of a client that sends faster than the server works, would never
 * let go of the machine, and timers and other sockets would starve.
 */
#define QUICK 16

const char *const sockets_operation_names[] = {
    [SOCKETS_ACCEPT] = "accept",
    [SOCKETS_RECV] = "recv",
    [SOCKETS_RECV_INTO] = "recv_into",
    [SOCKETS_READ] = "read",
    [SOCKETS_READEXACTLY] = "readexactly",
    [SOCKETS_READLINE] = "readline",
    [SOCKETS_SEND] = "send",
    [SOCKETS_SENDALL] = "sendall",
    [SOCKETS_CONNECT] = "connect",
};

static bool is_read(const struct sockets_attempt *attempt) {
	return attempt->kind <= SOCKETS_READLINE;
}

static bool is_write(const struct sockets_attempt *attempt) {
	return attempt->kind == SOCKETS_SEND || attempt->kind == SOCKETS_SENDALL;
}

/** XS's collector: what operations refer to is in use. */
static void mark(xsMachine *the, void *data, xsMarkRoot mark_root) {
	struct operations *operations = data;
	mark_root(the, &operations->done);
	if (operations->has_spare)
		mark_root(the, &operations->spare);
	for (struct operation *operation = operations->first; operation != NULL; operation = operation->following) {
		mark_root(the, &operation->promise);
		mark_root(the, &operation->object);
		mark_root(the, &operation->data);
	}
}

/** The machine goes. */
static void destroy(void *data) {
	struct operations *operations = data;
	if (operations == NULL)
		return;
	while (operations->first != NULL) {
		// What left JavaScript for good may have done so while an operation was being settled.
		if (operations->first->taken)
			free_operation(operations->first);
		else
			sockets_operations_drop(operations->first->socket);
	}
	*operations->place = NULL;
	free(operations);
}

/**
 * Makes what this machine has, when it is first needed. NULL if there is no memory. Every step may throw for want of
 * memory in XS's heap, and then is made the next time.
 */
__attribute__((noinline)) static struct operations *make_operations(xsMachine *the, void **place) {
	static const xsHostHooks hooks = {.destructor = destroy, .marker = mark};
	struct operations *operations = *place;
	if (operations == NULL) {
		*place = operations = calloc(1, sizeof *operations);
		if (operations == NULL)
			return NULL;
		operations->place = place;
	}
	if (!operations->has_holder) {
		operations->done = operations->spare = xsUndefined;
		operations->holder = xsNewHostObject(NULL);
		xsmcSetHostData(operations->holder, operations);
		xsSetHostHooks(operations->holder, &hooks);
		xsRemember(operations->holder);
		operations->has_holder = true;
	}
	sockets_engine_new_fulfilled(the, &operations->done);
	operations->has_done = true;
	return operations;
}

/** What this machine has; NULL if there is no memory. */
static inline struct operations *operations_of(xsMachine *the) {
	void **place = sockets_port_awaited(sockets_port_of(the));
	struct operations *operations = *place;
	return operations != NULL && operations->has_done ? operations : make_operations(the, place);
}

/** The same, with a promise for an operation that is about to be tried. */
static inline struct operations *prepare(xsMachine *the) {
	struct operations *operations = operations_of(the);
	if (operations != NULL && !operations->has_spare) {
		sockets_engine_new_promise(the, &operations->spare);
		operations->has_spare = true;
	}
	return operations;
}

/** The promise that was made for an operation. */
static xsSlot take_spare(struct operations *operations) {
	operations->has_spare = false;
	return operations->spare;
}

/** Forgets what waits, without a word. For when there is nobody to tell. */
void sockets_operations_drop(struct sockets_tcp *socket) {
	struct operation **first = first_of(socket);
	while (*first != NULL) {
		struct operation *operation = *first;
		*first = operation->next;
		free_operation(operation);
	}
}

/** Makes the result a Uint8Array of the next `size` bytes, which are there. */
static void take_bytes(xsMachine *the, struct sockets_tcp *socket, size_t size, unsigned flags) {
	uint8_t *data = sockets_engine_new_bytes(the, &xsResult, (int32_t)size);
	sockets_tcp_take(socket, data, size, flags);
}

/** Ends a read with so many bytes that are there; fewer than it wanted at the end of the stream. */
static void finish_read(xsMachine *the, struct sockets_tcp *socket, const struct sockets_attempt *attempt, size_t there,
                        xsSlot *data) {
	size_t size = attempt->read.size < there ? attempt->read.size : there;
	if (attempt->kind == SOCKETS_RECV_INTO) {
		struct sockets_bytes bytes;
		if (!sockets_engine_bytes(the, data, true, &bytes))
			xsTypeError("buffer: not an ArrayBuffer or a view of one");
		if (size > bytes.size) // it has shrunk
			size = bytes.size;
		sockets_tcp_take(socket, bytes.data, size, attempt->flags);
		xsmcSetInteger(xsResult, (xsIntegerValue)size);
		return;
	}
	take_bytes(the, socket, size, attempt->flags);
	if (attempt->kind == SOCKETS_READEXACTLY && size < attempt->read.size)
		xsmcCall_noResult(xsThis, xsID__end, &xsResult, NULL); // throws
}

/** Tries a read. */
static int try_read(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt, xsSlot *data) {
	size_t want = 1;
	if (attempt->kind == SOCKETS_READLINE)
		want = SOCKETS_LINE;
	else if ((attempt->flags & SOCKETS_WAITALL) || attempt->kind >= SOCKETS_READ)
		want = attempt->read.size;
	int32_t there = 0;
	if (attempt->read.size > 0) {
		there = sockets_tcp_try_readable(socket, want, attempt->flags, &attempt->read.scanned);
		if (there < 0)
			return there == -EAGAIN ? NOT_YET : there;
	}
	finish_read(the, socket, attempt, (size_t)there, data);
	return DONE;
}

/** Tries to accept: `data` is the socket to fill, which has none yet. */
static int try_accept(xsMachine *the, struct sockets_tcp *socket, xsSlot *data) {
	if (xsmcGetHostDataValidate(*data, (void *)xs_socket_destructor) != NULL)
		xsTypeError("accept: the socket to fill is in use");
	struct sockets_tcp *connection;
	const int result = sockets_tcp_try_accept(socket, &connection);
	if (result < 0)
		return result == -EAGAIN ? NOT_YET : result;
	sockets_set_accepted(the, socket, connection, data);
	return DONE;
}

/** Tries to send what of the bytes is not sent yet. */
static int try_write(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                     const struct sockets_bytes *bytes) {
	const size_t from = attempt->write.sent < bytes->size ? attempt->write.sent : bytes->size;
	const size_t rest = bytes->size - from;
	const int32_t sent = sockets_tcp_try_send(socket, bytes->data + from, rest);
	if (sent < 0)
		return sent;
	attempt->write.sent += (size_t)sent;
	if (rest > 0 && sent == 0) {
		// Memory that others hold may come back, but nothing says when.
		const bool starved = sockets_tcp_is_starved(socket);
		if (starved && attempt->write.starved && sockets_tcp_now() - attempt->write.since >= SOCKETS_TCP_CLOSE_LIMIT)
			return -ENOBUFS;
		if (starved && !attempt->write.starved)
			attempt->write.since = sockets_tcp_now();
		attempt->write.starved = starved;
		return NOT_YET;
	}
	attempt->write.starved = false;
	if (attempt->kind == SOCKETS_SEND) {
		xsmcSetInteger(xsResult, sent);
		return DONE;
	}
	xsmcSetUndefined(xsResult);
	return (size_t)sent == rest ? DONE : NOT_YET;
}

/** Tries to connect: first the name, then the handshake. Throws a failure itself, with what it is about. */
static int try_connect(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt, xsSlot *data) {
	if (!attempt->connect.begun) {
		if (attempt->connect.query >= 0) {
			const int result = sockets_resolve_end(attempt->connect.query, &attempt->connect.remote.host);
			if (result == -EINPROGRESS)
				return NOT_YET;
			attempt->connect.query = -1;
			if (result < 0)
				sockets_throw_detail(the, result, "connect", xsmcToArrayBuffer(*data));
		}
		const struct sockets_address remote = attempt->connect.remote;
		sockets_check_address(the, sockets_tcp_begin_connect(socket, &remote, &attempt->connect.local), "connect",
		                      &remote);
		attempt->connect.begun = true;
	}
	const int result = sockets_tcp_end_connect(socket, &attempt->connect.local);
	if (result == -EINPROGRESS)
		return NOT_YET;
	sockets_check_address(the, result, "connect", &attempt->connect.remote);
	xsmcSetUndefined(xsResult);
	return DONE;
}

/** Tries: DONE with the result in xsResult, NOT_YET, or a failure of the core; throws other failures. `this` is the
 * socket's object. */
static int attempt_now(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt, xsSlot *data) {
	switch (attempt->kind) {
	case SOCKETS_ACCEPT:
		return try_accept(the, socket, data);
	case SOCKETS_SEND:
	case SOCKETS_SENDALL: {
		struct sockets_bytes bytes;
		if (!sockets_engine_bytes(the, data, false, &bytes))
			xsTypeError("data: not a string, an ArrayBuffer or a view of one");
		return try_write(the, socket, attempt, &bytes);
	}
	case SOCKETS_CONNECT:
		return try_connect(the, socket, attempt, data);
	default:
		return try_read(the, socket, attempt, data);
	}
}

/** If an operation that is not done is out of time: DONE, with what a read with MSG_WAITALL has, or a failure. Else
 * NOT_YET. */
static int end_late(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt, xsSlot *data) {
	if (attempt->timeout == SOCKETS_FOREVER)
		return NOT_YET;
	int error = -EAGAIN;
	if (attempt->kind == SOCKETS_CONNECT && attempt->timeout == 0) {
		if (!attempt->connect.begun)
			return NOT_YET; // a name is waited for, as CPython does: nothing else would get the address
		error = -EINPROGRESS;
	} else if (attempt->timeout > 0) {
		if (sockets_tcp_now() - attempt->start < attempt->timeout)
			return NOT_YET;
		error = -ETIMEDOUT;
	}
	if (attempt->kind == SOCKETS_CONNECT) {
		cancel_query(attempt); // now, since making the error may close the socket
		if (error == -ETIMEDOUT && attempt->connect.begun)
			sockets_tcp_abandon_connect(socket);
		sockets_check_address(the, error, "connect", &attempt->connect.remote);
	}
	if (is_write(attempt) && error == -EAGAIN && attempt->write.starved)
		error = -ENOBUFS;
	const int32_t part = is_read(attempt) ? sockets_tcp_part_readable(socket, attempt->flags, error) : error;
	if (part < 0)
		return part;
	finish_read(the, socket, attempt, (size_t)part, data);
	return DONE;
}

/** Tells the core what the operations of a socket wait for. */
static void watch(struct sockets_tcp *socket) {
	unsigned events = 0;
	uint32_t limit = SOCKETS_FOREVER;
	for (const struct operation *operation = *first_of(socket); operation != NULL; operation = operation->next) {
		const struct sockets_attempt *attempt = &operation->attempt;
		if (!is_write(attempt))
			events |= SOCKETS_POLLIN;
		if (!is_read(attempt))
			events |= SOCKETS_POLLOUT;
		if (attempt->timeout == SOCKETS_FOREVER || attempt->timeout == 0)
			continue;
		const uint32_t elapsed = sockets_tcp_now() - attempt->start;
		const uint32_t rest = elapsed < attempt->timeout ? attempt->timeout - elapsed : 0;
		if (rest < limit)
			limit = rest;
	}
	sockets_tcp_watch(socket, events, limit != SOCKETS_FOREVER ? &limit : NULL);
}

/** The operation waits, and the result is its promise. `data` is what it needs, or NULL. 0 or -ENOBUFS. */
static int keep(xsMachine *the, struct operations *operations, struct sockets_tcp *socket,
                struct sockets_attempt *attempt, xsSlot *data) {
	struct operation *operation = malloc(sizeof *operation);
	if (operation == NULL) {
		cancel_query(attempt);
		return -ENOBUFS;
	}
	*operation = (struct operation){
	    .attempt = *attempt,
	    .socket = socket,
	    .object = xsThis,
	    .data = data != NULL ? *data : xsUndefined,
	    .promise = take_spare(operations),
	};
	xsResult = operation->promise;
	operation->following = operations->first;
	operation->link = &operations->first;
	if (operations->first != NULL)
		operations->first->link = &operation->following;
	operations->first = operation;
	struct operation **last = first_of(socket);
	while (*last != NULL)
		last = &(*last)->next;
	*last = operation;
	watch(socket);
	return 0;
}

/** Whether an operation that waits is in the way of a new one: -EALREADY, or 1 if it has to wait its turn, else 0. */
static int in_the_way(struct sockets_tcp *socket, const struct sockets_attempt *attempt) {
	for (const struct operation *other = *first_of(socket); other != NULL; other = other->next) {
		if (is_write(attempt)) {
			if (is_write(&other->attempt))
				return 1;
		} else if (is_read(attempt) == is_read(&other->attempt) && !is_write(&other->attempt)) {
			return -EALREADY;
		}
	}
	return 0;
}

/** Whether the socket may do one more without a turn of the main loop. */
static bool may_try(struct sockets_tcp *socket, const struct sockets_attempt *attempt) {
	struct sockets_awaited *awaited = sockets_tcp_awaited(socket);
	if (awaited->quick < QUICK || attempt->timeout == 0) {
		awaited->quick += awaited->quick < QUICK;
		return true;
	}
	sockets_tcp_make_ready(socket);
	return false;
}

/** Makes the result a fulfilled promise of it. Allocates nothing: what was received or accepted would be lost. */
static void set_fulfilled(xsMachine *the, struct operations *operations) {
	if (xsmcTypeOf(xsResult) == xsUndefinedType) {
		xsResult = operations->done;
		return;
	}
	sockets_engine_fulfil(the, &operations->spare, &xsResult);
	xsResult = take_spare(operations);
}

/** Notes since when an operation waits, if that is bounded. */
static void begin_waiting(struct sockets_attempt *attempt) {
	if (attempt->flags & SOCKETS_DONTWAIT)
		attempt->timeout = 0;
	if (attempt->timeout != 0 && attempt->timeout != SOCKETS_FOREVER)
		attempt->start = sockets_tcp_now();
}

/** sockets_operation_start, but that it gives failures of the core: 0 or a negative errno number. */
static int start(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt, xsSlot *data) {
	int result = in_the_way(socket, attempt);
	if (result < 0)
		return result;
	struct operations *operations = prepare(the);
	if (operations == NULL) {
		cancel_query(attempt);
		return -ENOBUFS;
	}
	begin_waiting(attempt);
	result = may_try(socket, attempt) ? attempt_now(the, socket, attempt, data) : NOT_YET;
	if (result == NOT_YET && attempt->timeout == 0)
		result = end_late(the, socket, attempt, data);
	if (result == NOT_YET)
		return keep(the, operations, socket, attempt, data);
	if (result == DONE)
		set_fulfilled(the, operations);
	return result == DONE ? 0 : result;
}

/** The same for data to send, of which these are the bytes; `data` is NULL if they are those of a text. Allocates
 * nothing that would move them: prepare() was called before. */
static int start_send(xsMachine *the, struct operations *operations, struct sockets_tcp *socket,
                      struct sockets_attempt *attempt, const struct sockets_bytes *bytes, xsSlot *data) {
	int result = in_the_way(socket, attempt);
	begin_waiting(attempt);
	if (result == 0) {
		result = may_try(socket, attempt) ? try_write(the, socket, attempt, bytes) : NOT_YET;
		if (result == DONE) {
			set_fulfilled(the, operations);
			return 0;
		}
		if (result < 0)
			return result;
	}
	if (attempt->timeout == 0)
		return end_late(the, socket, attempt, NULL);
	return data != NULL ? keep(the, operations, socket, attempt, data) : 1;
}

/**
 * Does it now or keeps it; makes the result a promise; throws what makes it impossible. `data` is the buffer to read
 * into, the socket to fill, or the name to connect to, NULL if there is none. `this` is the socket's object.
 */
void sockets_operation_start(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                             xsSlot *data) {
	sockets_check(the, start(the, socket, attempt, data), sockets_operation_names[attempt->kind]);
}

/** The same for connecting: `name` is an ArrayBuffer that has the host's name, and a NUL. */
void sockets_operation_connect(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                               xsSlot *name) {
	sockets_check(the, in_the_way(socket, attempt), "connect");
	// Before there is a query, which would be lost: all that may throw for want of memory.
	if (prepare(the) == NULL)
		sockets_throw(the, -ENOBUFS, "connect");
	const int result =
	    sockets_resolve_begin(socket, xsmcToArrayBuffer(*name), &attempt->connect.remote.host, &attempt->connect.query);
	if (result < 0 && result != -EINPROGRESS)
		sockets_throw_detail(the, result, "connect", xsmcToArrayBuffer(*name));
	sockets_operation_start(the, socket, attempt, name);
}

/** The same for data to send, which are argument 0. */
void sockets_operation_send(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt) {
	struct operations *operations = prepare(the);
	if (operations == NULL)
		sockets_throw(the, -ENOBUFS, sockets_operation_names[attempt->kind]);
	struct sockets_bytes bytes;
	sockets_data_argument(the, 0, &bytes);
	const bool is_text = xsmcTypeOf(xsArg(0)) != xsReferenceType;
	const int result = start_send(the, operations, socket, attempt, &bytes, is_text ? NULL : &xsArg(0));
	sockets_check(the, result, sockets_operation_names[attempt->kind]);
	if (result == 0)
		return;
	// The rest of a text is kept as bytes.
	const int item = xsmcVars(1);
	const size_t rest = bytes.size - attempt->write.sent;
	xsmcSetArrayBuffer(xsVar(item), NULL, (xsIntegerValue)rest);
	sockets_data_argument(the, 0, &bytes);
	memcpy(xsmcToArrayBuffer(xsVar(item)), bytes.data + attempt->write.sent, rest);
	attempt->write.sent = 0;
	sockets_check(the, keep(the, operations, socket, attempt, &xsVar(item)), sockets_operation_names[attempt->kind]);
}

/** Makes the result a promise that is rejected with a failure of the core. */
static void set_rejected(xsMachine *the, int error, const char *operation) {
	xsTry {
		sockets_throw(the, error, operation);
	}
	xsCatch {
		xsResult = xsException;
		xsException = xsUndefined;
		sockets_engine_new_rejected(the, &xsResult);
	}
}

/** sockets_operation_start for recv and recv_into, which throws nothing: without what catching costs. */
void sockets_operation_receive_quickly(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                                       xsSlot *data) {
	const int result = start(the, socket, attempt, data);
	if (result < 0)
		set_rejected(the, result, sockets_operation_names[attempt->kind]);
}

/** The same for bytes to send. */
void sockets_operation_send_quickly(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                                    struct sockets_bytes *bytes, xsSlot *data) {
	struct operations *operations = *sockets_port_awaited(sockets_port_of(the));
	if (operations == NULL || !operations->has_spare) {
		operations = prepare(the);
		(void)sockets_engine_bytes(the, data, false, bytes); // they may have moved
	}
	const int result = operations != NULL ? start_send(the, operations, socket, attempt, bytes, data) : -ENOBUFS;
	if (result < 0)
		set_rejected(the, result, sockets_operation_names[attempt->kind]);
}

/** Tries an operation, or ends it if it is out of time. `blocked`: it waits behind another. */
static int try_or_end(xsMachine *the, struct operation *operation, bool blocked) {
	struct sockets_attempt *attempt = &operation->attempt;
	int result = NOT_YET;
	if (!blocked)
		result = attempt_now(the, operation->socket, attempt, &operation->data);
	if (result == NOT_YET)
		result = end_late(the, operation->socket, attempt, &operation->data);
	return result;
}

/** What has become of an operation that is tried carefully. */
enum settled { UNSETTLED, SETTLED, PUT_OFF };

/**
 * Settles an operation with what trying it gives, in a frame of its own, with the socket's object as `this`: what is
 * called here uses variables, and throws.
 */
static enum settled settle_carefully(xsMachine *the, struct operations *operations, struct operation *operation,
                                     bool blocked, int result) {
	volatile enum settled settled = UNSETTLED;
	fxBeginHost(the);
	xsThis = operation->object;
	sockets_port_errors_for(&operation->promise);
	{
		xsTry {
			const int ended = result == NOT_YET ? try_or_end(the, operation, blocked) : result;
			sockets_check(the, ended, sockets_operation_names[operation->attempt.kind]);
			if (ended == DONE) {
				operation->outcome = DONE;
				sockets_engine_fulfil(the, &operation->promise, &xsResult);
				settled = SETTLED;
			}
		}
		xsCatch {
			if (operation->outcome == NOT_YET) {
				operation->data = xsException;
				operation->outcome = THROWN;
			}
			xsException = xsUndefined;
			settled = PUT_OFF;
		}
	}
	sockets_port_errors_for(NULL);
	fxEndHost(the);
	if (settled != PUT_OFF)
		return settled;
	if (sockets_operation_try_to_tell(the, operation))
		return SETTLED;
	sockets_operation_put_off(the, operations, operation);
	return PUT_OFF;
}

/** Settles an operation if it is done or out of time. */
static enum settled settle(xsMachine *the, struct operations *operations, struct operation *operation, bool blocked) {
	const enum sockets_kind kind = operation->attempt.kind;
	// These throw nothing but for want of memory (sockets_operations_failed), and need no variables: most operations.
	if (kind != SOCKETS_RECV && kind != SOCKETS_READ && kind != SOCKETS_READLINE)
		return settle_carefully(the, operations, operation, blocked, NOT_YET);
	const int result = try_or_end(the, operation, blocked);
	if (result < 0)
		return settle_carefully(the, operations, operation, blocked, result);
	if (result != DONE)
		return UNSETTLED;
	operation->outcome = DONE;
	sockets_engine_fulfil(the, &operation->promise, &xsResult);
	return SETTLED;
}

/** Tries the operations of a socket that is ready. */
static void run_socket(xsMachine *the, struct sockets_tcp *socket) {
	sockets_tcp_awaited(socket)->quick = 0;
	struct operation **link = first_of(socket);
	if (*link == NULL)
		return;
	struct operations *operations = operations_of(the); // made before there was an operation
	operations->running = socket;
	// Once the last operation is gone, nothing else may refer to the object, whose destructor closes the socket.
	xsThis = (*link)->object;
	bool write_waits = false;
	while (*link != NULL) {
		// Out of the list: making an error runs JavaScript, which may close the socket, and take all of this away.
		struct operation *operation = *link;
		*link = operation->next;
		operation->taken = true;
		const bool writes = is_write(&operation->attempt);
		const enum settled settled = settle(the, operations, operation, writes && write_waits);
		if (settled == SETTLED) {
			free_operation(operation);
		} else if (settled == UNSETTLED) {
			operation->taken = false;
			operation->next = *link;
			*link = operation;
			link = &operation->next;
			write_waits = write_waits || writes;
		}
		if (operations->running != socket)
			return;
	}
	operations->running = NULL;
	watch(socket);
}

/** A turn of the main loop for the sockets that are ready, each once. Called by the port, in a host frame. */
void sockets_operations_run(xsMachine *the) {
	struct sockets_port *port = sockets_port_of(the);
	const struct operations *operations = *sockets_port_awaited(port);
	if (operations != NULL && operations->untold != NULL)
		sockets_operations_tell(the);
	// No more than there can be: where the stack has a thread of its own, they may become ready as fast as this goes.
	for (int i = 0; i < SOCKETS_TCP_PCBS; i += 1) {
		struct sockets_tcp *socket = sockets_tcp_next_ready(port);
		if (socket == NULL)
			return;
		run_socket(the, socket);
	}
	sockets_operation_ask_for_turn(the);
}
