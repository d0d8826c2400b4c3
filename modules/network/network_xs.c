// SPDX-License-Identifier: MIT
// The native functions of modules/network, on the emulated boards: DHCP on the board's interface, and what lwIP knows
// of the interfaces. lwIP tells of changes from inside its own functions: that posts a task, and JavaScript is called
// from the main loop.
#include "board.h"

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/netif.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* Sets a property of `xsResult`'s element under construction, in xsVar(0), to an address. */
static void set_address(xsMachine *the, xsIdentifier id, const ip_addr_t *address) {
	char text[IPADDR_STRLEN_MAX];
	ipaddr_ntoa_r(address, text, sizeof text);
	xsmcSetString(xsVar(1), text);
	xsmcSet(xsVar(0), id, xsVar(1));
}

/* list(): see native.d.ts. */
void xs_network_list(xsMachine *the) {
	struct netif *netif;
	int count = 0;
	xsmcVars(3);
	xsmcSetNewArray(xsResult, 0);
	NETIF_FOREACH(netif) {
		char text[20];
		xsmcSetNewObject(xsVar(0));
		snprintf(text, sizeof text, "%c%c%u", netif->name[0], netif->name[1], (unsigned)netif->num);
		xsmcSetString(xsVar(1), text);
		xsmcSet(xsVar(0), xsID_name, xsVar(1));
		set_address(the, xsID_address, netif_ip_addr4(netif));
		set_address(the, xsID_netmask, netif_ip_netmask4(netif));
		set_address(the, xsID_gateway, netif_ip_gw4(netif));
		int servers = 0;
		xsmcSetNewArray(xsVar(2), 0);
		for (u8_t i = 0; i < DNS_MAX_SERVERS; i++) {
			const ip_addr_t *server = dns_getserver(i);
			if (ip_addr_isany(server))
				continue;
			char address[IPADDR_STRLEN_MAX];
			ipaddr_ntoa_r(server, address, sizeof address);
			xsmcSetString(xsVar(1), address);
			xsmcSetIndex(xsVar(2), (xsIndex)servers++, xsVar(1));
		}
		xsmcSet(xsVar(0), xsID_dns, xsVar(2));
		text[0] = 0;
		for (int i = 0; i < netif->hwaddr_len && i < 6; i++)
			snprintf(text + strlen(text), 4, i ? ":%02x" : "%02x", netif->hwaddr[i]);
		xsmcSetString(xsVar(1), text);
		xsmcSet(xsVar(0), xsID_mac, xsVar(1));
		bool up = netif_is_up(netif) && netif_is_link_up(netif) && !ip4_addr_isany_val(*netif_ip4_addr(netif));
		xsmcSetBoolean(xsVar(1), up);
		xsmcSet(xsVar(0), xsID_up, xsVar(1));
		xsmcSetIndex(xsResult, (xsIndex)count++, xsVar(0));
	}
}

/* errno(code): see native.d.ts. */
void xs_network_errno(xsMachine *the) {
	const char *code = xsmcToString(xsArg(0));
	int number = !strcmp(code, "ENETDOWN") ? ENETDOWN : !strcmp(code, "ENOBUFS") ? ENOBUFS : ETIMEDOUT;
	xsmcSetInteger(xsResult, number);
}
