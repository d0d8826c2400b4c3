// SPDX-License-Identifier: MIT
// The target `core`: the socket core on lwIP, driven by an input as a program of socket operations would, while packets
// are lost, doubled, reordered, damaged and forged, memory ends and the interface goes. Read fuzz.h, model.h and
// network.h first.
//
// What must hold: each call gives what its comment says, in the (virtual) time that it may take; bytes arrive as they
// were sent; who awaits something is told; and in the end nothing is left behind, in lwIP's pools either.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "lwip/init.h"
#include "model.h"
#include "network.h"
#include "snapshot.h"
#include "sockets_core.h"

/** Operations of an input; more of them find nothing that fewer do not, and take long. */
#define LONGEST_PROGRAM 96

static struct input input;
static uint8_t buffer[LARGEST_DATA];
/** The call that runs now began then. */
static uint32_t begun;

static void operation(void);

_Noreturn void test_failed(const char *why) {
	fuzz_expect(false, why, "tests/core/harness.c", 0);
	abort();
}

static struct slot *choose_slot(void) {
	return &slots[input_byte(&input) % SLOTS];
}

/** A slot that has a socket, which may be opened for it; NULL if that fails. */
static struct slot *choose_socket(void) {
	struct slot *slot = choose_slot();
	if (slot->socket == NULL) {
		int error;
		struct sockets_tcp *socket = sockets_tcp_open(test_port, &error);
		EXPECT_RESULT(error, ENFILE, ENOBUFS);
		EXPECT((socket != NULL) == (error == 0));
		model_set(slot, socket);
		if (socket != NULL)
			sockets_tcp_set_timeout(socket, 1000);
	}
	return slot->socket != NULL ? slot : NULL;
}

static uint16_t choose_port(void) {
	const uint8_t how = input_byte(&input);
	return how < 224 ? (uint16_t)(7000 + how % 4) : how < 240 ? 0 : input_word(&input);
}

static struct sockets_address choose_address(void) {
	static const uint32_t hosts[] = {0x7F000001, 0x7F000001, 0x7F000001, NETWORK_HERE,
	                                 0,          0x7F0A0B0C, 0x0A010203, NETWORK_THERE};
	const uint32_t host = hosts[input_byte(&input) % 8];
	return (struct sockets_address){host, choose_port()};
}

static size_t choose_size(void) {
	const uint8_t how = input_byte(&input);
	if (how < 128)
		return how;
	if (how < 192)
		return (size_t)(how - 127) * 23;
	return (size_t)(how - 191) * 256;
}

static unsigned choose_flags(void) {
	const uint8_t how = input_byte(&input);
	return (how & 1 ? SOCKETS_PEEK : 0) | (how & 2 ? SOCKETS_DONTWAIT : 0) | (how & 4 ? SOCKETS_WAITALL : 0);
}

/** A call begins that may wait. */
static void begin(void) {
	begun = clock_now();
}

/** It has ended: in its time? */
static void end(uint32_t timeout) {
	EXPECT(clock_now() - begun <= timeout);
}

static void bind_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const struct sockets_address address = choose_address();
	const int result = sockets_tcp_bind(slot->socket, &address);
	EXPECT_RESULT(result, EADDRINUSE, EADDRNOTAVAIL, EINVAL, ENFILE, ENOBUFS);
}

static void listen_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const int result = sockets_tcp_listen(slot->socket, input_byte(&input) % 8);
	EXPECT_RESULT(result, EADDRINUSE, EADDRNOTAVAIL, EINVAL, ENFILE, ENOBUFS);
}

#define CONNECT_ERRORS                                                                                                 \
	ECONNREFUSED, ETIMEDOUT, ENETUNREACH, ECONNABORTED, ECONNRESET, EADDRINUSE, EADDRNOTAVAIL, EISCONN, EALREADY,      \
	    EINPROGRESS, EINTR, ENFILE, ENOBUFS

static void connect_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const struct sockets_address address = choose_address();
	model_connect(slot);
	begin();
	const int result = sockets_tcp_connect(slot->socket, &address);
	end(sockets_tcp_timeout(slot->socket));
	EXPECT_RESULT(result, CONNECT_ERRORS);
	if (result < 0)
		model_failed(slot);
}

/** The connection of an accept. */
static void accepted(int result, struct sockets_tcp *connection) {
	if (result < 0)
		return;
	sockets_tcp_set_timeout(connection, 500);
	for (struct slot *slot = slots; slot < slots + SLOTS; slot += 1) {
		if (slot->socket != NULL)
			continue;
		model_set(slot, connection);
		return;
	}
	sockets_tcp_close(connection);
}

static void accept_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	struct sockets_tcp *connection;
	begin();
	const int result = sockets_tcp_accept(slot->socket, &connection);
	end(sockets_tcp_timeout(slot->socket));
	EXPECT_RESULT(result, EINVAL, EAGAIN, ETIMEDOUT, EINTR);
	accepted(result, connection);
}

#define STREAM_ERRORS EAGAIN, ETIMEDOUT, EINTR, ENOTCONN, ECONNRESET, ECONNABORTED, ECONNREFUSED, ENOBUFS

/** A socket sends: all, or what there is room for. */
static void send_from(struct slot *slot, bool all) {
	const size_t size = choose_size();
	const unsigned flags = choose_flags() & SOCKETS_DONTWAIT;
	const uint8_t *data = model_data(slot, size);
	const uint32_t base = model_base(slot);
	begin();
	long result;
	if (all)
		result = sockets_tcp_sendall(slot->socket, data, size, flags);
	else
		result = sockets_tcp_send(slot->socket, data, size, flags);
	end(sockets_tcp_timeout(slot->socket));
	EXPECT_RESULT(result, STREAM_ERRORS, EPIPE);
	EXPECT(result <= (long)size && (all || size == 0 || result != 0));
	model_sent(slot, base, all && result == 0 ? (long)size : result);
}

static void send_one(bool all) {
	struct slot *slot = choose_socket();
	if (slot != NULL)
		send_from(slot, all);
}

/** The peer of a socket, where that is the program's too, sends it something. */
static void send_from_peer(void) {
	const struct slot *slot = choose_slot();
	struct sockets_address remote, local;
	if (slot->socket == NULL || sockets_tcp_remote(slot->socket, &remote) < 0)
		return;
	for (struct slot *peer = slots; peer < slots + SLOTS; peer += 1) {
		if (peer->socket == NULL || peer->socket->state != SOCKETS_CONNECTED)
			continue;
		(void)sockets_tcp_local(peer->socket, &local);
		if (local.port == remote.port) {
			send_from(peer, false);
			run_network();
			return;
		}
	}
}

static void receive_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const size_t size = choose_size();
	const unsigned flags = choose_flags();
	begin();
	const long result = sockets_tcp_receive(slot->socket, buffer, size, flags);
	end(sockets_tcp_timeout(slot->socket));
	EXPECT_RESULT(result, STREAM_ERRORS);
	EXPECT(result <= (long)size);
	if (size == 0)
		return;
	slot->excused = slot->excused || slot->socket->read_shut;
	if ((flags & SOCKETS_PEEK) && result > 0)
		model_peeked(slot, buffer, result);
	else
		model_received(slot, buffer, result);
}

/** What a read that waited for `want` has found is taken: as much as it wanted. */
static void take(struct slot *slot, size_t want, unsigned flags, long there) {
	slot->excused = slot->excused || slot->socket->read_shut;
	if (there <= 0) {
		if (want > 0)
			model_received(slot, buffer, there);
		return;
	}
	size_t size = want == SOCKETS_LINE || want > (size_t)there ? (size_t)there : want;
	if (size > sizeof buffer)
		size = sizeof buffer;
	if (size == 0)
		return;
	sockets_tcp_take(slot->socket, buffer, size, flags);
	const uint8_t *newline = memchr(buffer, '\n', size);
	if (want == SOCKETS_LINE && newline != NULL)
		EXPECT((size_t)(newline - buffer) + 1 == size);
	if (flags & SOCKETS_PEEK)
		model_peeked(slot, buffer, (long)size);
	else
		model_received(slot, buffer, (long)size);
}

static void read_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const uint8_t how = input_byte(&input);
	const size_t want = how % 4 == 0 ? SOCKETS_LINE : choose_size();
	const unsigned flags = choose_flags();
	begin();
	const long there = sockets_tcp_wait_readable(slot->socket, want, flags);
	end(sockets_tcp_timeout(slot->socket));
	EXPECT_RESULT(there, STREAM_ERRORS);
	take(slot, want, flags, there);
}

static void poll_some(void) {
	struct sockets_poll entries[4];
	struct slot *chosen[4];
	const size_t count = input_byte(&input) % 5;
	const uint32_t timeout = input_byte(&input) * 4u;
	for (size_t i = 0; i < count; i += 1) {
		chosen[i] = choose_slot();
		entries[i] = (struct sockets_poll){.socket = chosen[i]->socket, .events = input_byte(&input)};
	}
	begin();
	const int result = sockets_tcp_poll(test_port, entries, count, timeout);
	end(timeout);
	EXPECT_RESULT(result, EINTR);
	int ready = 0;
	for (size_t i = 0; i < count && result >= 0; i += 1) {
		ready += entries[i].result != 0;
		const unsigned always = SOCKETS_POLLERR | SOCKETS_POLLHUP | SOCKETS_POLLNVAL;
		EXPECT((entries[i].result & ~(entries[i].events | always)) == 0);
	}
	EXPECT(result < 0 || result == ready);
}

static void shut_down(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const uint8_t how = input_byte(&input);
	const int result = sockets_tcp_shutdown(slot->socket, how & 1, how & 2);
	EXPECT_RESULT(result, ENOTCONN);
	slot->excused = slot->excused || slot->socket->read_shut;
}

static void close_one(void) {
	struct slot *slot = choose_slot();
	if (slot->socket != NULL)
		sockets_tcp_close(slot->socket);
	model_set(slot, NULL);
}

static void options(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	static const uint32_t timeouts[] = {0, 1, 20, 300, 1000, 5000, 15000, 40000};
	const uint8_t how = input_byte(&input);
	const enum sockets_tcp_option option = (enum sockets_tcp_option)(input_byte(&input) % (SOCKETS_ACCEPTCONN + 1));
	int value = 0, before = 0;
	bool on;
	switch (how % 4) {
	case 0:
		(void)sockets_tcp_option(slot->socket, option, &before);
		value = how & 8 ? (int)input_long(&input) : input_byte(&input);
		const int result = sockets_tcp_set_option(slot->socket, option, value);
		EXPECT_RESULT(result, EINVAL, ENOPROTOOPT);
		if (result == 0 && option <= SOCKETS_NODELAY) {
			EXPECT(sockets_tcp_option(slot->socket, option, &before) == 0);
			EXPECT(before == value || before == (value != 0));
		}
		break;
	case 1:
		sockets_tcp_set_timeout(slot->socket, timeouts[input_byte(&input) % 8]);
		break;
	case 2:
		value = input_byte(&input) % 8;
		EXPECT(sockets_tcp_set_linger(slot->socket, how & 8, value) == 0);
		EXPECT(sockets_tcp_linger(slot->socket, &on, &before) == 0 && on == !!(how & 8) && before == value);
		EXPECT(sockets_tcp_set_linger(slot->socket, true, 65536 + value) == -EINVAL);
		break;
	default:
		EXPECT(sockets_tcp_option(slot->socket, option, &value) == 0);
		break;
	}
	if (option == SOCKETS_ERROR)
		model_failed(slot);
}

static void names(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	struct sockets_address local, remote;
	struct sockets_tcp_stats stats;
	EXPECT(sockets_tcp_local(slot->socket, &local) == 0);
	const int result = sockets_tcp_remote(slot->socket, &remote);
	EXPECT_RESULT(result, ENOTCONN);
	EXPECT(result < 0 || (local.port != 0 && remote.port != 0));
	sockets_tcp_stats(&stats);
	EXPECT(stats.bound + stats.listening + stats.active + stats.closing + stats.time_wait <= 32);
	EXPECT(sockets_tcp_has_sockets(test_port));
}

/** Many sockets that do nothing: no pcb is left, or one that is in TIME_WAIT has to go. They go the next time. */
static void crowd(void) {
	struct sockets_tcp *others[SOCKETS_TCP_PCBS];
	const size_t size = input_byte(&input) % SOCKETS_TCP_PCBS;
	int error = 0;
	size_t count = 0;
	while (count < size && (others[count] = sockets_tcp_open(test_port, &error)) != NULL)
		count += 1;
	EXPECT_RESULT(error, ENFILE, ENOBUFS);
	if (count > 0)
		operation();
	while (count > 0)
		sockets_tcp_close(others[--count]);
}

/** Waits until what was closed has ended. */
static void settle(void) {
	const uint32_t limit = input_byte(&input) * 100u;
	struct sockets_tcp_stats stats;
	begin();
	const bool settled = sockets_tcp_settle(test_port, limit);
	end(limit);
	sockets_tcp_stats(&stats);
	EXPECT(!settled || stats.closing == 0);
}

/** As a program does that hands a socket over by its number. */
static void hand_over(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const int number = sockets_tcp_number(slot->socket);
	EXPECT(number >= 3 && sockets_tcp_attach(test_port, number) == NULL);
	EXPECT(sockets_tcp_detach(slot->socket) == number);
	if (input_byte(&input) % 4 == 0) {
		sockets_tcp_close_detached(test_port);
		model_set(slot, NULL);
	} else {
		EXPECT(sockets_tcp_attach(test_port, number) == slot->socket);
	}
}

/** Two ends of a connection, without as many bytes of input as it takes otherwise. */
static void open_both(void) {
	struct slot *client = NULL;
	for (struct slot *slot = slots; slot < slots + SLOTS && client == NULL; slot += 1)
		if (slot->socket == NULL)
			client = slot;
	const struct sockets_address address = {0x7F000001, (uint16_t)(7004 + input_byte(&input) % 4)};
	int error;
	struct sockets_tcp *listener = sockets_tcp_open(test_port, &error);
	struct sockets_tcp *socket = sockets_tcp_open(test_port, &error), *connection;
	if (client != NULL && listener != NULL && socket != NULL && sockets_tcp_bind(listener, &address) == 0 &&
	    sockets_tcp_listen(listener, 1) == 0) {
		model_set(client, socket);
		sockets_tcp_set_timeout(socket, 0);
		sockets_tcp_set_timeout(listener, 0);
		EXPECT_RESULT(sockets_tcp_connect(socket, &address), CONNECT_ERRORS);
		run_network();
		sockets_tcp_set_timeout(socket, 300);
		error = sockets_tcp_accept(listener, &connection);
		EXPECT_RESULT(error, EAGAIN, EINTR);
		accepted(error, connection);
		socket = NULL;
	}
	if (socket != NULL)
		sockets_tcp_close(socket);
	if (listener != NULL)
		sockets_tcp_close(listener);
}

// The awaited side: tries that do not wait, and the queue of those that are ready.

static void begin_connecting(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const struct sockets_address remote = choose_address();
	struct sockets_address local = slot->socket->local;
	const uint8_t how = input_byte(&input);
	model_connect(slot);
	int result = sockets_tcp_begin_connect(slot->socket, &remote, &local);
	EXPECT_RESULT(result, CONNECT_ERRORS);
	if (result < 0) {
		model_failed(slot);
		return;
	}
	if (how & 1)
		run_network();
	if (how & 2)
		pass_time(how * 16u);
	if (how & 4)
		sockets_tcp_abandon_connect(slot->socket);
	result = sockets_tcp_end_connect(slot->socket, &local);
	EXPECT_RESULT(result, CONNECT_ERRORS);
	if (result < 0)
		model_failed(slot);
	if (result == -EINPROGRESS && how & 8)
		sockets_tcp_abandon_connect(slot->socket);
}

/** Tries something; if nothing is there it waits for it, until the main loop's turn. */
static void try_one(void) {
	struct slot *slot = choose_socket();
	if (slot == NULL)
		return;
	const uint8_t how = input_byte(&input);
	const uint32_t limit = input_byte(&input) * 64u;
	unsigned events = SOCKETS_POLLIN;
	long result;
	size_t scanned = 0;
	const size_t want = how & 8 ? SOCKETS_LINE : choose_size();
	struct sockets_tcp *connection;
	if (how % 4 == 0) {
		result = sockets_tcp_try_accept(slot->socket, &connection);
		EXPECT_RESULT(result, EINVAL, EAGAIN);
		accepted((int)result, connection);
	} else if (how % 4 == 1) {
		const size_t size = choose_size();
		const uint8_t *data = model_data(slot, size);
		const uint32_t base = model_base(slot);
		result = sockets_tcp_try_send(slot->socket, data, size);
		EXPECT_RESULT(result, STREAM_ERRORS, EPIPE);
		EXPECT(result <= (long)size);
		model_sent(slot, base, result);
		(void)sockets_tcp_is_starved(slot->socket);
		events = SOCKETS_POLLOUT;
		result = result == 0 && size > 0 ? -EAGAIN : 0;
	} else {
		result = sockets_tcp_try_readable(slot->socket, want, choose_flags(), &scanned);
		EXPECT_RESULT(result, STREAM_ERRORS);
		if (result == -EAGAIN && how & 16)
			result = sockets_tcp_part_readable(slot->socket, SOCKETS_WAITALL, -EAGAIN);
		if (result != -EAGAIN)
			take(slot, want, 0, result);
		// With a part of what it wants there, it waits for more: which of it is news, the model does not know.
		events = sockets_core_available(slot->socket) == 0 ? SOCKETS_POLLIN : 0;
	}
	if (result != -EAGAIN)
		return;
	slot->awaited = events;
	slot->limit = limit > 0 ? clock_now() + limit : 0;
	sockets_tcp_watch(slot->socket, events, limit > 0 ? &limit : NULL);
}

/** A turn of the main loop. */
static void turn(void) {
	struct sockets_tcp *socket;
	for (unsigned i = 0; (socket = sockets_tcp_next_ready(test_port)) != NULL; i += 1) {
		EXPECT(i < 2 * SLOTS);
		struct slot *slot = slots;
		while (slot < slots + SLOTS && slot->socket != socket)
			slot += 1;
		EXPECT(slot < slots + SLOTS);
		slot->awaited = 0;
		slot->limit = 0;
		sockets_tcp_watch(socket, 0, NULL);
		if (i < SLOTS && input_byte(&input) % 16 == 15)
			sockets_tcp_make_ready(socket);
	}
}

/** A name is asked for, in a call or awaited. */
static void resolve(void) {
	static const char *const known[] = {"board.test", "127.0.0.1", "a.b", "", "localhost", "other.test."};
	const uint8_t how = input_byte(&input);
	const char *name = known[how % 6];
	uint32_t host = 0;
	struct slot *slot = choose_socket();
	if (how & 64 || slot == NULL) {
		const uint32_t timeout = input_byte(&input) * 32u;
		begin();
		const int result = sockets_resolve(test_port, name, timeout, &host);
		end(timeout);
		EXPECT_RESULT(result, -SOCKETS_EAI_NONAME, -SOCKETS_EAI_AGAIN, ETIMEDOUT, EAGAIN, EINTR);
		return;
	}
	int query = -1;
	int result = sockets_resolve_begin(slot->socket, name, &host, &query);
	EXPECT_RESULT(result, -SOCKETS_EAI_NONAME, -SOCKETS_EAI_AGAIN, EINPROGRESS);
	if (result != -EINPROGRESS)
		return;
	if (how & 128)
		network_event_now();
	run_network();
	result = sockets_resolve_end(query, &host);
	EXPECT_RESULT(result, -SOCKETS_EAI_NONAME, EINPROGRESS);
	if (result == -EINPROGRESS)
		sockets_resolve_cancel(query);
}

/** Memory ends for the core, or comes back. */
static void allocations(void) {
	const uint8_t how = input_byte(&input);
	no_memory = how == 255;
	allocation_countdown = how < 32 ? how : -1;
}

/** Time goes on. */
static void let_pass(void) {
	const uint8_t how = input_byte(&input);
	pass_time(how < 192 ? how * 8u : (how - 191) * 1000u);
}

static void operation(void) {
	const uint8_t which = input_byte(&input);
	switch (which % 32) {
	case 0:
		bind_one();
		break;
	case 1:
	case 2:
		listen_one();
		break;
	case 3:
	case 4:
		connect_one();
		break;
	case 5:
		begin_connecting();
		break;
	case 6:
		accept_one();
		break;
	case 7:
		open_both();
		break;
	case 8:
		send_from_peer();
		break;
	case 9:
	case 10:
		send_one(false);
		break;
	case 11:
		send_one(true);
		break;
	case 12:
	case 13:
		receive_one();
		break;
	case 14:
		read_one();
		break;
	case 15:
		poll_some();
		break;
	case 16:
		shut_down();
		break;
	case 17:
		close_one();
		break;
	case 18:
		options();
		break;
	case 19:
		if (which & 32)
			names();
		else
			settle();
		break;
	case 20:
		if (which & 32)
			hand_over();
		else
			crowd();
		break;
	case 21:
	case 22:
		try_one();
		break;
	case 23:
		turn();
		break;
	case 24:
		resolve();
		break;
	case 25:
		allocations();
		break;
	case 26:
		run_network();
		break;
	case 27:
		let_pass();
		break;
	case 28:
		network_events_later();
		break;
	case 29:
	case 30:
		network_event_now();
		break;
	default: // of the next call that waits, before it does or while it does
		interrupt = which & 32;
		interrupt_in_step = !interrupt;
		break;
	}
	if (which % 32 != 31)
		interrupt = interrupt_in_step = false;
}

int LLVMFuzzerInitialize(int *count, char ***words) {
	(void)count;
	(void)words;
	lwip_init();
	snapshot_take();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	snapshot_restore();
	input = (struct input){data, size};
	model_begin();
	network_begin(&input);
	for (unsigned i = 0; i < LONGEST_PROGRAM && input.left > 0; i += 1) {
		operation();
		model_check();
	}
	interrupt = interrupt_in_step = false;
	no_memory = false;
	allocation_countdown = -1;
	for (struct slot *slot = slots; slot < slots + SLOTS; slot += 1)
		if (slot->socket != NULL)
			sockets_tcp_close(slot->socket);
	network_end();
	pass_time(20000); // what is left of fragments goes
	const char *left = left_behind();
	if (left != NULL)
		fuzz_expect(false, left, __FILE__, __LINE__);
	return 0;
}
