// SPDX-License-Identifier: MIT
// What sockets_xs.c has for the other files of the binding.
#ifndef SOCKETS_XS_H
#define SOCKETS_XS_H

#include "sockets_errors.h"

void xs_socket_destructor(void *data);
struct sockets_tcp *sockets_this(xsMachine *the, const char *operation);

#endif
