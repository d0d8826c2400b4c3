// SPDX-License-Identifier: MIT
// The binding of raw_echo.c to JavaScript; read raw.d.ts first.
#include <stddef.h>

#include "xsmc.h"

#include "raw_echo.h"

/** echo(size, rounds) */
void xs_bench_raw_echo(xsMachine *the) {
	const xsIntegerValue size = xsmcToInteger(xsArg(0)), rounds = xsmcToInteger(xsArg(1));
	if (size < 1 || size > RAW_ECHO_LARGEST || rounds < 0)
		xsRangeError("size: from 1 to %d", RAW_ECHO_LARGEST);
	if (!raw_echo_open())
		xsUnknownError("lwIP refused to connect");
	const bool right = raw_echo_run((uint32_t)size, (uint32_t)rounds);
	raw_echo_close();
	if (!right)
		xsUnknownError("the echo differs from the message");
}
