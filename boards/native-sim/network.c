// SPDX-License-Identifier: MIT
// The network of native-sim: lwIP's Ethernet interface on one side, libslirp on the other, in one process and without
// any privilege. libslirp is a small NAT router in user space: it answers DHCP and DNS, turns the board's TCP
// connections into ordinary sockets of this process, and forwards ports of this machine to the board.
//
// Two things shape this file. libslirp answers from inside slirp_input(), which lwIP calls from inside its own output
// functions, so frames for the board only go into a queue, and lwIP gets them from board_network_step(). And the queue
// is bounded: while it is more than half full, libslirp's sockets are not read.
#include "network.h"

#include "board.h"
#include "frames.h"
#include "serial.h"
#include "stack.h"
#include "virtual_time.h"

#include "lwip/stats.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// An Ethernet frame without its check sequence.
#define FRAME_SIZE 1514
// Frames that may wait for lwIP: more than all windows of the board's connections can bring at a time.
#define QUEUE_SIZE 128
// While more than this many wait, the host's sockets are left alone.
#define QUEUE_HIGH (QUEUE_SIZE / 2)
// Of this many busy steps, one looks at the host's sockets as well.
#define BUSY_STEPS 32
// Bytes that the host may queue for a socket; Linux doubles it, for its own use.
#define HOST_QUEUE (24 * 1024)
// Connections that may wait for libslirp to take them; its own choice is 1, and Linux lets the others wait a second.
#define BACKLOG 128

static struct {
	Slirp *slirp;
	int wake[2]; // a pipe: board_wake() writes, poll() sees
	// While the stack runs nothing sleeps, and board_wake() has only to leave word.
	volatile sig_atomic_t running, woken;
	struct pollfd *polls;
	size_t poll_count, poll_capacity;
	bool *open; // by descriptor: libslirp has wanted to read it, so it is not in the middle of connect()
	size_t open_capacity;
	struct {
		uint16_t size;
		uint8_t data[FRAME_SIZE];
	} queue[QUEUE_SIZE];
	unsigned first, count; // of the queue
	unsigned busy_steps;
	int listeners[FORWARD_LIMIT];
	size_t listener_count;
} network;

/* Queues a frame for the board. One that finds the queue full is lost, as on a wire. */
static void enqueue(const uint8_t *frame, size_t size) {
	if (network.count == QUEUE_SIZE || size > FRAME_SIZE) {
		LINK_STATS_INC(link.drop);
		return;
	}
	unsigned last = (network.first + network.count++) % QUEUE_SIZE;
	network.queue[last].size = (uint16_t)size;
	memcpy(network.queue[last].data, frame, size);
}

/* libslirp has a frame for the board. */
static ssize_t send_packet(const void *data, size_t size, void *opaque) {
	(void)opaque;
	frames_note_to_board(data, size);
	enqueue(data, size);
	return (ssize_t)size;
}

/* libslirp did not like what the board sent. */
static void guest_error(const char *message, void *opaque) {
	(void)opaque;
	fprintf(stderr, "native-sim: network: %s\n", message);
}

static int64_t clock_get_ns(void *opaque) {
	(void)opaque;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// libslirp's timers are for IPv6, which is off; its TCP ones come with slirp_pollfds_fill.
static void *timer_new(SlirpTimerCb callback, void *callback_opaque, void *opaque) {
	(void)callback;
	(void)callback_opaque;
	(void)opaque;
	return NULL;
}

static void timer_free(void *timer, void *opaque) {
	(void)timer;
	(void)opaque;
}

static void timer_mod(void *timer, int64_t expire_time, void *opaque) {
	(void)timer;
	(void)expire_time;
	(void)opaque;
}

// Which descriptors to watch is asked before each sleep.
static void register_fd(int fd, void *opaque) {
	(void)fd;
	(void)opaque;
}

/* libslirp closes a socket: its number may come again for another. */
static void unregister_fd(int fd, void *opaque) {
	(void)opaque;
	if (fd >= 0 && (size_t)fd < network.open_capacity)
		network.open[fd] = false;
}

static void notify(void *opaque) {
	(void)opaque;
}

static const SlirpCb callbacks = {
    .send_packet = send_packet,
    .guest_error = guest_error,
    .clock_get_ns = clock_get_ns,
    .timer_new = timer_new,
    .timer_free = timer_free,
    .timer_mod = timer_mod,
    .register_poll_fd = register_fd,
    .unregister_poll_fd = unregister_fd,
    .notify = notify,
};

/* lwIP has a frame for the network. */
static err_t link_output(struct netif *netif, struct pbuf *buffer) {
	(void)netif;
	uint8_t frame[FRAME_SIZE];
	if (buffer->tot_len > sizeof frame) {
		LINK_STATS_INC(link.lenerr);
		return ERR_BUF;
	}
	pbuf_copy_partial(buffer, frame, buffer->tot_len, 0);
	LINK_STATS_INC(link.xmit);
	frames_note_from_board(frame, buffer->tot_len);
	slirp_input(network.slirp, frame, buffer->tot_len);
	return ERR_OK;
}

/* Gives lwIP frames of the queue; true if there were any. */
static bool take_frames(void) {
	unsigned taken = 0;
	for (; network.count && taken < STACK_STEP_FRAMES; taken++) {
		// lwIP's answers may make libslirp queue more, behind this one.
		stack_input_copy(network.queue[network.first].data, network.queue[network.first].size);
		network.first = (network.first + 1) % QUEUE_SIZE;
		network.count--;
	}
	return taken > 0;
}

/*
 * Lets the host queue less for a socket than half of libslirp's buffer (128 KB). libslirp 4.7 reads when that is less
 * than half full, as much as there is; on a connection that is reset while it is full to the brim it would fail an
 * assertion.
 */
static void bound_queue(int fd) {
	int size = HOST_QUEUE;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/* Notes that libslirp reads a descriptor. Without memory for that, only discard() is lost. */
static void note_open(int fd) {
	if ((size_t)fd >= network.open_capacity) {
		size_t capacity = (size_t)fd * 2 + 32;
		bool *open = realloc(network.open, capacity * sizeof *open);
		if (!open)
			return;
		memset(open + network.open_capacity, 0, (capacity - network.open_capacity) * sizeof *open);
		network.open = open;
		network.open_capacity = capacity;
	}
	if (!network.open[fd])
		bound_queue(fd);
	network.open[fd] = true;
}

/*
 * Throws away what the host has sent on a connection that it has reset. libslirp 4.7 would go on reading it, find the
 * reset when it writes, and then only close its own half: the board would never be told, and wait for ever to send.
 * With nothing left to read it sees that the connection is gone, and resets the board's end, as a network would.
 */
static void discard(int fd) {
	char bytes[4096];
	if ((size_t)fd >= network.open_capacity || !network.open[fd])
		return;
	while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		;
}

/* libslirp wants a descriptor watched; the result is what it asks for the outcome by. */
static int add_poll(int fd, int events, void *opaque) {
	(void)opaque;
	if (network.poll_count == network.poll_capacity) {
		size_t capacity = network.poll_capacity ? network.poll_capacity * 2 : 64;
		struct pollfd *polls = realloc(network.polls, capacity * sizeof *polls);
		if (!polls)
			return -1; // not watched this time
		network.polls = polls;
		network.poll_capacity = capacity;
	}
	short wanted = 0;
	if (events & SLIRP_POLL_IN) {
		note_open(fd);
		wanted |= POLLIN;
	}
	if (events & SLIRP_POLL_OUT)
		wanted |= POLLOUT;
	if (events & SLIRP_POLL_PRI)
		wanted |= POLLPRI;
	network.polls[network.poll_count] = (struct pollfd){.fd = fd, .events = wanted};
	return (int)network.poll_count++;
}

/* What happened on a descriptor. */
static int get_revents(int index, void *opaque) {
	(void)opaque;
	int events = 0;
	if (index < 0)
		return 0;
	short got = network.polls[index].revents;
	if ((got & POLLERR) && (got & POLLHUP))
		discard(network.polls[index].fd);
	if (got & POLLIN)
		events |= SLIRP_POLL_IN;
	if (got & POLLOUT)
		events |= SLIRP_POLL_OUT;
	if (got & POLLPRI)
		events |= SLIRP_POLL_PRI;
	if (got & POLLERR)
		events |= SLIRP_POLL_ERR;
	if (got & POLLHUP)
		events |= SLIRP_POLL_HUP;
	return events;
}

/* Waits, at most `limit` milliseconds, for the host's sockets or board_wake(), and lets libslirp see to its sockets. */
static void watch(uint32_t limit) {
	bool full = network.count > QUEUE_HIGH;
	uint32_t timeout = limit;
	network.poll_count = 0;
	if (full)
		timeout = 0;
	else
		slirp_pollfds_fill(network.slirp, &timeout, add_poll, NULL);
	int wake = add_poll(network.wake[0], SLIRP_POLL_IN, NULL);
	struct pollfd lines[SERIAL_POLLS];
	size_t line_count = serial_polls(lines);
	for (size_t i = 0; i < line_count; i++) {
		int line = add_poll(lines[i].fd, 0, NULL);
		if (line >= 0)
			network.polls[line].events = lines[i].events;
	}
	if (timeout > INT32_MAX)
		timeout = INT32_MAX;
	int result = poll(network.polls, (nfds_t)network.poll_count,
	                  limit == UINT32_MAX && timeout == INT32_MAX ? -1 : (int)timeout);
	if (wake >= 0 && result > 0 && network.polls[wake].revents) {
		char bytes[64];
		while (read(network.wake[0], bytes, sizeof bytes) > 0)
			;
	}
	if (!full)
		slirp_pollfds_poll(network.slirp, result < 0, get_revents, NULL);
}

/* Runs what is due in lwIP; true if there was anything that a waiting program could be waiting for. */
static bool run_stack(void) {
	network.running = 1;
	bool busy = stack_run();
	busy = take_frames() || busy;
	network.running = 0;
	return busy;
}

void board_network_step(uint32_t limit) {
	bool busy = run_stack();
	if (busy && ++network.busy_steps % BUSY_STEPS)
		return;
	uint32_t sleep = busy || network.woken || network.count ? 0 : stack_sleep();
	network.woken = 0;
	if (sleep > limit)
		sleep = limit;
	bool jumps = virtual_time_jumps(sleep);
	watch(jumps ? 0 : sleep);
	if (jumps && !network.woken && !network.count)
		virtual_time_jump(sleep);
	run_stack();
}

void board_wake(void) {
	int saved = errno; // of the code that a signal interrupted
	network.woken = 1;
	if (network.running)
		return;
	// A full pipe wakes as well.
	ssize_t ignored = write(network.wake[1], "", 1);
	(void)ignored;
	errno = saved;
}

/*
 * The socket of the newest forward, or -1. libslirp does not tell it: so it is found among those that libslirp wants
 * watched, as a listening one that was not there before.
 */
static int new_listener(void) {
	uint32_t timeout = 0;
	network.poll_count = 0;
	slirp_pollfds_fill(network.slirp, &timeout, add_poll, NULL);
	for (size_t i = 0; i < network.poll_count; i++) {
		int fd = network.polls[i].fd, listening = 0;
		socklen_t size = sizeof listening;
		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 || !listening)
			continue;
		size_t known = 0;
		while (known < network.listener_count && network.listeners[known] != fd)
			known++;
		if (known < network.listener_count)
			continue;
		network.listeners[network.listener_count++] = fd;
		return fd;
	}
	return -1;
}

/* Forwards one port, and says so: for port 0 that is the only way to know which it is. */
static bool forward(const struct forward *from) {
	const struct in_addr guest = {0}; // libslirp's "the board", 10.0.2.15
	char host[INET_ADDRSTRLEN];
	inet_ntop(AF_INET, &from->host, host, sizeof host);
	if (slirp_add_hostfwd(network.slirp, 0, from->host, from->port, guest, from->board_port) < 0) {
		if (errno == EADDRINUSE)
			fprintf(
			    stderr,
			    "native-sim: port %u of %s is taken by another program: choose another with --forward PORT:%u (0 takes "
			    "a free one)\n",
			    from->port, host, from->board_port);
		else
			fprintf(stderr, "native-sim: cannot forward port %u of %s: %s\n", from->port, host, strerror(errno));
		return false;
	}
	int fd = new_listener();
	struct sockaddr_in address = {.sin_port = htons(from->port)};
	socklen_t size = sizeof address;
	if (fd >= 0) {
		bound_queue(fd); // connections inherit it
		listen(fd, BACKLOG);
		getsockname(fd, (struct sockaddr *)&address, &size);
	}
	fprintf(stderr, "forwarding %s:%u -> %u\n", host, ntohs(address.sin_port), from->board_port);
	return true;
}

bool network_start(const struct forward *forwards, size_t count) {
	if (pipe2(network.wake, O_CLOEXEC | O_NONBLOCK) < 0) {
		fprintf(stderr, "native-sim: cannot make a pipe: %s\n", strerror(errno));
		return false;
	}
	SlirpConfig config = {
	    .version = 4,
	    .in_enabled = true,
	    .vhostname = "camsock",
	};
	inet_pton(AF_INET, "10.0.2.0", &config.vnetwork);
	inet_pton(AF_INET, "255.255.255.0", &config.vnetmask);
	inet_pton(AF_INET, "10.0.2.2", &config.vhost);
	inet_pton(AF_INET, "10.0.2.15", &config.vdhcp_start);
	inet_pton(AF_INET, "10.0.2.3", &config.vnameserver);
	network.slirp = slirp_new(&config, &callbacks, NULL);
	if (!network.slirp) {
		fputs("native-sim: libslirp refuses to start\n", stderr);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!forward(&forwards[i]))
			return false;
	static const uint8_t address[] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
	stack_start(address, link_output);
	return true;
}

unsigned network_connections(void) {
	char *text = slirp_connection_info(network.slirp);
	unsigned count = 0;
	for (const char *line = text; (line = strstr(line, "TCP[")); line++)
		count += strncmp(line, "TCP[HOST_FORWARD]", 17) != 0;
	free(text); // GLib's memory is malloc's
	return count;
}

void network_stop(void) {
	if (network.slirp)
		slirp_cleanup(network.slirp);
	free(network.polls);
	free(network.open);
	close(network.wake[0]);
	close(network.wake[1]);
}
