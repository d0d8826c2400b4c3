// SPDX-License-Identifier: MIT
// The binding of raw_server.c to JavaScript; read raw.d.ts first.
#include <stddef.h>

#include "xsmc.h"

#include "raw_server.h"

/** listen(port) */
void xs_bench_outside_listen(xsMachine *the) {
	if (!raw_server_listen((uint16_t)xsmcToInteger(xsArg(0))))
		xsUnknownError("lwIP refused");
}
