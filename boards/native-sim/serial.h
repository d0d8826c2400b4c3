// SPDX-License-Identifier: MIT
// The serial line of native-sim: this terminal, a pseudo-terminal, or a Unix socket. board.h has what modules use.
#ifndef CAMSOCK_NATIVE_SIM_SERIAL_H
#define CAMSOCK_NATIVE_SIM_SERIAL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

// Descriptors that serial_polls() gives at most.
#define SERIAL_POLLS 2

bool serial_start(const char *where);
bool serial_is_elsewhere(void);
void serial_write_all(const void *data, size_t size);
size_t serial_polls(struct pollfd *polls);
void serial_restore(void);
void serial_stop(void);

#endif
