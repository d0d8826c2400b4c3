// SPDX-License-Identifier: MIT
// The port for boards without threads, its XS part: there is one machine, and nothing to keep for it.
#include "sockets_port_xs.h"

/** One port for the one machine; its address is all that there is to it. */
struct sockets_port *sockets_port_of(xsMachine *the) {
	static char port;
	(void)the;
	return (struct sockets_port *)&port;
}
