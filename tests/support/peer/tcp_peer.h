// SPDX-License-Identifier: MIT
// The other end of a connection, for tests: a small program on lwIP's callbacks. It works while the program under test
// is blocked in a call, as another machine would; both are on the board's loopback.
#ifndef TCP_PEER_H
#define TCP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a peer does with a connection. */
enum peer_kind {
	/** Sends back what comes, until the other end has finished; then closes. */
	PEER_ECHO,
	/** Keeps what comes, until the other end has finished; then closes. */
	PEER_SINK,
	/** Sends its data and closes. */
	PEER_SOURCE,
	/** Sends its data, keeps as many bytes as that and closes. */
	PEER_CLIENT,
};

/** Listens at 127.0.0.1, a free port, which is given; 0 if there is no memory. The data are copied. */
uint16_t peer_listen(enum peer_kind kind, const void *data, size_t size);

/** Connects to 127.0.0.1 at the port, as a PEER_CLIENT, `count` times, one after the other. False: no memory. */
bool peer_connect(uint16_t port, const void *data, size_t size, unsigned count);

/** What came on all connections. */
const uint8_t *peer_received(size_t *size);

/** How many connections ended in order, and how many were reset. */
unsigned peer_ended(void);
unsigned peer_failed(void);

/** Ends all, and forgets what came. */
void peer_stop(void);

#endif
