// SPDX-License-Identifier: MIT
// What the benchmark compares JavaScript with: an echo over the board's loopback, both ends in C on lwIP's raw API.
#ifndef RAW_ECHO_H
#define RAW_ECHO_H

#include <stdbool.h>
#include <stdint.h>

/** The largest message. */
#define RAW_ECHO_LARGEST 20480

/** The most connections: each has two of the board's 16 pcbs. */
#define RAW_ECHO_PAIRS 7

/** Makes so many connections, both ends on the board; false if lwIP refuses. */
bool raw_echo_open(unsigned connections);

/** So many round trips of a message of `size` bytes, on one connection after the other; false if a byte came back wrong
 * or a connection broke. */
bool raw_echo_run(uint32_t size, uint32_t rounds);

/** So many times `size` bytes to all clients at once; false as raw_echo_run. */
bool raw_frames_run(uint32_t size, uint32_t rounds);

/** Ends the connections. */
void raw_echo_close(void);

#endif
