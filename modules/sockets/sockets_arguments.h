// SPDX-License-Identifier: MIT
// Arguments of the native functions: checked here, so that each function can trust what it gets. Each throws TypeError
// for a wrong type and RangeError for a number out of range. `index` is the argument's, `name` is what the message
// calls it.
#ifndef SOCKETS_ARGUMENTS_H
#define SOCKETS_ARGUMENTS_H

#include <stddef.h>

#include "sockets_tcp.h"
#include "xsmc.h"

/** Bytes that JavaScript gave us, valid until the next allocation in the XS heap. */
struct sockets_bytes {
	const void *data;
	size_t size;
};

double sockets_number_argument(xsMachine *the, int index, const char *name);
int sockets_integer_argument(xsMachine *the, int index, const char *name, int smallest, int largest);
void sockets_address_argument(xsMachine *the, int index, struct sockets_address *address, const char *operation);
void sockets_bytes_argument(xsMachine *the, int index, struct sockets_bytes *bytes);

#endif
