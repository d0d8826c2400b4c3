// SPDX-License-Identifier: MIT
// Errors of the core as JavaScript's OSError, and as KeyboardInterrupt for an interrupted call.
#ifndef SOCKETS_ERRORS_H
#define SOCKETS_ERRORS_H

#include <stddef.h>

#include "sockets_tcp.h"

// As xs.h has them. Not included: sockets_transfer_xs.c sees XS's inside, and the two sets of headers do not go
// together.
typedef struct xsMachineRecord xsMachine;
typedef struct xsSlotRecord xsSlot;

/** Longest IPv4 address as text, with its NUL. */
#define SOCKETS_HOST_SIZE 16

int sockets_error_number(const char *code);
void sockets_throw(xsMachine *the, int error, const char *operation);
void sockets_throw_detail(xsMachine *the, int error, const char *operation, const char *detail);
void sockets_check(xsMachine *the, int32_t result, const char *operation);
void sockets_check_address(xsMachine *the, int result, const char *operation, const struct sockets_address *address);
void sockets_format_ipv4(uint32_t host, char *text);

#endif
