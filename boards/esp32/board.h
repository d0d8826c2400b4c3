// SPDX-License-Identifier: MIT
// The camera boards implement the part of the emulated boards' contract that modules/console needs, for the machine of
// the application alone: board.c has it, the serial line is in serial_uart.c or serial_usb.c. The SDK has the main
// loop.
#ifndef CAMSOCK_BOARD_ESP32_H
#define CAMSOCK_BOARD_ESP32_H

#include "../common/board.h"

/* A machine as XS has it; this header is included by files that know nothing of XS, too. */
void board_begin(void *machine);

/* Whether board_serial_open() has taken the line. */
bool board_serial_is_open(void);

/* Something is to be done in the machine's main loop: looking at the line, or tasks. May be called from any task. */
void board_signal(void);

/* What board.c asks of board_xs.c: a message to the main loop, without waiting; false if there is no room. */
bool board_xs_post(void *machine);

/* And: a task in a host frame of its own, so that what it throws is an uncaught error, and comes back here. */
void board_xs_run(void *machine, struct board_task *task);

/* In the main loop: looks at the line, then runs the tasks that are queued now. */
void board_turn(void *machine);

/* The deadline of the module "board". */
void board_set_deadline(uint32_t milliseconds);
bool board_clear_deadline(void);

/* In the middle of JavaScript: looks at the line. Whether something is to interrupt it: a Ctrl-C that came a while ago,
 * or the deadline, which goes on to until it is set anew. */
enum board_interruption { BOARD_NOTHING, BOARD_BREAK, BOARD_DEADLINE };
enum board_interruption board_look(void);

#endif
