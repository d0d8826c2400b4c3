// SPDX-License-Identifier: MIT
// The driver of the virtio network device (VIRTIO 1.1, sections 2.6, 4.2 and 5.1).
#ifndef CAMSOCK_VIRTIO_NET_H
#define CAMSOCK_VIRTIO_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"

/* The device's hardware address; NULL if there is no such device. */
const uint8_t *virtio_net_address(void);

/* Starts the device, with receive buffers from lwIP's pool. False if it is not there or refuses. */
bool virtio_net_start(void);

/* lwIP has a frame for the network. */
err_t virtio_net_send(struct netif *netif, struct pbuf *buffer);

/* Gives lwIP frames that have come; true if there were any. */
bool virtio_net_poll(void);

/* True if there are frames to give. */
bool virtio_net_ready(void);

/* Whether the device shall interrupt when a frame has come. */
void virtio_net_notify(bool wanted);

#endif
