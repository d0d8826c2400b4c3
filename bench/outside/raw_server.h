// SPDX-License-Identifier: MIT
// An echo server in C on lwIP's raw API, for any number of clients.
#ifndef RAW_SERVER_H
#define RAW_SERVER_H

#include <stdbool.h>
#include <stdint.h>

/** Listens; false if lwIP refuses. */
bool raw_server_listen(uint16_t port);

#endif
