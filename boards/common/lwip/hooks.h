// SPDX-License-Identifier: MIT
// What lwIP calls of ours: LWIP_HOOK_FILENAME of lwipopts.h.
#ifndef CAMSOCK_LWIP_HOOKS_H
#define CAMSOCK_LWIP_HOOKS_H

#include <stdint.h>

#include "beside.h"
#include "lwip/err.h"
#include "lwip/ip4_addr.h"
#include "lwip/pbuf.h"
#include "lwip/prot/tcp.h"

struct tcp_pcb;

err_t tcp_storms_check(const struct tcp_hdr *header, unsigned size);
bool tcp_overrun(const struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned size);
void tcp_storms_begin_again(void);
uint32_t tcp_isn(uint32_t local, uint16_t local_port, uint32_t remote, uint16_t remote_port);

u32_t *tcp_fin_check(const struct pbuf *packet, struct tcp_hdr *header, const struct tcp_pcb *pcb, u32_t *options);

/* How to an address, if a network beside the board's own knows. */
static inline struct netif *beside_route(const ip4_addr_t *source, const ip4_addr_t *destination) {
	return beside ? beside->route(source ? source->addr : 0, destination->addr) : NULL;
}

#endif
