// SPDX-License-Identifier: MIT
// The binding of raw_echo.c to JavaScript; read raw.d.ts first.
#include <malloc.h>
#include <stddef.h>

#include "xsmc.h"

#include "raw_echo.h"

/** Connects, runs and ends; arguments 0 to 2 are size, rounds and connections. */
static void run(xsMachine *the, bool (*rounds_of)(uint32_t size, uint32_t rounds)) {
	const xsIntegerValue size = xsmcToInteger(xsArg(0)), rounds = xsmcToInteger(xsArg(1));
	const xsIntegerValue connections = xsmcToInteger(xsArg(2));
	if (size < 1 || size > RAW_ECHO_LARGEST || rounds < 0 || connections < 1 || connections > RAW_ECHO_PAIRS)
		xsRangeError("size: from 1 to %d, connections: from 1 to %d", RAW_ECHO_LARGEST, RAW_ECHO_PAIRS);
	const bool right = raw_echo_open((unsigned)connections) && (*rounds_of)((uint32_t)size, (uint32_t)rounds);
	raw_echo_close();
	if (!right)
		xsUnknownError("lwIP refused to connect, or what came differs from the message");
}

/** echo(size, rounds, connections) */
void xs_bench_raw_echo(xsMachine *the) {
	run(the, raw_echo_run);
}

/** frames(size, rounds, connections) */
void xs_bench_raw_frames(xsMachine *the) {
	run(the, raw_frames_run);
}

/** allocated(): number; bytes that malloc has given out. */
void xs_bench_allocated(xsMachine *the) {
#ifdef __GLIBC__
	xsmcSetNumber(xsResult, (xsNumberValue)mallinfo2().uordblks);
#else
	xsmcSetNumber(xsResult, (xsNumberValue)mallinfo().uordblks);
#endif
}
