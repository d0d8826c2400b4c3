// SPDX-License-Identifier: MIT
// The harness of the core's tests; read harness.h first.
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "allocations.h"
#include "board.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "lwip_faults.h"

static uint32_t now;
static char message[512];
bool link_lost;
void (*network_event)(void);
bool interrupt, interrupt_in_step;
/** An interrupt that came in a step, which nobody has seen yet. */
static bool interrupted;
int allocation_countdown = -1;
bool no_memory;
unsigned allocation_count;
size_t largest_allocation;
struct sockets_port *const test_port = (struct sockets_port *)&now;

void *__real_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);

/** Counts an allocation that was asked for at `site`; true if it shall fail. */
static bool allocation_fails(const void *site) {
	allocation_count += 1;
	return allocations_fails(site) || no_memory || (allocation_countdown >= 0 && allocation_countdown-- == 0);
}

/** The linker sends every calloc of the core here, */
void *__wrap_calloc(size_t count, size_t size) {
	return allocation_fails(__builtin_return_address(0)) ? NULL : __real_calloc(count, size);
}

/** and every malloc here. */
void *__wrap_malloc(size_t size) {
	if (size > largest_allocation)
		largest_allocation = size;
	return allocation_fails(__builtin_return_address(0)) ? NULL : __real_malloc(size);
}

void __real_sys_timeout(u32_t milliseconds, sys_timeout_handler handler, void *argument);
bool timers_lost;

/** And every timer of the core here. lwIP says nothing where it has no memory for one. */
void __wrap_sys_timeout(u32_t milliseconds, sys_timeout_handler handler, void *argument) {
	if (!timers_lost)
		__real_sys_timeout(milliseconds, handler, argument);
}

void check(bool holds, const char *condition, const char *file, int line) {
	if (holds)
		return;
	snprintf(message, sizeof message, "%s:%d: does not hold: %s", file, line, condition);
	test_failed(message);
}

void check_equal(long long actual, long long expected, const char *what, const char *file, int line) {
	if (actual == expected)
		return;
	snprintf(message, sizeof message, "%s:%d: %s is %lld, not %lld", file, line, what, actual, expected);
	test_failed(message);
}

// The board.

u32_t sys_now(void) {
	return now;
}

uint32_t board_milliseconds(void) {
	return now;
}

uint32_t clock_now(void) {
	return now;
}

bool board_interrupted(void) {
	const bool seen = interrupted;
	interrupted = false;
	return seen || interrupt;
}

struct board_task sockets_port_task;
unsigned notifications;

/** The main loop's queue: it is the tests that take what is in it. */
void board_post(struct board_task *task) {
	CHECK(task == &sockets_port_task);
	notifications += 1;
}

/** Predictable, so that each run takes the same steps (xorshift32). */
unsigned int board_random(void) {
	static uint32_t state = 1;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

_Noreturn void board_panic(const char *what, const char *file, int line) {
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

/** The packets that wait on the loopback interface are lost. */
static void lose_packets(void) {
	struct netif *netif;
	NETIF_FOREACH(netif) {
		while (netif->loop_first != NULL) {
			struct pbuf *packet = netif->loop_first, *last = packet;
			while (last->len != last->tot_len)
				last = last->next;
			netif->loop_first = last->next;
			last->next = NULL;
			pbuf_free(packet);
		}
		netif->loop_last = NULL;
	}
}

/** Whether packets wait on the loopback interface. */
static bool packets_wait(void) {
	struct netif *netif;
	NETIF_FOREACH(netif) {
		if (netif->loop_first != NULL)
			return true;
	}
	return false;
}

/** One round: packets that wait are delivered, or time goes on to the next timer. */
void board_network_step(uint32_t limit) {
	interrupted = interrupt_in_step;
	if (network_event != NULL)
		network_event();
	if (link_lost)
		lose_packets();
	if (packets_wait()) {
		netif_poll_all();
		return;
	}
	uint32_t sleep = sys_timeouts_sleeptime();
	if (sleep > limit)
		sleep = limit;
	now += sleep;
	sys_check_timeouts();
}

void run_network(void) {
	if (link_lost)
		lose_packets();
	while (packets_wait())
		netif_poll_all();
}

void pass_time(uint32_t milliseconds) {
	const uint32_t end = now + milliseconds;
	while ((int32_t)(end - now) > 0 || packets_wait())
		board_network_step(end - now);
}

// Helpers.

struct sockets_address loopback(uint16_t port) {
	return (struct sockets_address){0x7F000001, port};
}

struct sockets_tcp *open_socket(void) {
	int error;
	struct sockets_tcp *socket = sockets_tcp_open(test_port, &error);
	CHECK_EQUAL(error, 0);
	CHECK(socket != NULL);
	return socket;
}

struct sockets_tcp *open_listener(uint16_t port, int backlog) {
	struct sockets_tcp *listener = open_socket();
	const struct sockets_address address = loopback(port);
	CHECK_EQUAL(sockets_tcp_set_option(listener, SOCKETS_REUSEADDR, 1), 0);
	CHECK_EQUAL(sockets_tcp_bind(listener, &address), 0);
	CHECK_EQUAL(sockets_tcp_listen(listener, backlog), 0);
	return listener;
}

struct pair open_pair(void) {
	struct pair pair = {.listener = open_listener(7000, 1), .client = open_socket()};
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_connect(pair.client, &address), 0);
	CHECK_EQUAL(sockets_tcp_accept(pair.listener, &pair.server), 0);
	return pair;
}

void close_pair(struct pair *pair) {
	if (pair->client != NULL)
		sockets_tcp_close(pair->client);
	if (pair->server != NULL)
		sockets_tcp_close(pair->server);
	if (pair->listener != NULL)
		sockets_tcp_close(pair->listener);
}

/** What was used and is not given back, TIME_WAIT included, as a text; NULL if there is nothing. Virtual time makes
 * waiting for it quick. */
const char *left_behind(void) {
	struct sockets_tcp_stats stats;
	for (int minutes = 0; minutes < 5; minutes += 1) {
		sockets_tcp_stats(&stats);
		if (stats.active + stats.closing + stats.time_wait == 0)
			break;
		pass_time(60000);
	}
	sockets_tcp_stats(&stats);
	if (stats.sockets + stats.bound + stats.listening + stats.active + stats.closing + stats.time_wait > 0) {
		snprintf(message, sizeof message,
		         "left behind: %u sockets, %u bound, %u listening, %u active, %u closing, %u in TIME_WAIT",
		         stats.sockets, stats.bound, stats.listening, stats.active, stats.closing, stats.time_wait);
		return message;
	}
	static const struct {
		memp_t pool;
		const char *name;
	} pools[] = {{MEMP_TCP_PCB, "pcbs"},
	             {MEMP_TCP_PCB_LISTEN, "listening pcbs"},
	             {MEMP_TCP_SEG, "segments"},
	             {MEMP_PBUF, "pbufs"},
	             {MEMP_PBUF_POOL, "pbufs of the pool"}};
	for (size_t i = 0; i < sizeof pools / sizeof *pools; i += 1) {
		const unsigned used = lwip_stats.memp[pools[i].pool]->used;
		if (used > 0) {
			snprintf(message, sizeof message, "left behind: %u %s", used, pools[i].name);
			return message;
		}
	}
	if (lwip_stats.mem.used > 0) {
		snprintf(message, sizeof message, "left behind: %u bytes of lwIP's heap", (unsigned)lwip_stats.mem.used);
		return message;
	}
	return NULL;
}

void check_clean(void) {
	const char *left = left_behind();
	if (left != NULL)
		test_failed(left);
}
