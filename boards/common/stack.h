// SPDX-License-Identifier: MIT
// lwIP and a board's Ethernet interface, as far as they are the same on all emulated boards. A board's network_step
// calls these.
#ifndef CAMSOCK_STACK_H
#define CAMSOCK_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwip/netif.h"

// A frame up to this size (an acknowledgement) is kept even when all buffers of the receive pool hold data.
#define STACK_SMALL_FRAME 128
// Frames given to lwIP in one step, so that JavaScript gets its turn.
#define STACK_STEP_FRAMES 16

void stack_start(const uint8_t address[6], err_t (*output)(struct netif *netif, struct pbuf *buffer));
bool stack_run(void);
uint32_t stack_sleep(void);
void stack_begin_again(void);
void stack_input(struct pbuf *buffer);
void stack_input_copy(const uint8_t *frame, size_t size);

#endif
