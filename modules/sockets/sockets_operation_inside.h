// SPDX-License-Identifier: MIT
// What sockets_operation.c, which does operations, and sockets_operation_tell.c, which tells what has become of them,
// have in common. Read sockets_operation.h first.
#ifndef SOCKETS_OPERATION_INSIDE_H
#define SOCKETS_OPERATION_INSIDE_H

#include <stdlib.h>

#include "xsmc.h"

#include "sockets_operation.h"

/** An operation that waits. */
struct operation {
	struct sockets_attempt attempt;
	/** The next one of the same socket, in the order of the calls. */
	struct operation *next;
	/** The list of all of the machine. */
	struct operation *following, **link;
	struct sockets_tcp *socket;
	/** It is in no list of a socket any more, since it is being settled; the socket may be gone. */
	bool taken;
	/** It is in the list of those that are untold. */
	bool untold;
	/** What has become of it, once that is known: DONE, THROWN or a negative errno number. */
	int outcome;
	/** `data` is the buffer, or the bytes to send, or the host's name; undefined if there is none. If it has
	 * THROWN, it is what was thrown; the result is the promise's already. */
	xsSlot promise, object, data;
};

/** What a machine has. */
struct operations {
	/** The host object whose marker tells of the rest. */
	xsSlot holder;
	/** A promise that is fulfilled with undefined: the one for everything that is done at once and gives nothing. */
	xsSlot done;
	/** A promise for the next operation: made before anything is done, since there may be no memory for one after. */
	xsSlot spare;
	bool has_holder, has_done, has_spare;
	struct operation *first;
	/** Those whose outcome is known, and that could not be told for want of memory; they are `taken`. */
	struct operation *untold;
	/** The socket whose operations are being tried; NULL once it is closed or detached meanwhile. */
	struct sockets_tcp *running;
	void **place;
};

/** What has become of an attempt; a negative errno number is a failure. */
enum { NOT_YET, DONE, THROWN };

extern const char *const sockets_operation_names[];

/** The first operation of a socket. */
static inline struct operation **first_of(struct sockets_tcp *socket) {
	return (struct operation **)&sockets_tcp_awaited(socket)->operations;
}

/** Gives up the query for a name that a connect waits for, if it does: the answer would be told to the socket. */
static inline void cancel_query(struct sockets_attempt *attempt) {
	if (attempt->kind != SOCKETS_CONNECT || attempt->connect.query < 0)
		return;
	sockets_resolve_cancel(attempt->connect.query);
	attempt->connect.query = -1;
}

/** Frees an operation that is in no list of a socket any more. */
static inline void free_operation(struct operation *operation) {
	cancel_query(&operation->attempt);
	*operation->link = operation->following;
	if (operation->following != NULL)
		operation->following->link = operation->link;
	free(operation);
}

void sockets_operation_ask_for_turn(xsMachine *the);
void sockets_operation_put_off(xsMachine *the, struct operations *operations, struct operation *operation);
bool sockets_operation_try_to_tell(xsMachine *the, struct operation *operation);

#endif
