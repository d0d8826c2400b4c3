// SPDX-License-Identifier: MIT
// What sockets_async_xs.c has for sockets_async_transfer_xs.c: the methods, with whatever arguments. The result is a
// promise.
#ifndef SOCKETS_ASYNC_XS_H
#define SOCKETS_ASYNC_XS_H

#include "sockets_errors.h"

void sockets_async_send(xsMachine *the);
void sockets_async_sendall(xsMachine *the);
void sockets_async_recv(xsMachine *the);
void sockets_async_recv_into(xsMachine *the);

#endif
