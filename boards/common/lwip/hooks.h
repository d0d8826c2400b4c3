// SPDX-License-Identifier: MIT
// What lwIP calls of ours: LWIP_HOOK_FILENAME of lwipopts.h.
#ifndef CAMSOCK_LWIP_HOOKS_H
#define CAMSOCK_LWIP_HOOKS_H

#include <stdbool.h>

#include "lwip/err.h"
#include "lwip/ip_addr.h"
#include "lwip/prot/tcp.h"

struct pbuf;
struct tcp_pcb;

err_t tcp_guard_check(struct tcp_pcb *pcb, struct tcp_hdr *header, unsigned options, struct pbuf *packet);
err_t tcp_storms_check(const struct tcp_hdr *header, unsigned size);

#endif
