// SPDX-License-Identifier: MIT
// What lwIP knows of the interfaces: list() and errno() of native.d.ts, on all boards. What is told is copied first,
// with lwIP's core lock held where there is one; objects are made after.
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lwip/dns.h"
#include "lwip/netif.h"
#if NO_SYS
#define LOCK_TCPIP_CORE() ((void)0)
#define UNLOCK_TCPIP_CORE() ((void)0)
#else
#include "lwip/tcpip.h"
#endif

#include "xsmc.h"
#include "mc.xs.h"

/* Interfaces that are listed at most. */
#define LIMIT 6
#define MAC_SIZE 6

/* An interface, in text. */
struct told {
	char name[8], address[IPADDR_STRLEN_MAX], netmask[IPADDR_STRLEN_MAX], gateway[IPADDR_STRLEN_MAX];
	char mac[3 * MAC_SIZE];
	bool up;
};

/* Copies what is told of all interfaces, and the name servers; the result is how many interfaces. */
static int copy_all(struct told *told, char servers[][IPADDR_STRLEN_MAX], int *server_count) {
	struct netif *netif;
	int count = 0;
	*server_count = 0;
	LOCK_TCPIP_CORE();
	NETIF_FOREACH(netif) {
		if (count == LIMIT)
			break;
		struct told *one = &told[count++];
		snprintf(one->name, sizeof one->name, "%c%c%u", netif->name[0], netif->name[1], (unsigned)netif->num);
		ipaddr_ntoa_r(netif_ip_addr4(netif), one->address, sizeof one->address);
		ipaddr_ntoa_r(netif_ip_netmask4(netif), one->netmask, sizeof one->netmask);
		ipaddr_ntoa_r(netif_ip_gw4(netif), one->gateway, sizeof one->gateway);
		one->mac[0] = 0;
		for (int i = 0; i < netif->hwaddr_len && i < MAC_SIZE; i++)
			snprintf(one->mac + strlen(one->mac), 4, i ? ":%02x" : "%02x", netif->hwaddr[i]);
		one->up = netif_is_up(netif) && netif_is_link_up(netif) && !ip4_addr_isany_val(*netif_ip4_addr(netif));
	}
	for (u8_t i = 0; i < DNS_MAX_SERVERS; i++) {
		const ip_addr_t *server = dns_getserver(i);
		if (!ip_addr_isany(server))
			ipaddr_ntoa_r(server, servers[(*server_count)++], IPADDR_STRLEN_MAX);
	}
	UNLOCK_TCPIP_CORE();
	return count;
}

/* Sets a property of the object in xsVar(0) to text. */
static void set_text(xsMachine *the, xsIdentifier id, const char *text) {
	xsmcSetString(xsVar(1), (char *)text);
	xsmcSet(xsVar(0), id, xsVar(1));
}

/* list(): see native.d.ts. */
void xs_network_list(xsMachine *the) {
	struct told told[LIMIT];
	char servers[DNS_MAX_SERVERS][IPADDR_STRLEN_MAX];
	int server_count;
	const int count = copy_all(told, servers, &server_count);
	xsmcVars(3);
	xsmcSetNewArray(xsResult, 0);
	for (int i = 0; i < count; i++) {
		xsmcSetNewObject(xsVar(0));
		set_text(the, xsID_name, told[i].name);
		set_text(the, xsID_address, told[i].address);
		set_text(the, xsID_netmask, told[i].netmask);
		set_text(the, xsID_gateway, told[i].gateway);
		xsmcSetNewArray(xsVar(2), 0);
		for (int k = 0; k < server_count; k++) {
			xsmcSetString(xsVar(1), servers[k]);
			xsmcSetIndex(xsVar(2), (xsIndex)k, xsVar(1));
		}
		xsmcSet(xsVar(0), xsID_dns, xsVar(2));
		set_text(the, xsID_mac, told[i].mac);
		xsmcSetBoolean(xsVar(1), told[i].up);
		xsmcSet(xsVar(0), xsID_up, xsVar(1));
		xsmcSetIndex(xsResult, (xsIndex)i, xsVar(0));
	}
}

/* errno(code): see native.d.ts. */
void xs_network_errno(xsMachine *the) {
	const char *code = xsmcToString(xsArg(0));
	int number = !strcmp(code, "ENETDOWN") ? ENETDOWN : !strcmp(code, "ENOBUFS") ? ENOBUFS : ETIMEDOUT;
	xsmcSetInteger(xsResult, number);
}
