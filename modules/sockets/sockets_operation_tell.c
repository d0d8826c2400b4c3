// SPDX-License-Identifier: MIT
// What has become of operations of awaited sockets, where that is not told as it happens: there was no memory in XS's
// heap for it, or the socket was closed. Read sockets_operation.c first.
#include "sockets_operation_inside.h"

#include <errno.h>

#include "mc.xs.h"
#include "sockets_errors.h"
#include "sockets_port_xs.h"

/** Tells the promise of an operation its outcome. May be called again if there was no memory. */
static void tell(xsMachine *the, struct operation *operation) {
	if (operation->outcome == DONE) {
		sockets_engine_go_on(the, &operation->promise);
		return;
	}
	if (operation->outcome < 0) {
		xsThis = operation->object;
		xsTry {
			sockets_throw(the, operation->outcome, sockets_operation_names[operation->attempt.kind]);
		}
		xsCatch {
			operation->data = xsException;
			operation->outcome = THROWN;
			xsException = xsUndefined;
		}
	}
	sockets_engine_reject(the, &operation->promise, &operation->data);
}

/** There is to be another turn. */
void sockets_operation_ask_for_turn(xsMachine *the) {
	sockets_port_lock();
	sockets_port_notify(sockets_port_of(the));
	sockets_port_unlock();
}

/** An operation, whose outcome is known, is told it in another turn: there may be memory for that then. Allocates
 * nothing.
 */
void sockets_operation_put_off(xsMachine *the, struct operations *operations, struct operation *operation) {
	cancel_query(&operation->attempt); // the socket may be gone by then
	struct operation **last = &operations->untold;
	while (*last != NULL)
		last = &(*last)->next;
	operation->next = NULL;
	operation->untold = true;
	*last = operation;
	sockets_operation_ask_for_turn(the);
}

/** Tells an operation's outcome, in a frame of its own: true if there was the memory for that. */
bool sockets_operation_try_to_tell(xsMachine *the, struct operation *operation) {
	volatile bool told = false;
	fxBeginHost(the);
	sockets_port_errors_for(&operation->promise);
	{
		xsTry {
			tell(the, operation);
			told = true;
		}
		xsCatch {
			xsException = xsUndefined;
		}
	}
	sockets_port_errors_for(NULL);
	fxEndHost(the);
	return told;
}

/** Tells those that are put off, as long as there is memory; if not for all, there is to be another turn. */
static void tell_untold(xsMachine *the, struct operations *operations) {
	while (operations->untold != NULL) {
		// Out of the list: making an error runs JavaScript, which may come here too.
		struct operation *operation = operations->untold;
		operations->untold = operation->next;
		if (!sockets_operation_try_to_tell(the, operation)) {
			operation->next = operations->untold;
			operations->untold = operation;
			sockets_operation_ask_for_turn(the);
			return;
		}
		free_operation(operation);
	}
}

/**
 * sockets_operations_run has thrown `error`: there was no memory to settle an operation with. It is told so in another
 * turn, in which the other sockets have theirs. Called by the port. Allocates nothing in XS's heap.
 */
void sockets_operations_failed(xsMachine *the, const xsSlot *error) {
	struct operations *operations = *sockets_port_awaited(sockets_port_of(the));
	sockets_operation_ask_for_turn(the);
	if (operations == NULL || operations->running == NULL)
		return;
	// The one that was being settled: taken out of its list, and not put off before.
	struct operation *operation = operations->first;
	while (operation != NULL && (!operation->taken || operation->untold))
		operation = operation->following;
	if (operation != NULL) {
		if (operation->outcome == NOT_YET) {
			operation->data = *error;
			operation->outcome = THROWN;
		}
		sockets_operation_put_off(the, operations, operation);
	}
	sockets_tcp_make_ready(operations->running);
	operations->running = NULL;
}

/** Takes all operations of a socket out of its list. */
static struct operation *take_all(struct sockets_tcp *socket) {
	struct operation *taken = *first_of(socket);
	*first_of(socket) = NULL;
	sockets_tcp_watch(socket, 0, NULL);
	for (struct operation *operation = taken; operation != NULL; operation = operation->next) {
		operation->taken = true;
		cancel_query(&operation->attempt);
		if (operation->attempt.kind == SOCKETS_CONNECT && operation->attempt.connect.begun)
			sockets_tcp_abandon_connect(socket);
	}
	return taken;
}

/** Settles what sockets_operations_cancel has canceled. */
void sockets_operations_tell(xsMachine *the) {
	struct operations *operations = *sockets_port_awaited(sockets_port_of(the));
	if (operations != NULL && operations->untold != NULL)
		tell_untold(the, operations);
}

/** The socket is being closed or detached: what waits is canceled, which sockets_operations_tell tells once that is
 * done: it may be the end of the machine. Allocates nothing in XS's heap. */
void sockets_operations_cancel(xsMachine *the, struct sockets_tcp *socket) {
	struct operations *operations = *sockets_port_awaited(sockets_port_of(the));
	if (operations == NULL)
		return;
	if (operations->running == socket)
		operations->running = NULL;
	// All at once, for the socket may be somebody else's by the time that the first one is settled.
	struct operation *operation = *first_of(socket) != NULL ? take_all(socket) : NULL;
	while (operation != NULL) {
		struct operation *next = operation->next;
		operation->outcome = -ECANCELED;
		sockets_operation_put_off(the, operations, operation);
		operation = next;
	}
}
