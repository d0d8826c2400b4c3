// SPDX-License-Identifier: MIT
// Faults beneath the sockets; see lwip_faults.h.
#include "lwip_faults.h"

#include "lwip/ip4.h"
#include "lwip/mem.h"
#include "lwip/netif.h"
#include "lwip/udp.h"

/** What was taken from lwIP's heap: each block begins with the address of the next. */
struct block {
	struct block *next;
};
static struct block *taken;

void lwip_faults_take_heap(size_t left) {
	const size_t sizes[] = {4096, 1024, 256, 64, 16};
	void *kept = left > 0 ? mem_malloc((mem_size_t)left) : NULL;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i += 1) {
		struct block *block;
		while ((block = mem_malloc((mem_size_t)sizes[i])) != NULL) {
			block->next = taken;
			taken = block;
		}
	}
	if (kept != NULL)
		mem_free(kept);
}

void lwip_faults_give_heap_back(void) {
	while (taken != NULL) {
		struct block *block = taken;
		taken = block->next;
		mem_free(block);
	}
}

static struct netif interface, *default_before;
static bool added;

/** A packet for somebody else: there is nobody. */
static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *host) {
	(void)netif;
	(void)packet;
	(void)host;
	return ERR_OK;
}

static err_t initialize(struct netif *netif) {
	netif->name[0] = 't';
	netif->name[1] = 's';
	netif->mtu = 1500;
	netif->output = output;
	netif->flags = NETIF_FLAG_LINK_UP;
	return ERR_OK;
}

void lwip_faults_add_interface(void) {
	if (added)
		return;
	ip4_addr_t address, mask;
	IP4_ADDR(&address, 10, 9, 9, 1);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	added = netif_add(&interface, &address, &mask, IP4_ADDR_ANY4, NULL, initialize, ip4_input) != NULL;
	default_before = netif_default;
	// Else what has no route here would leave the machine by the board's own interface.
	netif_set_default(&interface);
	netif_set_up(&interface);
}

void lwip_faults_remove_interface(void) {
	if (!added)
		return;
	lwip_faults_set_address(0);
	while (interface.loop_first != NULL)
		netif_poll(&interface);
	netif_remove(&interface);
	netif_set_default(default_before);
	added = false;
}

void lwip_faults_set_up(bool up) {
	if (up)
		netif_set_up(&interface);
	else
		netif_set_down(&interface);
}

void lwip_faults_set_address(unsigned host) {
	ip4_addr_t address;
	IP4_ADDR(&address, 10, 9, 9, host);
	netif_set_ipaddr(&interface, host == 0 ? IP4_ADDR_ANY4 : &address);
}

/** The datagram that lwip_faults_lose_address_soon has sent to the board itself has come. */
static void on_datagram(void *argument, struct udp_pcb *pcb, struct pbuf *packet, const ip_addr_t *host, u16_t port) {
	(void)argument;
	(void)host;
	(void)port;
	pbuf_free(packet);
	udp_remove(pcb);
	lwip_faults_set_address(0);
}

bool lwip_faults_lose_address_soon(void) {
	struct udp_pcb *pcb = udp_new();
	struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, 1, PBUF_RAM);
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	bool sent = false;
	if (pcb != NULL && packet != NULL && udp_bind(pcb, &host, 0) == ERR_OK) {
		udp_recv(pcb, on_datagram, NULL);
		sent = udp_sendto(pcb, packet, &host, pcb->local_port) == ERR_OK;
	}
	if (packet != NULL)
		pbuf_free(packet);
	if (!sent && pcb != NULL)
		udp_remove(pcb);
	return sent;
}
