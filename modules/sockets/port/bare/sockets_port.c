// SPDX-License-Identifier: MIT
// The port for boards whose stack has no thread of its own (lwIP's NO_SYS): the board is stepped while a call is
// blocked. Read ../../sockets_port.h first.
#include "sockets_port.h"

#include "board.h"

/** The task of the main loop for sockets that are ready: in sockets_port_xs.c. */
extern struct board_task sockets_port_task;

/**
 * Steps the network, which sleeps until a frame, a timer or a signal needs the board. Every return is a "look again":
 * the callbacks that had something to say ran inside the step. An interrupt is looked for before it alone: one that
 * comes during the step is for the next wait, so that a call whose data have come with it does not make it unseen.
 */
enum sockets_wake sockets_port_wait(struct sockets_port *port, uint32_t limit) {
	(void)port;
	if (board_interrupted())
		return SOCKETS_INTERRUPTED;
	board_network_step(limit);
	return SOCKETS_WOKEN;
}

/** Nothing to do: whoever waits is the one who stepped the stack into the callback, and looks again by itself. */
void sockets_port_wake(struct sockets_port *port) {
	(void)port;
}

/** One task for the one machine, which the main loop queues but once. */
void sockets_port_notify(struct sockets_port *port) {
	(void)port;
	board_post(&sockets_port_task);
}

/** Nothing to do: the timers are looked at in each step. */
void sockets_port_timer_set(void) {
}
