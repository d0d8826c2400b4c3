// SPDX-License-Identifier: MIT
// What the socket core asks of a board: six functions, implemented once per kind of board in port/.
// Read sockets_tcp.h first. The rules that these functions serve are in docs/sockets.md.
#ifndef SOCKETS_PORT_H
#define SOCKETS_PORT_H

#include <stdint.h>

#include "lwip/opt.h"

/** Wait without a limit. */
#define SOCKETS_FOREVER UINT32_MAX

/** One per XS machine: who waits in a blocked call, and who is told of events. Opaque to the core. */
struct sockets_port;

enum sockets_wake {
	/** Something may have happened: look again. Spurious returns are allowed. */
	SOCKETS_WOKEN,
	/** Ctrl-C: the blocked call has to end. */
	SOCKETS_INTERRUPTED,
};

#if NO_SYS
// The stack has no thread of its own: the one thread of control cannot race with itself.
static inline void sockets_port_lock(void) {
}
static inline void sockets_port_unlock(void) {
}
#else
/** Takes lwIP's core lock. Not recursive. */
void sockets_port_lock(void);

/** Gives lwIP's core lock back. */
void sockets_port_unlock(void);
#endif

/**
 * Waits until sockets_port_wake(port), an interrupt, or `limit` milliseconds. Where the stack has no thread of its own
 * it is stepped here, once even if `limit` is 0. Called with the lock held, which is given back while waiting and held
 * again on return. Never runs JavaScript.
 */
enum sockets_wake sockets_port_wait(struct sockets_port *port, uint32_t limit);

/** Ends the wait of a blocked call of this machine. Called from lwIP callbacks, lock held; never blocks, never calls
 * XS. */
void sockets_port_wake(struct sockets_port *port);

/**
 * Has the machine's main loop take the sockets that are ready (sockets_tcp_next_ready), in its next turn: once, however
 * often this is called until then. Called with the lock held, from lwIP callbacks too; never blocks, never calls XS.
 */
void sockets_port_notify(struct sockets_port *port);

/**
 * A timer of lwIP's was set in a program's task: a thread of lwIP's that sleeps has to look at its timers again. Called
 * with the lock held; never blocks.
 */
void sockets_port_timer_set(void);

#endif
