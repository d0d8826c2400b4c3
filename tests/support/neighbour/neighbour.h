// SPDX-License-Identifier: MIT
// A second machine for tests, on a network that exists inside the board only: what is sent to 192.168.1.20 goes through
// lwIP once more and comes to the pcbs of neighbour.c. To the program on the board it is a machine like any other.
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include <stdbool.h>

/** Switches the machine on as an echo server, port 9000. False if there was no memory. */
bool neighbour_echo(void);

/** Switches it on as a client, which calls port 9000 of the board at the next step of the network. False if there was
 * no memory. */
bool neighbour_call(void);

/** Switches it off; connections in TIME_WAIT are forgotten. Gives what went wrong, or NULL. */
const char *neighbour_stop(void);

#endif
