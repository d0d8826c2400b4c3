// SPDX-License-Identifier: MIT
// What lwIP calls of ours: LWIP_HOOK_FILENAME of lwipopts.h.
#ifndef CAMSOCK_LWIP_HOOKS_H
#define CAMSOCK_LWIP_HOOKS_H

#include "lwip/err.h"
#include "lwip/prot/tcp.h"

err_t tcp_storms_check(const struct tcp_hdr *header, unsigned size);

#endif
