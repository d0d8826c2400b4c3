// SPDX-License-Identifier: MIT
// The network of qemu-riscv32.
#ifndef CAMSOCK_NETWORK_H
#define CAMSOCK_NETWORK_H

void network_start(void);

#endif
