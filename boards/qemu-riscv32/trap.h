// SPDX-License-Identifier: MIT
// Interrupts and exceptions.
#ifndef CAMSOCK_TRAP_H
#define CAMSOCK_TRAP_H

/* Sets the traps and guards up. To be called once. */
void trap_start(void);

/* Serves the interrupts of devices that are pending; for who sleeps with interrupts off. */
void trap_serve(void);

#endif
