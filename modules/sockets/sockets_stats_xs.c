// SPDX-License-Identifier: MIT
// What the stack holds, for tests and the REPL: the module "sockets/stats". Read stats.js first.
#include <stddef.h>

#include "xsmc.h"
#include "mc.xs.h"

#include "lwip/memp.h"
#include "lwip/stats.h"
#include "sockets_port_xs.h"
#include "sockets_tcp.h"

#if LWIP_STATS && MEMP_STATS && MEM_STATS
/** How many elements of a pool are in use. */
static int pool_used(memp_t pool) {
	return (int)lwip_stats.memp[pool]->used;
}
static int pbufs_used(void) {
	return pool_used(MEMP_PBUF) + pool_used(MEMP_PBUF_POOL);
}
static int segments_used(void) {
	return pool_used(MEMP_TCP_SEG);
}
static int heap_used(void) {
	return (int)lwip_stats.mem.used;
}
#else
// A stack that keeps no statistics cannot say.
static int pbufs_used(void) {
	return -1;
}
static int segments_used(void) {
	return -1;
}
static int heap_used(void) {
	return -1;
}
#endif

/** Sets a property of the result. */
static void set_count(xsMachine *the, xsIdentifier id, int count) {
	xsmcSetInteger(xsVar(0), count);
	xsmcSet(xsResult, id, xsVar(0));
}

/** stats(): see stats.d.ts */
void xs_sockets_stats(xsMachine *the) {
	(void)sockets_port_of(the); // from now there is a stack, and its lock
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	xsmcVars(1);
	xsmcSetNewObject(xsResult);
	set_count(the, xsID_sockets, (int)stats.sockets);
	set_count(the, xsID_bound, (int)stats.bound);
	set_count(the, xsID_listening, (int)stats.listening);
	set_count(the, xsID_active, (int)stats.active);
	set_count(the, xsID_closing, (int)stats.closing);
	set_count(the, xsID_time_wait, (int)stats.time_wait);
	set_count(the, xsID_pbufs, pbufs_used());
	set_count(the, xsID_segments, segments_used());
	set_count(the, xsID_heap, heap_used());
}

/** settle(milliseconds): boolean */
void xs_sockets_settle(xsMachine *the) {
	const xsIntegerValue milliseconds = xsmcToInteger(xsArg(0));
	const bool settled = sockets_tcp_settle(sockets_port_of(the), milliseconds > 0 ? (uint32_t)milliseconds : 0);
	xsmcSetBoolean(xsResult, settled);
}
