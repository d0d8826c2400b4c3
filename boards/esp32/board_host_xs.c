// SPDX-License-Identifier: MIT
// What board_esp32.c asks of XS: a message to the main loop, and a task in a host frame. With XS's public headers,
// which do not go together with those that board_xs.c needs.
#include "xsmc.h"
#include "xsHost.h"

#include "board.h"

/* The main loop has the message. */
static void deliver(void *machine, void *argument, uint8_t *message, uint16_t size) {
	(void)argument;
	(void)message;
	(void)size;
	board_turn(machine);
}

/* Does not wait, as sockets_port_post() does not, and for the same reason. */
bool board_xs_post(void *machine) {
	return modMessagePostToMachineFromISR(machine, deliver, NULL) == 0;
}

void board_xs_run(void *machine, struct board_task *task) {
	xsBeginHost(machine);
	task->run(the, task->argument);
	xsEndHost(machine);
}
