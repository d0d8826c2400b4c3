// SPDX-License-Identifier: MIT
// What lwIP calls of ours: LWIP_HOOK_FILENAME of lwipopts.h.
#ifndef CAMSOCK_LWIP_HOOKS_H
#define CAMSOCK_LWIP_HOOKS_H

#include <stdint.h>

#include "beside.h"
#include "lwip/err.h"
#include "lwip/prot/tcp.h"
#include "lwip/tcp.h"

err_t tcp_guard_check(struct tcp_pcb *pcb, struct tcp_hdr *header, unsigned options, struct pbuf *packet);

/* tcp_guard_check, and quick for what nearly all segments are: the next data of a connection, and no trouble. */
static inline err_t tcp_guard(struct tcp_pcb *pcb, struct tcp_hdr *header, unsigned options, struct pbuf *packet) {
	unsigned flags = ((const u8_t *)header)[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
	if (pcb->state == ESTABLISHED && flags == TCP_ACK && options == 0 && packet->tot_len > 0 &&
	    header->seqno == pcb->rcv_nxt && !pcb->ooseq && pcb->snd_nxt - header->ackno <= pcb->snd_nxt - pcb->lastack)
		return ERR_OK;
	return tcp_guard_check(pcb, header, options, packet);
}

err_t tcp_storms_check(const struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned size);
void tcp_storms_begin_again(void);
uint32_t tcp_isn(uint32_t local, uint16_t local_port, uint32_t remote, uint16_t remote_port);

/* How to an address, if a network beside the board's own knows. */
static inline struct netif *beside_route(const ip4_addr_t *source, const ip4_addr_t *destination) {
	return beside ? beside->route(source ? source->addr : 0, destination->addr) : NULL;
}

#endif
