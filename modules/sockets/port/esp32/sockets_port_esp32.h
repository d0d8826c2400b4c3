// SPDX-License-Identifier: MIT
// The port for ESP-IDF: lwIP has a thread of its own, programs run in FreeRTOS tasks, one for each XS machine (the
// application's, and those of Workers). Read ../../sockets_port.h first; sockets_port.c has the logic and knows nothing
// of XS, so that tests/threads can run it on the host; sockets_port_xs.c has what a machine is.
#ifndef SOCKETS_PORT_ESP32_H
#define SOCKETS_PORT_ESP32_H

#include <stdbool.h>

#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"

#include "sockets_port.h"

/** What a machine has. All fields but the last are read and written under lwIP's core lock. */
struct sockets_port {
	/** All ports there ever were: one whose machine has ended waits for the next machine. */
	struct sockets_port *next;
	/** The machine; NULL: it has ended, and nobody is to be told of anything. */
	void *machine;
	/** Given to end the wait of a blocked call. */
	SemaphoreHandle_t woken;
	StaticSemaphore_t woken_memory;
	/** The machine's task is in sockets_port_wait. */
	bool waiting;
	/** The main loop has a message that it has not taken yet: there is never a second one. */
	bool notified;
	/** There was no room for that message: it is tried again. */
	bool owed;
	/** Of the awaited side (sockets_port_xs.h), which alone writes it, in the task of its machine or who deletes that.
	 */
	void *awaited;
};

bool sockets_port_begin(struct sockets_port *port, void *machine);
struct sockets_port *sockets_port_find(const void *machine);
struct sockets_port *sockets_port_reuse(void *machine);
void sockets_port_end(struct sockets_port *port);
bool sockets_port_take_notification(struct sockets_port *port);

/**
 * Puts a message into the queue of the machine's main loop, whose delivery calls sockets_port_take_notification. False
 * if there is no room. Called with the lock held; must not wait. sockets_port_xs.c has it.
 */
bool sockets_port_post(struct sockets_port *port);

// For who has a serial line with a person at it (boards/esp32); nothing else needs these.

/**
 * From now `look` is asked whether a call that is blocked has to end, if it is one of this machine, and in its task. To
 * be called in that task before the machine's first call; NULL: none has to.
 */
void sockets_port_on_interrupt(void *machine, bool (*look)(void));

/** Has the call that this machine is blocked in ask. May be called from any task, not from an interrupt. */
void sockets_port_interrupt(void);

#endif
