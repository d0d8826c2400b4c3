// SPDX-License-Identifier: MIT
// Tests of sockets_notify.c, and of what operations that do not wait stand on: who awaits is told, once each, and what
// is closed meanwhile is not.
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "dns_responder.h"
#include "harness.h"
#include "lwip_faults.h"

/** Takes everything out of the queue; gives how many there were. */
static int take_all(void) {
	int count = 0;
	while (sockets_tcp_next_ready(test_port) != NULL)
		count += 1;
	return count;
}

static void send_text(struct sockets_tcp *socket, const char *text) {
	CHECK_EQUAL(sockets_tcp_send(socket, text, strlen(text), 0), (long long)strlen(text));
}

static void many_events_are_one_notification(void) {
	struct pair pair = open_pair();
	sockets_tcp_watch(pair.server, SOCKETS_POLLIN, NULL);
	CHECK_EQUAL(take_all(), 0);
	notifications = 0;
	for (int i = 0; i < 5; i += 1) {
		send_text(pair.client, "x");
		run_network();
		pass_time(300); // for the acknowledgement
	}
	CHECK_EQUAL(notifications, 1);
	CHECK(sockets_tcp_next_ready(test_port) == pair.server);
	CHECK(sockets_tcp_next_ready(test_port) == NULL);
	send_text(pair.client, "y");
	run_network();
	CHECK_EQUAL(notifications, 2);
	CHECK(sockets_tcp_next_ready(test_port) == pair.server);
	close_pair(&pair);
}

static void only_what_is_watched_is_told(void) {
	struct pair pair = open_pair();
	send_text(pair.client, "x");
	pass_time(500);
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_watch(pair.client, SOCKETS_POLLIN, NULL);
	sockets_tcp_watch(pair.server, SOCKETS_POLLOUT, NULL);
	send_text(pair.client, "y");
	pass_time(500);
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_watch(pair.client, SOCKETS_POLLOUT, NULL);
	send_text(pair.client, "z");
	pass_time(500);
	CHECK(sockets_tcp_next_ready(test_port) == pair.client); // acknowledged
	sockets_tcp_watch(pair.client, 0, NULL);
	send_text(pair.client, "z");
	pass_time(500);
	CHECK_EQUAL(take_all(), 0);
	close_pair(&pair);
}

/** Where the stack has a thread of its own, things happen between a try that finds nothing and the watch after it. */
static void what_comes_between_a_try_and_its_watch_is_told(void) {
	struct sockets_tcp *listener = open_listener(7000, 2), *client = open_socket(), *server;
	struct sockets_address address = loopback(7000), local;
	CHECK_EQUAL(sockets_tcp_try_accept(listener, &server), -EAGAIN);
	CHECK_EQUAL(sockets_tcp_begin_connect(client, &address, &local), 0);
	CHECK_EQUAL(sockets_tcp_end_connect(client, &local), -EINPROGRESS);
	run_network();
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_watch(client, SOCKETS_POLLIN | SOCKETS_POLLOUT, NULL);
	CHECK(sockets_tcp_next_ready(test_port) == client);
	CHECK_EQUAL(sockets_tcp_end_connect(client, &local), 0);
	sockets_tcp_watch(client, 0, NULL);
	sockets_tcp_watch(listener, SOCKETS_POLLIN, NULL);
	CHECK(sockets_tcp_next_ready(test_port) == listener);
	CHECK_EQUAL(sockets_tcp_try_accept(listener, &server), 0);
	size_t scanned = 0;
	CHECK_EQUAL(sockets_tcp_try_readable(server, 1, 0, &scanned), -EAGAIN);
	send_text(client, "x");
	run_network();
	sockets_tcp_watch(server, SOCKETS_POLLIN, NULL);
	CHECK(sockets_tcp_next_ready(test_port) == server);
	// Once; and what a try has seen is not told again.
	sockets_tcp_watch(server, SOCKETS_POLLIN, NULL);
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_watch(server, 0, NULL);
	send_text(client, "y");
	run_network();
	pass_time(300); // for the acknowledgement
	CHECK_EQUAL(sockets_tcp_try_readable(server, 3, 0, &scanned), -EAGAIN);
	sockets_tcp_watch(server, SOCKETS_POLLIN, NULL);
	CHECK_EQUAL(take_all(), 0);
	char block[1000] = {0};
	while (sockets_tcp_try_send(client, block, sizeof block) > 0) {
	}
	run_network();
	pass_time(300);
	sockets_tcp_watch(client, SOCKETS_POLLOUT, NULL);
	CHECK(sockets_tcp_next_ready(test_port) == server); // has data
	CHECK(sockets_tcp_next_ready(test_port) == client);
	sockets_tcp_close(server);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void sockets_are_taken_in_the_order_in_which_they_became_ready(void) {
	struct pair pair = open_pair();
	struct sockets_tcp *third = open_socket();
	struct sockets_tcp *const order[] = {pair.server, third, pair.client};
	for (size_t i = 0; i < 3; i += 1)
		sockets_tcp_make_ready(order[i]);
	sockets_tcp_make_ready(third); // once is enough
	for (size_t i = 0; i < 3; i += 1)
		CHECK(sockets_tcp_next_ready(test_port) == order[i]);
	CHECK(sockets_tcp_next_ready(test_port) == NULL);
	sockets_tcp_close(third);
	close_pair(&pair);
}

static void another_machines_sockets_are_left_to_it(void) {
	static char other;
	struct sockets_port *const other_port = (struct sockets_port *)&other;
	int error;
	struct sockets_tcp *theirs = sockets_tcp_open(other_port, &error), *ours = open_socket();
	CHECK(theirs != NULL);
	sockets_tcp_make_ready(theirs);
	sockets_tcp_make_ready(ours);
	CHECK(sockets_tcp_next_ready(test_port) == ours);
	CHECK(sockets_tcp_next_ready(test_port) == NULL);
	CHECK(sockets_tcp_next_ready(other_port) == theirs);
	sockets_tcp_close(theirs);
	sockets_tcp_close(ours);
}

static void what_is_closed_while_it_is_queued_is_not_told(void) {
	// The first, the middle one and the last of three.
	for (int closed = 0; closed < 3; closed += 1) {
		struct sockets_tcp *sockets[3];
		for (int i = 0; i < 3; i += 1) {
			sockets[i] = open_socket();
			sockets_tcp_make_ready(sockets[i]);
		}
		sockets_tcp_close(sockets[closed]);
		for (int i = 0; i < 3; i += 1)
			if (i != closed)
				CHECK(sockets_tcp_next_ready(test_port) == sockets[i]);
		CHECK(sockets_tcp_next_ready(test_port) == NULL);
		for (int i = 0; i < 3; i += 1)
			if (i != closed)
				sockets_tcp_close(sockets[i]);
	}
}

static void a_listener_is_told_of_connections(void) {
	struct sockets_tcp *listener = open_listener(7000, 2), *client = open_socket(), *connection;
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_try_accept(client, &connection), -EINVAL);
	CHECK_EQUAL(sockets_tcp_try_accept(listener, &connection), -EAGAIN);
	sockets_tcp_watch(listener, SOCKETS_POLLIN, NULL);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	run_network();
	CHECK(sockets_tcp_next_ready(test_port) == listener);
	CHECK_EQUAL(sockets_tcp_try_accept(listener, &connection), 0);
	CHECK_EQUAL(sockets_tcp_try_accept(listener, &(struct sockets_tcp *){NULL}), -EAGAIN);
	sockets_tcp_close(connection);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void the_end_of_a_connection_is_told_whatever_is_watched(void) {
	for (unsigned events = SOCKETS_POLLIN; events <= SOCKETS_POLLOUT; events <<= 2) {
		struct pair pair = open_pair();
		sockets_tcp_watch(pair.server, events, NULL);
		CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 0), 0);
		sockets_tcp_close(pair.client);
		pair.client = NULL;
		run_network();
		CHECK(sockets_tcp_next_ready(test_port) == pair.server);
		size_t scanned = 0;
		CHECK_EQUAL(sockets_tcp_try_readable(pair.server, 1, 0, &scanned), -ECONNRESET);
		CHECK_EQUAL(sockets_tcp_try_readable(pair.server, 1, 0, &scanned), 0);
		close_pair(&pair);
	}
}

static void time_that_is_up_is_told_once_and_in_order(void) {
	struct sockets_tcp *late = open_listener(7000, 1), *soon = open_listener(7001, 1), *never = open_listener(7002, 1);
	const uint32_t limits[] = {5000, 2000};
	sockets_tcp_watch(late, SOCKETS_POLLIN, &limits[0]);
	sockets_tcp_watch(soon, SOCKETS_POLLIN, &limits[1]);
	sockets_tcp_watch(never, SOCKETS_POLLIN, NULL);
	pass_time(1999);
	CHECK_EQUAL(take_all(), 0);
	pass_time(1);
	CHECK(sockets_tcp_next_ready(test_port) == soon);
	pass_time(2999);
	CHECK_EQUAL(take_all(), 0);
	pass_time(1);
	CHECK(sockets_tcp_next_ready(test_port) == late);
	pass_time(100000);
	CHECK_EQUAL(take_all(), 0);
	// A time that nobody waits for any more, because the socket is closed or watched without one.
	sockets_tcp_watch(late, SOCKETS_POLLIN, &limits[1]);
	sockets_tcp_watch(soon, SOCKETS_POLLIN, &limits[1]);
	sockets_tcp_close(late);
	sockets_tcp_watch(soon, SOCKETS_POLLIN, NULL);
	pass_time(100000);
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_close(soon);
	sockets_tcp_close(never);
}

static void the_longest_time_is_reached_in_steps(void) {
	struct sockets_tcp *socket = open_listener(7000, 1);
	const uint32_t limit = SOCKETS_FOREVER - 1;
	sockets_tcp_watch(socket, SOCKETS_POLLIN, &limit);
	pass_time(1000);
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_close(socket);
}

static void connecting_is_begun_and_ended(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket();
	struct sockets_address address = loopback(7000), local;
	sockets_tcp_watch(client, SOCKETS_POLLIN | SOCKETS_POLLOUT, NULL);
	CHECK_EQUAL(sockets_tcp_begin_connect(client, &address, &local), 0);
	CHECK_EQUAL(sockets_tcp_end_connect(client, &local), -EINPROGRESS);
	run_network();
	CHECK(sockets_tcp_next_ready(test_port) == client);
	CHECK_EQUAL(sockets_tcp_end_connect(client, &local), 0);
	CHECK_EQUAL(sockets_tcp_begin_connect(client, &address, &local), -EISCONN);
	sockets_tcp_abandon_connect(client); // too late: changes nothing
	send_text(client, "x");
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
	run_network();
	client = open_socket();
	sockets_tcp_watch(client, SOCKETS_POLLOUT, NULL);
	CHECK_EQUAL(sockets_tcp_begin_connect(client, &address, &local), 0);
	run_network();
	CHECK(sockets_tcp_next_ready(test_port) == client);
	CHECK_EQUAL(sockets_tcp_end_connect(client, &local), -ECONNREFUSED);
	// One that is abandoned can connect again.
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_begin_connect(client, &address, &local), 0);
	sockets_tcp_abandon_connect(client);
	link_lost = false;
	listener = open_listener(7000, 1);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void names_are_asked_for_and_told(void) {
	CHECK(dns_responder_start());
	struct sockets_tcp *socket = open_socket();
	uint32_t host = 0;
	int query = -1;
	CHECK_EQUAL(sockets_resolve_begin(socket, "10.0.0.1", &host, &query), 0);
	CHECK_EQUAL(host, 0x0A000001);
	CHECK_EQUAL(sockets_resolve_begin(socket, "x.invalid", &host, &query), SOCKETS_EAI_NONAME);
	CHECK_EQUAL(sockets_resolve_begin(socket, "other.test", &host, NULL), -EINPROGRESS);
	CHECK_EQUAL(query, -1);
	sockets_tcp_watch(socket, SOCKETS_POLLOUT, NULL);
	CHECK_EQUAL(sockets_resolve_begin(socket, "fresh.other.test", &host, &query), -EINPROGRESS);
	CHECK_EQUAL(sockets_resolve_end(query, &host), -EINPROGRESS);
	pass_time(2000);
	CHECK(sockets_tcp_next_ready(test_port) == socket);
	CHECK_EQUAL(sockets_resolve_end(query, &host), SOCKETS_EAI_NONAME);
	// The answer comes between the look and the watch.
	sockets_tcp_watch(socket, 0, NULL);
	CHECK_EQUAL(sockets_resolve_begin(socket, "other2.test", &host, &query), -EINPROGRESS);
	CHECK_EQUAL(sockets_resolve_end(query, &host), -EINPROGRESS);
	pass_time(2000);
	CHECK_EQUAL(take_all(), 0);
	sockets_tcp_watch(socket, SOCKETS_POLLOUT, NULL);
	CHECK(sockets_tcp_next_ready(test_port) == socket);
	CHECK_EQUAL(sockets_resolve_end(query, &host), SOCKETS_EAI_NONAME);
	// One that is given up reaches nobody, though its socket is closed.
	CHECK_EQUAL(sockets_resolve_begin(socket, "silent.test", &host, &query), -EINPROGRESS);
	sockets_resolve_cancel(query);
	sockets_tcp_close(socket);
	pass_time(30000);
	CHECK_EQUAL(take_all(), 0);
	dns_responder_stop();
	pass_time(3000);
}

static void a_read_that_wants_more_than_the_window_makes_room(void) {
	struct pair pair = open_pair();
	static uint8_t bytes[20000], received[20000];
	for (size_t i = 0; i < sizeof bytes; i += 1)
		bytes[i] = (uint8_t)(i * 7 + (i >> 8));
	size_t scanned = 0;
	for (size_t sent = 0; sent < sizeof bytes;) {
		const int32_t count = sockets_tcp_try_send(pair.client, bytes + sent, sizeof bytes - sent);
		CHECK(count >= 0);
		sent += (size_t)count;
		run_network();
		if (sent < sizeof bytes)
			CHECK_EQUAL(sockets_tcp_try_readable(pair.server, sizeof bytes, 0, &scanned), -EAGAIN);
		pass_time(300);
	}
	CHECK_EQUAL(sockets_tcp_try_readable(pair.server, sizeof bytes, 0, &scanned), (long long)sizeof bytes);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, sizeof received, SOCKETS_DONTWAIT), (long long)sizeof bytes);
	CHECK(memcmp(bytes, received, sizeof bytes) == 0);
	// What is there when the time is up is for MSG_WAITALL alone.
	send_text(pair.client, "part");
	run_network();
	CHECK_EQUAL(sockets_tcp_try_readable(pair.server, 100, 0, &scanned), -EAGAIN);
	CHECK_EQUAL(sockets_tcp_part_readable(pair.server, 0, -ETIMEDOUT), -ETIMEDOUT);
	CHECK_EQUAL(sockets_tcp_part_readable(pair.server, SOCKETS_WAITALL, -ETIMEDOUT), 4);
	no_memory = true;
	send_text(pair.client, "and more than fits into what was kept: ");
	for (int i = 0; i < 8; i += 1)
		send_text(pair.client, "and more than fits into what was kept: ");
	pass_time(300);
	CHECK_EQUAL(sockets_tcp_try_readable(pair.server, 5000, 0, &scanned), -ENOBUFS);
	no_memory = false;
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, sizeof received, 0), 4 + 9 * 39);
	close_pair(&pair);
}

static void a_write_without_memory_is_tried_again(void) {
	struct pair pair = open_pair();
	lwip_faults_take_heap(0);
	sockets_tcp_watch(pair.client, SOCKETS_POLLOUT, NULL);
	CHECK(!sockets_tcp_is_starved(pair.client));
	CHECK_EQUAL(sockets_tcp_try_send(pair.client, "x", 1), 0);
	CHECK(sockets_tcp_is_starved(pair.client));
	CHECK_EQUAL(take_all(), 0);
	lwip_faults_give_heap_back();
	pass_time(1000);
	CHECK(sockets_tcp_next_ready(test_port) == pair.client);
	CHECK_EQUAL(sockets_tcp_try_send(pair.client, "x", 1), 1);
	CHECK_EQUAL(sockets_tcp_try_send(pair.client, "", 0), 0);
	close_pair(&pair);
}

static void a_timer_without_memory_is_made_up_for(void) {
	struct pair pair = open_pair();
	const uint32_t second = 1000, minute = 60000;
	timers_lost = true;
	sockets_tcp_watch(pair.server, SOCKETS_POLLIN, &second);
	timers_lost = false;
	pass_time(900);
	CHECK_EQUAL(take_all(), 0);
	// The ticks of the connection see that the timer is late.
	pass_time(2000);
	CHECK(sockets_tcp_next_ready(test_port) == pair.server);
	CHECK(sockets_tcp_next_ready(test_port) == NULL);
	// Without a connection, it is the next one that waits for a time.
	struct sockets_tcp *connection;
	CHECK_EQUAL(sockets_tcp_try_accept(pair.listener, &connection), -EAGAIN);
	timers_lost = true;
	sockets_tcp_watch(pair.listener, SOCKETS_POLLIN, &second);
	timers_lost = false;
	sockets_tcp_close(pair.client);
	sockets_tcp_close(pair.server);
	pair.client = pair.server = NULL;
	pass_time(180000); // TIME_WAIT has no ticks
	CHECK_EQUAL(take_all(), 0);
	struct sockets_tcp *other = open_socket();
	sockets_tcp_watch(other, SOCKETS_POLLIN, &minute);
	pass_time(10);
	CHECK(sockets_tcp_next_ready(test_port) == pair.listener);
	CHECK(sockets_tcp_next_ready(test_port) == NULL);
	pass_time(60000);
	CHECK(sockets_tcp_next_ready(test_port) == other);
	sockets_tcp_close(other);
	close_pair(&pair);
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test notify_tests[] = {
    TEST(many_events_are_one_notification),
    TEST(only_what_is_watched_is_told),
    TEST(what_comes_between_a_try_and_its_watch_is_told),
    TEST(sockets_are_taken_in_the_order_in_which_they_became_ready),
    TEST(another_machines_sockets_are_left_to_it),
    TEST(what_is_closed_while_it_is_queued_is_not_told),
    TEST(a_listener_is_told_of_connections),
    TEST(the_end_of_a_connection_is_told_whatever_is_watched),
    TEST(time_that_is_up_is_told_once_and_in_order),
    TEST(the_longest_time_is_reached_in_steps),
    TEST(a_timer_without_memory_is_made_up_for),
    TEST(connecting_is_begun_and_ended),
    TEST(names_are_asked_for_and_told),
    TEST(a_read_that_wants_more_than_the_window_makes_room),
    TEST(a_write_without_memory_is_tried_again),
    {NULL, NULL},
};
