// SPDX-License-Identifier: MIT
// A network beside the board's own, if a module brings one: the stack has to know of it. See link/link_line.c.
#ifndef CAMSOCK_BESIDE_H
#define CAMSOCK_BESIDE_H

#include <stdbool.h>
#include <stdint.h>

struct netif;

struct beside {
	/* The interface by which the one address is reached from the other (0: any), both in network byte order; NULL: the
	 * stack decides. */
	struct netif *(*route)(uint32_t source, uint32_t destination);
	/* Gives lwIP what has come; true if there was something. */
	bool (*run)(void);
	/* Milliseconds until something comes; UINT32_MAX if nothing is on its way. */
	uint32_t (*sleep)(void);
};

/* NULL while there is none. */
extern const struct beside *beside;

#endif
