// SPDX-License-Identifier: MIT
// The port for boards without threads, its XS part: there is one machine, and nothing to keep for it.
#include "sockets_port_xs.h"

#include "board.h"

/** For the main loop: the sockets that are ready. */
static void run_operations(void *machine, void *argument) {
	(void)argument;
	sockets_operations_run(machine);
}

struct board_task sockets_port_task = {.run = run_operations};

/** One port for the one machine; its address is all that there is to it. */
struct sockets_port *sockets_port_of(xsMachine *the) {
	static char port;
	(void)the;
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
