// SPDX-License-Identifier: MIT
// What lwIP calls on a board without an operating system: the clock.
#include "board.h"

#include "lwip/sys.h"

u32_t sys_now(void) {
	return board_milliseconds();
}
