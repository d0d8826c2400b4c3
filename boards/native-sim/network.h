// SPDX-License-Identifier: MIT
// The network of native-sim.
#ifndef CAMSOCK_NETWORK_H
#define CAMSOCK_NETWORK_H

#include "options.h"

bool network_start(const struct forward *forwards, size_t count);
void network_stop(void);

/* How many TCP connections libslirp remembers: those that are over for half a minute yet. */
unsigned network_connections(void);

#endif
