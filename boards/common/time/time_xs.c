// SPDX-License-Identifier: MIT
// The binding of virtual_time.c to JavaScript; read time.d.ts first.
#include "xsmc.h"

#include "board.h"

/** startVirtualTime(seed = 0) */
void xs_time_virtual(xsMachine *the) {
	const xsNumberValue seed = xsmcArgc > 0 && xsmcTypeOf(xsArg(0)) != xsUndefinedType ? xsmcToNumber(xsArg(0)) : 0;
	if (!(seed >= 0 && seed <= 4294967295.0 && seed == (xsNumberValue)(uint32_t)seed))
		xsRangeError("startVirtualTime: seed must be a whole number from 0 to 4294967295");
	board_time_virtual((uint32_t)seed);
}

/** stopVirtualTime() */
void xs_time_real(xsMachine *the) {
	(void)the;
	board_time_real();
}

/** isVirtualTime() */
void xs_time_is_virtual(xsMachine *the) {
	xsmcSetBoolean(xsResult, board_time_is_virtual());
}

/** now() */
void xs_time_now(xsMachine *the) {
	xsmcSetNumber(xsResult, board_milliseconds());
}
