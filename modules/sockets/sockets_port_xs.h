// SPDX-License-Identifier: MIT
// The part of a board's port that knows of XS: which port a machine has.
#ifndef SOCKETS_PORT_XS_H
#define SOCKETS_PORT_XS_H

#include <stddef.h>

#include "sockets_port.h"
#include "xsmc.h"

/** The port of the machine; never NULL. */
struct sockets_port *sockets_port_of(xsMachine *the);

/** Where the binding keeps what it has for the machine; NULL at first. */
void **sockets_port_awaited(struct sockets_port *port);

/** Errors that are made from now on are for who awaits this promise, so that their stack can say where; NULL: no more.
 * Nothing to do where that is not known. */
void sockets_port_errors_for(const xsSlot *promise);

/** What the port calls in the machine's main loop after sockets_port_notify, in a host frame. */
void sockets_operations_run(xsMachine *the);

/** For a port where running out of memory in XS's heap is an error, which sockets_operations_run throws then. */
void sockets_operations_failed(xsMachine *the, const xsSlot *error);

#endif
