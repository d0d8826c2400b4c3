// SPDX-License-Identifier: MIT
// Tests of the core on an interface that goes down, comes back, and loses its address (see lwip_faults.h).
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "harness.h"
#include "lwip_faults.h"

/** The address that the interface has at first, or another of its network. */
static struct sockets_address there(unsigned host, uint16_t port) {
	return (struct sockets_address){0x0A090900u + host, port};
}

/** Two ends of a connection over the interface. */
static struct pair open_remote_pair(void) {
	lwip_faults_add_interface();
	struct pair pair = {.listener = open_socket(), .client = open_socket()};
	const struct sockets_address address = there(1, 7000);
	CHECK_EQUAL(sockets_tcp_set_option(pair.listener, SOCKETS_REUSEADDR, 1), 0);
	CHECK_EQUAL(sockets_tcp_bind(pair.listener, &address), 0);
	CHECK_EQUAL(sockets_tcp_listen(pair.listener, 1), 0);
	CHECK_EQUAL(sockets_tcp_connect(pair.client, &address), 0);
	CHECK_EQUAL(sockets_tcp_accept(pair.listener, &pair.server), 0);
	return pair;
}

static void what_is_sent_while_the_network_is_down_arrives_when_it_is_up(void) {
	struct pair pair = open_remote_pair();
	lwip_faults_set_up(false);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "later", 5, 0), 5);
	sockets_tcp_set_timeout(pair.server, 5000);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), -ETIMEDOUT);
	lwip_faults_set_up(true);
	char bytes[8];
	CHECK_EQUAL(sockets_tcp_receive(pair.server, bytes, sizeof bytes, 0), 5);
	CHECK(memcmp(bytes, "later", 5) == 0);
	close_pair(&pair);
}

static void what_was_on_its_way_when_the_network_went_down_is_sent_again(void) {
	struct pair pair = open_remote_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "again", 5, 0), 5);
	lwip_faults_set_up(false);
	run_network(); // into nothing
	sockets_tcp_set_timeout(pair.server, 20000);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), -ETIMEDOUT);
	lwip_faults_set_up(true);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 5, 0), 5);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, (char[5]){0}, 5, 0), 5);
	close_pair(&pair);
}

static void a_network_that_stays_down_ends_a_send_that_waits(void) {
	struct pair pair = open_remote_pair();
	static const char data[20000];
	lwip_faults_set_up(false);
	const uint32_t start = clock_now();
	// None of it was ever on its way. lwIP by itself would not start to count.
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, sizeof data, 0), -ETIMEDOUT);
	CHECK(clock_now() - start < 3600000);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -EPIPE);
	lwip_faults_set_up(true);
	close_pair(&pair);
}

static void connect_is_unreachable_while_the_network_is_down(void) {
	lwip_faults_add_interface();
	struct sockets_tcp *client = open_socket();
	const struct sockets_address nobody = there(1, 7001);
	lwip_faults_set_up(false);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -ENETUNREACH);
	lwip_faults_set_up(true);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -ECONNREFUSED);
	sockets_tcp_close(client);
}

static void a_connection_whose_address_is_lost_is_aborted(void) {
	struct pair pair = open_remote_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "first", 5, 0), 5);
	run_network();
	lwip_faults_set_address(0);
	// What had come can still be read; the failure is told once.
	CHECK_EQUAL(sockets_tcp_receive(pair.server, (char[8]){0}, 8, 0), 5);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), -ECONNABORTED);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -ECONNABORTED);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -EPIPE);
	close_pair(&pair);
}

static void a_blocked_call_ends_when_the_address_is_lost(void) {
	struct pair pair = open_remote_pair();
	CHECK(lwip_faults_lose_address_soon());
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 100, 0), -ECONNABORTED);
	lwip_faults_set_address(1);
	const struct sockets_address silent = there(7, 7000);
	struct sockets_tcp *client = open_socket();
	CHECK(lwip_faults_lose_address_soon());
	CHECK_EQUAL(sockets_tcp_connect(client, &silent), -ECONNABORTED);
	sockets_tcp_close(client);
	close_pair(&pair);
}

static void a_connect_whose_address_is_lost_is_aborted(void) {
	lwip_faults_add_interface();
	struct sockets_tcp *client = open_socket();
	const struct sockets_address silent = there(7, 7000);
	sockets_tcp_set_timeout(client, 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &silent), -EINPROGRESS);
	pass_time(1000);
	lwip_faults_set_address(2);
	int error;
	CHECK_EQUAL(sockets_tcp_option(client, SOCKETS_ERROR, &error), 0);
	CHECK_EQUAL(error, ECONNABORTED);
	sockets_tcp_set_timeout(client, SOCKETS_FOREVER);
	CHECK_EQUAL(sockets_tcp_connect(client, &silent), -ETIMEDOUT); // nobody answers, which is another thing
	sockets_tcp_close(client);
}

static void what_lwip_gives_up_is_timed_out(void) {
	// A probe of a window that stays closed, as many times as lwIP does.
	struct pair pair = open_remote_pair();
	static const char data[20000];
	sockets_tcp_set_timeout(pair.client, 1000);
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, sizeof data, 0), -ETIMEDOUT);
	sockets_tcp_set_timeout(pair.client, SOCKETS_FOREVER);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -ETIMEDOUT);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -EPIPE);
	close_pair(&pair);
}

static void a_bound_socket_whose_address_is_lost_waits_for_it(void) {
	lwip_faults_add_interface();
	struct sockets_tcp *socket = open_socket();
	const struct sockets_address address = there(1, 7100), nobody = there(1, 7001);
	CHECK_EQUAL(sockets_tcp_bind(socket, &address), 0);
	lwip_faults_set_address(0);
	CHECK_EQUAL(sockets_tcp_wait_readable(socket, 1, 0), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_connect(socket, &nobody), -EADDRNOTAVAIL);
	CHECK_EQUAL(sockets_tcp_listen(socket, 1), -EADDRNOTAVAIL);
	lwip_faults_set_address(1);
	CHECK_EQUAL(sockets_tcp_connect(socket, &nobody), -ECONNREFUSED);
	CHECK_EQUAL(sockets_tcp_listen(socket, 1), 0);
	sockets_tcp_close(socket);
}

static void a_listener_moves_with_its_address(void) {
	lwip_faults_add_interface();
	struct sockets_tcp *listener = open_socket(), *client = open_socket(), *connection;
	struct sockets_address address = there(1, 7000);
	CHECK_EQUAL(sockets_tcp_bind(listener, &address), 0);
	CHECK_EQUAL(sockets_tcp_listen(listener, 1), 0);
	lwip_faults_set_address(2);
	CHECK_EQUAL(sockets_tcp_local(listener, &address), 0);
	CHECK_EQUAL(address.host, there(2, 0).host);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0);
	sockets_tcp_close(connection);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void a_waiting_connection_whose_address_is_lost_is_not_accepted(void) {
	lwip_faults_add_interface();
	struct sockets_tcp *listener = open_socket(), *client = open_socket(), *connection;
	const struct sockets_address address = there(1, 7000);
	CHECK_EQUAL(sockets_tcp_bind(listener, &address), 0);
	CHECK_EQUAL(sockets_tcp_listen(listener, 1), 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	run_network();
	lwip_faults_set_address(0);
	sockets_tcp_set_timeout(listener, 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -EAGAIN);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void what_is_unsent_at_close_is_given_up_while_the_network_is_down(void) {
	struct pair pair = open_remote_pair();
	lwip_faults_set_up(false);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "lost", 4, 0), 4);
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	const uint32_t start = clock_now();
	CHECK(sockets_tcp_settle(test_port, 60000));
	CHECK(clock_now() - start >= 9500 && clock_now() - start <= 12000);
	lwip_faults_set_up(true);
	close_pair(&pair);
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test network_tests[] = {
    TEST(what_is_sent_while_the_network_is_down_arrives_when_it_is_up),
    TEST(what_was_on_its_way_when_the_network_went_down_is_sent_again),
    TEST(a_network_that_stays_down_ends_a_send_that_waits),
    TEST(connect_is_unreachable_while_the_network_is_down),
    TEST(a_connection_whose_address_is_lost_is_aborted),
    TEST(a_blocked_call_ends_when_the_address_is_lost),
    TEST(a_connect_whose_address_is_lost_is_aborted),
    TEST(what_lwip_gives_up_is_timed_out),
    TEST(a_bound_socket_whose_address_is_lost_waits_for_it),
    TEST(a_listener_moves_with_its_address),
    TEST(a_waiting_connection_whose_address_is_lost_is_not_accepted),
    TEST(what_is_unsent_at_close_is_given_up_while_the_network_is_down),
    {NULL, NULL},
};
