// SPDX-License-Identifier: MIT
// The wire; read wire.h first.
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "netif/ethernet.h"

enum {
	/** Where things are in a frame: the type, and of an ARP packet the operation and the addresses. */
	TYPE = 12,
	ARP_OPERATION = 20,
	ARP_SENDER = 22,
	ARP_SENDER_IP = 28,
	ARP_TARGET = 32,
	ARP_TARGET_IP = 38,
	ARP_END = 42,
};

static const uint8_t board_address[6] = {2, 0, 0, 0, 0, 1};

static struct netif wire;
static bool added;

/** The frames that nobody has taken: each one with its size in front, in two bytes. */
static uint8_t *frames; // while the wire is there; NULL if there was no memory: then they are lost
#define FRAMES_SIZE (12 * 1024)
static size_t frames_size;
static unsigned lost;

bool wire_send(const void *frame, size_t size) {
	struct pbuf *packet = pbuf_alloc(PBUF_RAW, (uint16_t)size, PBUF_POOL);
	if (packet == NULL)
		return false;
	(void)pbuf_take(packet, frame, (uint16_t)size);
	if (wire.input(packet, &wire) != ERR_OK)
		pbuf_free(packet);
	return true;
}

/** Answers an ARP request, before the function of lwIP that has sent it goes on. */
static void answer(const uint8_t request[ARP_END]) {
	uint8_t reply[ARP_END];
	memcpy(reply, request, sizeof reply);
	reply[ARP_OPERATION + 1] = 2;
	memcpy(reply + ARP_TARGET, request + ARP_SENDER, 10);
	memcpy(reply + ARP_SENDER, (const uint8_t[6]){2}, 6);
	reply[ARP_SENDER + 5] = request[ARP_TARGET_IP + 3];
	memcpy(reply + ARP_SENDER_IP, request + ARP_TARGET_IP, 4);
	memcpy(reply, board_address, 6);
	memcpy(reply + 6, reply + ARP_SENDER, 6);
	(void)wire_send(reply, sizeof reply);
}

/** lwIP has a frame for the wire. */
static err_t link_output(struct netif *netif, struct pbuf *packet) {
	(void)netif;
	const size_t size = packet->tot_len;
	uint8_t head[ARP_END] = {0};
	(void)pbuf_copy_partial(packet, head, sizeof head, 0);
	if (head[TYPE] == 0x08 && head[TYPE + 1] == 0x06) {
		// Not the question whether somebody else has the board's address.
		if (head[ARP_OPERATION + 1] == 1 && memcmp(head + ARP_TARGET_IP, head + ARP_SENDER_IP, 4) != 0)
			answer(head);
		return ERR_OK;
	}
	if (frames == NULL || frames_size + 2 + size > FRAMES_SIZE) {
		lost += 1;
		return ERR_OK;
	}
	frames[frames_size] = (uint8_t)(size >> 8);
	frames[frames_size + 1] = (uint8_t)size;
	(void)pbuf_copy_partial(packet, frames + frames_size + 2, packet->tot_len, 0);
	frames_size += 2 + size;
	return ERR_OK;
}

static err_t initialize(struct netif *netif) {
	netif->name[0] = 't';
	netif->name[1] = 'w';
	netif->hwaddr_len = sizeof board_address;
	memcpy(netif->hwaddr, board_address, sizeof board_address);
	netif->mtu = 1500;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	netif->output = etharp_output;
	netif->linkoutput = link_output;
	return ERR_OK;
}

void wire_add(void) {
	if (added)
		return;
	ip4_addr_t address, mask;
	IP4_ADDR(&address, 10, 8, 8, 1);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	frames = malloc(FRAMES_SIZE);
	frames_size = 0;
	lost = 0;
	while (tcp_tw_pcbs != NULL)
		tcp_abort(tcp_tw_pcbs);
	added = netif_add(&wire, &address, &mask, IP4_ADDR_ANY4, NULL, initialize, ethernet_input) != NULL;
	netif_set_up(&wire);
}

void wire_remove(void) {
	if (!added)
		return;
	struct tcp_pcb *next;
	for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = next) {
		next = pcb->next;
		if (ip4_addr_cmp(ip_2_ip4(&pcb->local_ip), netif_ip4_addr(&wire)))
			tcp_abort(pcb);
	}
	netif_remove(&wire);
	free(frames);
	frames = NULL;
	frames_size = 0;
	added = false;
}

const uint8_t *wire_frame(size_t *size) {
	if (frames_size == 0)
		return NULL;
	*size = (size_t)frames[0] << 8 | frames[1];
	return frames + 2;
}

void wire_drop(void) {
	if (frames_size == 0)
		return;
	const size_t size = 2 + ((size_t)frames[0] << 8 | frames[1]);
	frames_size -= size;
	memmove(frames, frames + size, frames_size);
}

unsigned wire_lost(void) {
	return lost;
}

void wire_pass(uint32_t milliseconds) {
	for (uint32_t passed = 0; passed < milliseconds; passed += TCP_TMR_INTERVAL) {
		tcp_tmr();
		netif_poll_all(); // the board's connections with itself go on
	}
}
