// SPDX-License-Identifier: MIT
// The binding of lwip_faults.c to JavaScript; read faults.d.ts first.
#include <stddef.h>

#include "xsmc.h"

#include "lwip_faults.h"

/** takeHeap(left) */
void xs_lwip_faults_take_heap(xsMachine *the) {
	lwip_faults_take_heap((size_t)xsmcToInteger(xsArg(0)));
}

/** giveHeapBack() */
void xs_lwip_faults_give_heap_back(xsMachine *the) {
	(void)the;
	lwip_faults_give_heap_back();
}

/** addInterface() */
void xs_lwip_faults_add_interface(xsMachine *the) {
	(void)the;
	lwip_faults_add_interface();
}

/** removeInterface() */
void xs_lwip_faults_remove_interface(xsMachine *the) {
	(void)the;
	lwip_faults_remove_interface();
}

/** setUp(up) */
void xs_lwip_faults_set_up(xsMachine *the) {
	lwip_faults_set_up(xsmcToBoolean(xsArg(0)));
}

/** setAddress(host) */
void xs_lwip_faults_set_address(xsMachine *the) {
	lwip_faults_set_address((unsigned)xsmcToInteger(xsArg(0)));
}

/** loseAddressSoon() */
void xs_lwip_faults_lose_address_soon(xsMachine *the) {
	if (!lwip_faults_lose_address_soon())
		xsUnknownError("no memory for a datagram");
}
