// SPDX-License-Identifier: MIT
// The binding of raw_life.c to JavaScript; read raw.d.ts first.
#include <malloc.h>
#include <stddef.h>

#include "xsmc.h"

#include "board.h"
#include "lwip/netif.h"
#include "raw_life.h"

/** rotate(connections, rounds) */
void xs_bench_life_rotate(xsMachine *the) {
	const xsIntegerValue connections = xsmcToInteger(xsArg(0)), rounds = xsmcToInteger(xsArg(1));
	if (connections < 1 || connections > RAW_LIFE_CONNECTIONS || rounds < 0)
		xsRangeError("connections: from 1 to %d", RAW_LIFE_CONNECTIONS);
	if (!raw_life_rotate((uint32_t)connections, (uint32_t)rounds))
		xsUnknownError("lwIP refused, or an echo was wrong");
}

/** connect(rounds, echo) */
void xs_bench_life_connect(xsMachine *the) {
	const xsIntegerValue rounds = xsmcToInteger(xsArg(0));
	if (rounds < 0 || !raw_life_connect((uint32_t)rounds, xsmcToBoolean(xsArg(1))))
		xsUnknownError("lwIP refused, or an echo was wrong");
}

/** address(text) */
void xs_bench_life_address(xsMachine *the) {
	ip4_addr_t address, mask, gateway;
	if (!ip4addr_aton(xsmcToString(xsArg(0)), &address))
		xsUnknownError("no address");
	IP4_ADDR(&mask, 255, 255, 255, 0);
	ip4_addr_set_zero(&gateway);
	netif_set_addr(board_netif(), &address, &mask, &gateway);
}

/** turn() */
void xs_bench_life_turn(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)raw_life_turn());
}

/** allocated() */
void xs_bench_life_allocated(xsMachine *the) {
#ifdef __GLIBC__
	xsmcSetInteger(xsResult, (xsIntegerValue)mallinfo2().uordblks);
#else
	xsmcSetInteger(xsResult, (xsIntegerValue)mallinfo().uordblks);
#endif
}
