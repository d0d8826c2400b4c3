// SPDX-License-Identifier: MIT
// What can go wrong beneath the sockets, for tests of the core and on boards: lwIP's heap runs out, an interface goes
// down or loses its address.
#ifndef LWIP_FAULTS_H
#define LWIP_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

/** Takes all of lwIP's heap but about `left` bytes. */
void lwip_faults_take_heap(size_t left);

/** Gives it back. */
void lwip_faults_give_heap_back(void);

/**
 * Adds an interface with the address 10.9.9.1/24, as the default one: what the board sends to that address comes back
 * to it, what it sends to any other gets no answer. It is up; nothing is done if it is there already.
 */
void lwip_faults_add_interface(void);

/** Takes the interface away and gives the board the default one back that it had. Its connections are aborted. */
void lwip_faults_remove_interface(void);

/** Takes the interface down, or brings it up; its address stays. While it is down nothing has a route. */
void lwip_faults_set_up(bool up);

/** Gives the interface the address 10.9.9.HOST; 0 takes its address away. */
void lwip_faults_set_address(unsigned host);

/**
 * Takes its address away as soon as the network is stepped: in the middle of the next call that blocks. False if there
 * is no memory for that.
 */
bool lwip_faults_lose_address_soon(void);

#endif
