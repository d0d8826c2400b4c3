// SPDX-License-Identifier: MIT
// lwIP and a board's Ethernet interface. Read stack.h first; frames.c is between the two.
#include "stack.h"

#include "beside.h"
#include "board.h"
#include "frames.h"

#include "hooks.h"
#include "tcp_isn.h"

#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"

#include <string.h>

static struct netif netif;

// For initialize(), which lwIP calls with the netif alone.
static struct {
	const uint8_t *address;
	err_t (*output)(struct netif *netif, struct pbuf *buffer);
} board;

/* lwIP adds the interface. */
static err_t initialize(struct netif *added) {
	added->name[0] = 'e';
	added->name[1] = 'n';
	added->hwaddr_len = ETH_HWADDR_LEN;
	memcpy(added->hwaddr, board.address, ETH_HWADDR_LEN);
	added->mtu = 1500;
	added->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	added->output = etharp_output;
	added->linkoutput = board.output;
	netif_set_hostname(added, "camsock");
	return ERR_OK;
}

/* Starts lwIP with the interface, whose frames go to `output`. */
void stack_start(const uint8_t address[6], err_t (*output)(struct netif *netif, struct pbuf *buffer)) {
	board.address = address;
	board.output = output;
	lwip_init();
	netif_add(&netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4, NULL, initialize, netif_input);
	netif_set_default(&netif);
	netif_set_up(&netif);
}

struct netif *board_netif(void) {
	return &netif;
}

/* Gives lwIP a copy of a frame that has come. */
void stack_input_copy(const uint8_t *frame, size_t size) {
	struct pbuf *buffer = pbuf_alloc(PBUF_RAW, (uint16_t)size, PBUF_POOL);
	if (!buffer && size <= STACK_SMALL_FRAME)
		buffer = pbuf_alloc(PBUF_RAW, (uint16_t)size, PBUF_RAM);
	if (buffer)
		pbuf_take(buffer, frame, (uint16_t)size);
	stack_input(buffer);
}

/* Gives lwIP a frame that has come; NULL for one that is lost (TCP sends it again). */
void stack_input(struct pbuf *buffer) {
	if (!buffer) {
		LINK_STATS_INC(link.memerr);
		LINK_STATS_INC(link.drop);
		return;
	}
	LINK_STATS_INC(link.recv);
	if (netif.input(buffer, &netif) != ERR_OK)
		pbuf_free(buffer);
}

/* Runs what is due in lwIP; true if there was anything that a waiting program could be waiting for. */
bool stack_run(void) {
	struct netif *each;
	sys_check_timeouts();
	bool busy = frames_repeat(stack_input_copy);
	if (beside)
		busy = beside->run() || busy;
	NETIF_FOREACH(each) {
		if (each->loop_first) {
			busy = true;
			netif_poll(each);
		}
	}
	return busy;
}

/* How many milliseconds lwIP can do without being run; UINT32_MAX if nothing is to come. */
uint32_t stack_sleep(void) {
	struct netif *each;
	NETIF_FOREACH(each) {
		if (each->loop_first)
			return 0;
	}
	uint32_t stack = sys_timeouts_sleeptime();
	// Those are frames of the real world.
	uint32_t frames = board_time_is_virtual() ? UINT32_MAX : frames_sleep();
	uint32_t other = beside ? beside->sleep() : UINT32_MAX;
	if (frames < stack)
		stack = frames;
	return other < stack ? other : stack;
}

/*
 * The random numbers are others now, and perhaps the clock: what lwIP and we have of the old ones, without its showing,
 * is made anew. So two stacks that have no connection do the same after this, if both have the same seed.
 */
void stack_begin_again(void) {
	tcp_init(); // where ephemeral ports begin, and nothing else
	tcp_isn_begin_again();
	tcp_storms_begin_again();
	// Every other one of TCP's ticks is a slow one: the next one is not.
	for (uint32_t ticks = tcp_ticks; tcp_ticks == ticks;)
		tcp_tmr();
}
