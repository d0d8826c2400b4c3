// SPDX-License-Identifier: MIT
// The command line of native-sim.
#ifndef CAMSOCK_OPTIONS_H
#define CAMSOCK_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A port of the host that leads to a port of the board.
struct forward {
	struct in_addr host;
	uint16_t port; // of the host; 0 takes a free one
	uint16_t board_port;
};

// More forwards than a person types.
#define FORWARD_LIMIT 16

struct options {
	struct forward forwards[FORWARD_LIMIT];
	size_t forward_count;
	const char *const *arguments; // for the application
	size_t argument_count;
	const char *serial;  // where the serial line is; NULL: where it is by itself
	bool collect_always; // see board_collect_always
};

/* -1: go on; else the status to exit with, after what there was to say has been said. */
int options_parse(struct options *options, int argc, char **argv);

#endif
