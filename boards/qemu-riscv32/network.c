// SPDX-License-Identifier: MIT
// The network of qemu-riscv32: lwIP (boards/common/stack.c) on the virtio network device, and the board's sleep.
#include "network.h"

#include "board.h"
#include "console.h"
#include "hardware.h"
#include "stack.h"
#include "trap.h"
#include "virtio_net.h"
#include "virtual_time.h"

static volatile bool woken; // by board_wake()

void network_start(void) {
	static const uint8_t none[6] = {0};
	const uint8_t *address = virtio_net_address();
	stack_start(address ? address : none, virtio_net_send);
	// After lwIP, because the device gets buffers of lwIP's.
	if (!address || !virtio_net_start())
		netif_set_link_down(board_netif());
}

void board_wake(void) {
	woken = true;
}

/* Runs what is due in lwIP; true if there was anything that a waiting program could be waiting for. */
static bool run(void) {
	bool busy = stack_run();
	return virtio_net_poll() || busy;
}

/*
 * Sleeps, at most so many milliseconds, until a device interrupts. With interrupts off: one that comes between the last
 * look and the sleep ends the sleep at once.
 */
static void sleep(uint32_t limit) {
	CSR_CLEAR(mstatus, MSTATUS_MIE);
	virtio_net_notify(true);
	if (!woken && !virtio_net_ready() && !console_ready()) {
		clock_sleep(limit);
		trap_serve();
	}
	virtio_net_notify(false);
	CSR_SET(mstatus, MSTATUS_MIE);
	woken = false;
}

void board_network_step(uint32_t limit) {
	if (run())
		return;
	uint32_t rest = stack_sleep();
	if (rest > limit)
		rest = limit;
	if (!rest)
		return;
	if (!virtual_time_jumps(rest))
		sleep(rest);
	else if (!woken && !virtio_net_ready() && !console_ready())
		virtual_time_jump(rest);
	else
		woken = false;
	run();
}
