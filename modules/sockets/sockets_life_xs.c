// SPDX-License-Identifier: MIT
// accept and create_connection: what a program calls for every connection. They make a socket, its object and what goes
// with it in one call, on XS's inside: in JavaScript that took five times as many instructions. Read sockets_xs.c
// first; what it says of pointers into XS's heap holds here.
#include "sockets_engine_inside.h"

#include <errno.h>

#include "sockets_arguments.h"
#include "sockets_errors.h"
#include "sockets_tcp.h"
#include "sockets_xs.h"

/** Whether an instance is one with a socket, or what such ones have as their prototype. */
static bool has_host(const txSlot *instance) {
	const txSlot *host = instance->next;
	return host != C_NULL && host->kind == XS_HOST_KIND && !(host->flag & XS_HOST_CHUNK_FLAG) &&
	       host->value.host.variant.destructor == xs_socket_destructor;
}

/** Socket.prototype, also for an instance of a class that extends Socket: the last prototype that is one of ours. */
static txSlot *prototype_of(txMachine *the, const txSlot *socket) {
	txSlot *found = C_NULL;
	txSlot *prototype = socket->value.reference->value.instance.prototype;
	for (; prototype != C_NULL; prototype = prototype->value.instance.prototype)
		if (has_host(prototype))
			found = prototype;
	if (found == C_NULL)
		mxTypeError("this: not a Socket");
	return found;
}

/**
 * accept(): [connection, [host, port]]. All that it gives is made before it waits: were there no memory for it, the
 * client would still be waiting.
 */
void xs_socket_accept(txMachine *the) {
	struct sockets_tcp *socket = engine_host_data(mxThis, xs_socket_destructor);
	if (socket == NULL)
		socket = sockets_this((xsMachine *)the, "accept");
	txSlot *result = engine_append_pair(the, engine_new_instance(the, mxResult, mxArrayPrototype.value.reference));
	txSlot *object = engine_instance(the, prototype_of(the, mxThis));
	engine_refer(engine_item(result, 0), object);
	txSlot *host = engine_append_host(the, object, xs_socket_destructor);
	engine_hide_length(the, object);
	txSlot *array = engine_instance(the, mxArrayPrototype.value.reference);
	engine_refer(engine_item(result, 1), array);
	array = engine_append_pair(the, array);
	txString text = fxNewChunk(the, SOCKETS_HOST_SIZE);
	*text = 0;
	engine_set_address(array, text, 0);
	struct sockets_tcp *connection;
	sockets_check((xsMachine *)the, sockets_tcp_accept(socket, &connection), "accept");
	host->value.host.data = connection;
	struct sockets_address address;
	(void)sockets_tcp_remote(connection, &address); // an accepted one has a peer
	sockets_format_ipv4(address.host, text);
	engine_item(array, 1)->value.integer = address.port;
}
