// SPDX-License-Identifier: MIT
// What the benchmark compares JavaScript with: an echo over the board's loopback, both ends in C on lwIP's raw API.
#ifndef RAW_ECHO_H
#define RAW_ECHO_H

#include <stdbool.h>
#include <stdint.h>

/** The largest message. */
#define RAW_ECHO_LARGEST 16384

/** Connects the two ends; false if lwIP refuses. */
bool raw_echo_open(void);

/** So many round trips of a message of `size` bytes; false if a byte came back wrong or the connection broke. */
bool raw_echo_run(uint32_t size, uint32_t rounds);

/** Ends the connection. */
void raw_echo_close(void);

#endif
