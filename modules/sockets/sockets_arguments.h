// SPDX-License-Identifier: MIT
// Arguments of the native functions: checked here, so that each function can trust what it gets. Each throws TypeError
// for a wrong type and RangeError for a number out of range. `index` is the argument's, `name` is what the message
// calls it.
#ifndef SOCKETS_ARGUMENTS_H
#define SOCKETS_ARGUMENTS_H

#include <stddef.h>

#include "sockets_engine.h"
#include "sockets_errors.h"
#include "sockets_tcp.h"

double sockets_number_argument(xsMachine *the, int index, const char *name);
int sockets_integer_argument(xsMachine *the, int index, const char *name, int smallest, int largest);
int sockets_optional_argument(xsMachine *the, int index, const char *name, int smallest, int largest, int missing);
unsigned sockets_flags_argument(xsMachine *the, int index, unsigned allowed, const char *operation);
uint32_t sockets_host(xsMachine *the, xsSlot *slot, uint32_t timeout, const char *operation);
void sockets_address_argument(xsMachine *the, int index, struct sockets_address *address, uint32_t timeout,
                              const char *operation);
uint16_t sockets_address_parts(xsMachine *the, int index, xsSlot *host);
uint32_t sockets_timeout(xsMachine *the, xsSlot *slot);
void sockets_data_argument(xsMachine *the, int index, struct sockets_bytes *bytes);
void sockets_buffer_argument(xsMachine *the, int index, struct sockets_bytes *bytes);

#endif
