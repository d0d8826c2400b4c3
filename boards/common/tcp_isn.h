// SPDX-License-Identifier: MIT
// The initial sequence numbers of TCP. See tcp_isn.c.
#ifndef CAMSOCK_TCP_ISN_H
#define CAMSOCK_TCP_ISN_H

#include <stdint.h>

/* SipHash-2-4 of a message of 12 bytes: its words of 8 bytes, little-endian, the second one with 4 bytes of zeros. */
uint64_t tcp_isn_siphash(const uint64_t key[2], uint64_t first, uint64_t second);

/* A new secret, from board_random(). */
void tcp_isn_begin_again(void);

#endif
