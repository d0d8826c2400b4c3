// SPDX-License-Identifier: MIT
// The port for boards without threads, its XS part: there is one machine at a time, and nothing to keep for it.
#include "sockets_port_xs.h"

#include "board.h"
#include "sockets_tcp.h"

/** For the main loop: the sockets that are ready. */
static void run_operations(void *machine, void *argument) {
	(void)argument;
	sockets_operations_run(machine);
}

/** There was no memory for one of them. */
static void operations_failed(void *machine, const void *error) {
	sockets_operations_failed(machine, error);
}

struct board_task sockets_port_task = {.run = run_operations, .failed = operations_failed};

// One port for the one machine; its address is all that there is to it.
static char port;

/** The machine goes: its sockets go with their objects, those that have none are closed here. */
static void close_detached(void) {
	sockets_tcp_close_detached((struct sockets_port *)&port);
}

/** The port of the machine, which is always the same. */
struct sockets_port *sockets_port_of(xsMachine *the) {
	static struct board_end end = {.run = close_detached};
	(void)the;
	board_at_end(&end);
	return (struct sockets_port *)&port;
}

void **sockets_port_awaited(struct sockets_port *port) {
	static void *awaited;
	(void)port;
	return &awaited;
}

void sockets_port_errors_for(const xsSlot *promise) {
	board_error_for(promise);
}
