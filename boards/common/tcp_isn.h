// SPDX-License-Identifier: MIT
// The initial sequence numbers of TCP. See tcp_isn.c.
#ifndef CAMSOCK_TCP_ISN_H
#define CAMSOCK_TCP_ISN_H

/* A new secret, from board_random(). */
void tcp_isn_begin_again(void);

#endif
