// SPDX-License-Identifier: MIT
// The native functions of modules/network, on the emulated boards: DHCP on the board's interface. What lwIP knows of
// the interfaces is in network_list_xs.c. lwIP tells of changes from inside its own functions: that posts a task, and
// JavaScript is called from the main loop.
#include "board.h"

#include "lwip/dhcp.h"
#include "lwip/netif.h"

#include "xsmc.h"
#include "mc.xs.h"

static void run(void *machine, void *argument);

static struct {
	struct board_task task;
	xsSlot changed; // the function to call; undefined if none
	bool remembered;
	struct dhcp client; // lwIP's state, which would else come from its heap
} state = {.task = {.run = run}};

/* The main loop's part: calls `changed`. */
static void run(void *machine, void *argument) {
	xsMachine *the = machine;
	(void)argument;
	if (state.remembered)
		xsCallFunction0(state.changed, xsUndefined);
}

/* lwIP: an interface has got or lost its address, or its link. */
static void changed(struct netif *netif) {
	(void)netif;
	board_post(&state.task);
}

/* The machine goes: nobody is called any more. */
static void end(void) {
	struct netif *netif = board_netif();
	if (netif) {
		netif_set_status_callback(netif, NULL);
		netif_set_link_callback(netif, NULL);
	}
	board_unpost(&state.task);
	state.remembered = false;
}

/* start(changed): see native.d.ts. */
void xs_network_start(xsMachine *the) {
	struct netif *netif = board_netif();
	xsmcSetUndefined(xsResult);
	if (!netif || !netif_is_link_up(netif)) {
		xsmcSetString(xsResult, "ENETDOWN");
		return;
	}
	netif_set_status_callback(netif, changed);
	netif_set_link_callback(netif, changed);
	state.changed = xsArg(0);
	if (!state.remembered)
		xsRemember(state.changed);
	state.remembered = true;
	static struct board_end registration = {.run = end};
	board_at_end(&registration);
	// A client that runs goes on: starting it again would give up the address.
	if (netif_dhcp_data(netif))
		return;
	dhcp_set_struct(netif, &state.client);
	if (dhcp_start(netif) != ERR_OK)
		xsmcSetString(xsResult, "ENOBUFS");
}

/* stop(): see native.d.ts. */
void xs_network_stop(xsMachine *the) {
	if (state.remembered)
		xsForget(state.changed);
	end();
}
