// SPDX-License-Identifier: MIT
// What sockets_xs.c has for the other files of the binding.
#ifndef SOCKETS_XS_H
#define SOCKETS_XS_H

#include "sockets_errors.h"

/** What XS knows objects with a socket by: their host data is a struct sockets_tcp, or NULL once they are closed. */
void xs_socket_destructor(void *data);

void xs_socket(xsMachine *the);
void sockets_hide_length(xsMachine *the);
struct sockets_tcp *sockets_this(xsMachine *the, const char *operation);
void sockets_set_accepted(xsMachine *the, struct sockets_tcp *listener, struct sockets_tcp *connection, xsSlot *object);
void sockets_set_address(xsMachine *the, xsSlot *result, const struct sockets_address *address);

#endif
