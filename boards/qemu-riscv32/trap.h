// SPDX-License-Identifier: MIT
// Interrupts and exceptions.
#ifndef CAMSOCK_TRAP_H
#define CAMSOCK_TRAP_H

#include <stdbool.h>

/* Sets the traps up, and the guards around the board's memory if it is to be `guarded`. To be called once. */
void trap_start(bool guarded);

/* Serves the interrupts of devices that are pending; for who sleeps with interrupts off. */
void trap_serve(void);

#endif
