// SPDX-License-Identifier: MIT
// Tests of sockets_tcp.c: the life of sockets, names, connecting, accepting, closing.
#include <errno.h>
#include <stddef.h>

#include "harness.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

static void connects_and_accepts(void) {
	struct pair pair = open_pair();
	struct sockets_address client, server;
	CHECK_EQUAL(sockets_tcp_local(pair.client, &client), 0);
	CHECK_EQUAL(sockets_tcp_remote(pair.server, &server), 0);
	CHECK_EQUAL(client.port, server.port);
	CHECK_EQUAL(client.host, 0x7F000001);
	CHECK_EQUAL(server.host, 0x7F000001);
	CHECK_EQUAL(sockets_tcp_remote(pair.client, &server), 0);
	CHECK_EQUAL(server.port, 7000);
	close_pair(&pair);
}

static void connect_is_refused_and_the_socket_can_connect_again(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address nobody = loopback(7001), somebody = loopback(7000);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -ECONNREFUSED);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -ECONNREFUSED);
	struct sockets_tcp *listener = open_listener(7000, 1);
	CHECK_EQUAL(sockets_tcp_connect(client, &somebody), 0);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void a_refused_connect_keeps_the_name_that_was_bound(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address here = loopback(7100), nobody = loopback(7001);
	CHECK_EQUAL(sockets_tcp_bind(client, &here), 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -ECONNREFUSED);
	struct sockets_tcp *listener = open_listener(7001, 1);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), 0);
	struct sockets_address local;
	CHECK_EQUAL(sockets_tcp_local(client, &local), 0);
	CHECK_EQUAL(local.port, 7100);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void connect_times_out_and_the_socket_can_connect_again(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket();
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(client, 1000);
	link_lost = true;
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -ETIMEDOUT);
	CHECK_EQUAL(clock_now() - start, 1000);
	link_lost = false;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void connect_gives_up_when_nothing_answers(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address address = loopback(7000);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -ETIMEDOUT);
	sockets_tcp_close(client);
}

static void connect_is_interrupted(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address address = loopback(7000);
	interrupt = true;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINTR);
	interrupt = false;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -ECONNREFUSED);
	sockets_tcp_close(client);
}

static void connect_without_waiting(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket();
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(client, 0);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EALREADY);
	link_lost = false;
	pass_time(5000); // the SYN goes out again
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EISCONN);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void a_refused_connect_without_waiting_is_told_by_the_next_call(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(client, 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	run_network();
	CHECK_EQUAL(sockets_tcp_wait_readable(client, 1, 0), -ECONNREFUSED);
	CHECK_EQUAL(sockets_tcp_wait_readable(client, 1, 0), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	run_network();
	int error;
	CHECK_EQUAL(sockets_tcp_option(client, SOCKETS_ERROR, &error), 0);
	CHECK_EQUAL(error, ECONNREFUSED);
	CHECK_EQUAL(sockets_tcp_option(client, SOCKETS_ERROR, &error), 0);
	CHECK_EQUAL(error, 0);
	sockets_tcp_close(client);
}

/** A program that does nothing but ask sees the answer, although only its asking steps the stack. */
static void asking_again_brings_a_connect_forward(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket();
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(client, 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	int result = -EALREADY;
	for (int i = 0; i < 10 && result == -EALREADY; i += 1)
		result = sockets_tcp_connect(client, &address);
	CHECK_EQUAL(result, -EISCONN);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void asking_for_the_error_brings_a_connect_forward(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address nobody = loopback(7000);
	sockets_tcp_set_timeout(client, 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -EINPROGRESS);
	int error = 0;
	for (int i = 0; i < 10 && error == 0; i += 1)
		CHECK_EQUAL(sockets_tcp_option(client, SOCKETS_ERROR, &error), 0);
	CHECK_EQUAL(error, ECONNREFUSED);
	sockets_tcp_close(client);
}

static void reads_and_writes_wait_for_a_connect_that_goes_on(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket(), *server;
	const struct sockets_address address = loopback(7000);
	char buffer[8];
	sockets_tcp_set_timeout(client, 0);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	CHECK_EQUAL(sockets_tcp_wait_readable(client, 1, 0), -EAGAIN);
	CHECK_EQUAL(sockets_tcp_send(client, "x", 1, 0), -EAGAIN);
	link_lost = false;
	sockets_tcp_set_timeout(client, SOCKETS_FOREVER);
	CHECK_EQUAL(sockets_tcp_sendall(client, "abc", 3, 0), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &server), 0);
	CHECK_EQUAL(sockets_tcp_receive(server, buffer, sizeof buffer, 0), 3);
	sockets_tcp_close(server);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void a_failure_that_nobody_asked_for_does_not_fail_the_next_connect(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(client, 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	run_network();
	struct sockets_tcp *listener = open_listener(7000, 1);
	sockets_tcp_set_timeout(client, SOCKETS_FOREVER);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void a_name_that_was_lost_to_another_is_in_use(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address here = loopback(7100), nobody = loopback(7001);
	CHECK_EQUAL(sockets_tcp_bind(client, &here), 0);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -ECONNREFUSED);
	struct sockets_tcp *listener = open_listener(7100, 1);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), -EADDRINUSE);
	sockets_tcp_close(listener);
	listener = open_listener(7001, 1);
	CHECK_EQUAL(sockets_tcp_connect(client, &nobody), 0);
	struct sockets_address local;
	CHECK_EQUAL(sockets_tcp_local(client, &local), 0);
	CHECK_EQUAL(local.port, 7100);
	sockets_tcp_close(listener);
	sockets_tcp_close(client);
}

static struct tcp_pcb *raw_connection;
static int raw_hits;

static void raw_abort(void *argument, struct udp_pcb *pcb, struct pbuf *packet, const ip_addr_t *from, u16_t port) {
	(void)argument, (void)pcb, (void)from, (void)port;
	pbuf_free(packet);
	tcp_abort(raw_connection);
	raw_connection = NULL;
	raw_hits += 1;
}

/** Accepts, ends the stream, and resets right after that, all in one step of the network. */
static err_t raw_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)error;
	raw_connection = pcb;
	tcp_shutdown(pcb, 0, 1);
	struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, 1, PBUF_RAM);
	udp_send(argument, packet);
	pbuf_free(packet);
	return ERR_OK;
}

static void a_connect_that_is_ended_and_reset_in_one_go_leaves_nothing_behind(void) {
	ip_addr_t any, own;
	ip_addr_set_ip4_u32_val(any, 0);
	ip_addr_set_ip4_u32_val(own, lwip_htonl(0x7F000001));
	struct udp_pcb *udp = udp_new();
	udp_bind(udp, &own, 7002);
	udp_connect(udp, &own, 7002);
	udp_recv(udp, raw_abort, NULL);
	struct tcp_pcb *raw = tcp_new();
	tcp_bind(raw, &any, 7001);
	raw = tcp_listen(raw);
	tcp_arg(raw, udp);
	tcp_accept(raw, raw_accept);
	struct sockets_tcp *client = open_socket();
	const struct sockets_address first = loopback(7001);
	const int result = sockets_tcp_connect(client, &first);
	tcp_close(raw);
	udp_remove(udp);
	CHECK_EQUAL(raw_hits, 1);
	CHECK_EQUAL(result, -ECONNRESET);
	struct sockets_address name;
	sockets_tcp_local(client, &name);
	CHECK_EQUAL(name.port, 0); // was never bound
	CHECK_EQUAL(name.host, 0);
	struct sockets_tcp *listener = open_listener(7000, 1), *server;
	const struct sockets_address second = loopback(7000);
	CHECK_EQUAL(sockets_tcp_connect(client, &second), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &server), 0);
	CHECK_EQUAL(sockets_tcp_send(server, "abc", 3, 0), 3);
	char bytes[10];
	CHECK_EQUAL(sockets_tcp_receive(client, bytes, sizeof bytes, 0), 3);
	sockets_tcp_close(client);
	sockets_tcp_close(server);
	sockets_tcp_close(listener);
}

static void connect_without_a_route(void) {
	struct sockets_tcp *client = open_socket();
	const struct sockets_address address = {0x0A000001, 80}; // no interface but loopback here
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -ENETUNREACH);
	sockets_tcp_close(client);
}

static void states_refuse_what_they_cannot(void) {
	struct sockets_tcp *socket = open_socket(), *connection;
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_accept(socket, &connection), -EINVAL);
	CHECK_EQUAL(sockets_tcp_wait_readable(socket, 1, 0), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_send(socket, "x", 1, 0), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_send(socket, "", 0, 0), -ENOTCONN);
	struct sockets_address remote;
	CHECK_EQUAL(sockets_tcp_remote(socket, &remote), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_bind(socket, &address), 0);
	CHECK_EQUAL(sockets_tcp_bind(socket, &address), -EINVAL);
	CHECK_EQUAL(sockets_tcp_listen(socket, 1), 0);
	CHECK_EQUAL(sockets_tcp_wait_readable(socket, 1, 0), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_send(socket, "x", 1, 0), -ENOTCONN);
	CHECK_EQUAL(sockets_tcp_connect(socket, &address), -EISCONN);
	CHECK_EQUAL(sockets_tcp_bind(socket, &address), -EINVAL);
	sockets_tcp_close(socket);
}

static void a_connected_socket_neither_binds_listens_nor_connects(void) {
	struct pair pair = open_pair();
	const struct sockets_address address = loopback(7002);
	CHECK_EQUAL(sockets_tcp_connect(pair.client, &address), -EISCONN);
	CHECK_EQUAL(sockets_tcp_bind(pair.client, &address), -EINVAL);
	CHECK_EQUAL(sockets_tcp_listen(pair.client, 1), -EINVAL);
	CHECK_EQUAL(sockets_tcp_accept(pair.client, &pair.server), -EINVAL);
	close_pair(&pair);
}

static void bind_takes_a_free_port_and_refuses_foreign_addresses(void) {
	struct sockets_tcp *socket = open_socket();
	struct sockets_address address = {0x0A000001, 0};
	CHECK_EQUAL(sockets_tcp_bind(socket, &address), -EADDRNOTAVAIL);
	address.host = 0;
	CHECK_EQUAL(sockets_tcp_bind(socket, &address), 0);
	CHECK_EQUAL(sockets_tcp_local(socket, &address), 0);
	CHECK(address.port != 0);
	sockets_tcp_close(socket);
}

static void a_port_that_is_listened_on_is_in_use(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *other = open_socket();
	const struct sockets_address address = loopback(7000), any = {0, 7000};
	CHECK_EQUAL(sockets_tcp_bind(other, &address), -EADDRINUSE);
	CHECK_EQUAL(sockets_tcp_set_option(other, SOCKETS_REUSEADDR, 1), 0);
	CHECK_EQUAL(sockets_tcp_bind(other, &address), -EADDRINUSE);
	CHECK_EQUAL(sockets_tcp_bind(other, &any), -EADDRINUSE);
	sockets_tcp_close(listener);
	CHECK_EQUAL(sockets_tcp_bind(other, &any), 0);
	sockets_tcp_close(other);
}

/** Leaves a connection of port 7000 in TIME_WAIT: the server closes first. */
static void leave_time_wait(void) {
	struct pair pair = open_pair();
	sockets_tcp_close(pair.server);
	pair.server = NULL;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), 0);
	close_pair(&pair);
	run_network();
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.time_wait, 1);
}

static void a_port_in_time_wait_is_in_use_without_reuseaddr(void) {
	leave_time_wait();
	struct sockets_tcp *server = open_socket();
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_bind(server, &address), -EADDRINUSE);
	CHECK_EQUAL(sockets_tcp_set_option(server, SOCKETS_REUSEADDR, 1), 0);
	CHECK_EQUAL(sockets_tcp_bind(server, &address), 0);
	CHECK_EQUAL(sockets_tcp_listen(server, 1), 0);
	sockets_tcp_close(server);
}

static void listen_again_changes_the_backlog_and_an_unbound_socket_gets_a_port(void) {
	struct sockets_tcp *listener = open_socket();
	CHECK_EQUAL(sockets_tcp_listen(listener, 1), 0);
	struct sockets_address address;
	CHECK_EQUAL(sockets_tcp_local(listener, &address), 0);
	CHECK(address.port != 0);
	CHECK_EQUAL(sockets_tcp_listen(listener, 2), 0);
	struct sockets_tcp *clients[3];
	for (int i = 0; i < 3; i += 1) {
		clients[i] = open_socket();
		sockets_tcp_set_timeout(clients[i], 0);
		CHECK_EQUAL(sockets_tcp_connect(clients[i], &address), -EINPROGRESS);
	}
	run_network();
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.sockets, 1 + 3 + 2); // two were let in
	for (int i = 0; i < 3; i += 1)
		sockets_tcp_close(clients[i]);
	sockets_tcp_close(listener);
}

static void a_full_backlog_lets_the_next_client_in_later(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *clients[2], *connection;
	const struct sockets_address address = loopback(7000);
	for (int i = 0; i < 2; i += 1) {
		clients[i] = open_socket();
		sockets_tcp_set_timeout(clients[i], 0);
		CHECK_EQUAL(sockets_tcp_connect(clients[i], &address), -EINPROGRESS);
		run_network();
	}
	CHECK_EQUAL(sockets_tcp_connect(clients[0], &address), -EISCONN);
	CHECK_EQUAL(sockets_tcp_connect(clients[1], &address), -EALREADY);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0);
	sockets_tcp_close(connection);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0); // its SYN comes again
	sockets_tcp_close(connection);
	for (int i = 0; i < 2; i += 1)
		sockets_tcp_close(clients[i]);
	sockets_tcp_close(listener);
}

static void accept_waits_within_its_timeout(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *connection;
	sockets_tcp_set_timeout(listener, 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -EAGAIN);
	sockets_tcp_set_timeout(listener, 1500);
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -ETIMEDOUT);
	CHECK_EQUAL(clock_now() - start, 1500);
	interrupt = true;
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -EINTR);
	interrupt = false;
	struct sockets_tcp *client = open_socket();
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0);
	CHECK(sockets_tcp_timeout(connection) == SOCKETS_FOREVER);
	sockets_tcp_close(connection);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

/** Resets a connection: closing it with something unread does. */
static void reset(struct sockets_tcp *socket) {
	CHECK(sockets_tcp_wait_readable(socket, 1, 0) > 0);
	sockets_tcp_close(socket);
}

static void a_connection_that_is_reset_in_the_queue_is_not_accepted(void) {
	struct sockets_tcp *listener = open_listener(7000, 2), *connection;
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(listener, 0);
	for (int i = 0; i < 5; i += 1) { // more often than the queue is long
		struct sockets_tcp *client = open_socket();
		CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
		run_network();
		tcp_abort(tcp_active_pcbs->local_port == 7000 ? tcp_active_pcbs->next : tcp_active_pcbs);
		run_network();
		sockets_tcp_close(client);
	}
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -EAGAIN);
	sockets_tcp_close(listener);
}

/** A client that sends, then resets: the data can still be accepted and read, but the queue has an end. */
static void what_is_reset_in_the_queue_after_it_sent_is_accepted_within_the_backlog(void) {
	struct sockets_tcp *listener = open_listener(7000, 2), *connection;
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(listener, 0);
	for (int i = 0; i < 5; i += 1) {
		struct sockets_tcp *client = open_socket();
		const int connected = sockets_tcp_connect(client, &address);
		CHECK_EQUAL(connected, i < 2 ? 0 : -ECONNRESET);
		if (connected == 0) {
			CHECK_EQUAL(sockets_tcp_send(client, "abc", 3, 0), 3);
			run_network();
			CHECK(tcp_active_pcbs->local_port != 7000 || tcp_active_pcbs->next->local_port != 7000);
			tcp_abort(tcp_active_pcbs->local_port == 7000 ? tcp_active_pcbs->next : tcp_active_pcbs);
			run_network();
		}
		sockets_tcp_close(client);
	}
	for (int i = 0; i < 2; i += 1) {
		char buffer[8];
		CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0);
		CHECK_EQUAL(sockets_tcp_receive(connection, buffer, sizeof buffer, 0), 3);
		CHECK_EQUAL(sockets_tcp_receive(connection, buffer, sizeof buffer, 0), -ECONNRESET);
		sockets_tcp_close(connection);
	}
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -EAGAIN);
	sockets_tcp_close(listener);
}

static void closing_a_listener_resets_who_waits_and_keeps_who_was_accepted(void) {
	struct pair pair = open_pair();
	struct sockets_tcp *waiting = open_socket();
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_connect(waiting, &address), 0);
	run_network();
	sockets_tcp_close(pair.listener);
	pair.listener = NULL;
	CHECK_EQUAL(sockets_tcp_wait_readable(waiting, 1, 0), -ECONNRESET);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), 1);
	sockets_tcp_close(waiting);
	reset(pair.client);
	pair.client = NULL;
	close_pair(&pair);
}

static void the_pcbs_are_counted_and_those_in_time_wait_recycled(void) {
	leave_time_wait();
	struct sockets_tcp *sockets[SOCKETS_TCP_PCBS];
	for (int i = 0; i < SOCKETS_TCP_PCBS; i += 1)
		sockets[i] = open_socket(); // the last one needs the recycled pcb
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.time_wait, 0);
	int error;
	CHECK(sockets_tcp_open(test_port, &error) == NULL);
	CHECK_EQUAL(error, -ENFILE);
	CHECK_EQUAL(sockets_tcp_listen(sockets[0], 1), 0);
	CHECK(sockets_tcp_open(test_port, &error) == NULL); // a listening one counts as any other
	CHECK_EQUAL(error, -ENFILE);
	sockets_tcp_close(sockets[1]);
	sockets[1] = open_socket();
	for (int i = 0; i < SOCKETS_TCP_PCBS; i += 1)
		sockets_tcp_close(sockets[i]);
}

static void a_close_that_cannot_finish_is_ended_in_time(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), 1);
	link_lost = true;
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	struct sockets_tcp_stats stats;
	pass_time(SOCKETS_TCP_CLOSE_LIMIT - 1000);
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.closing, 1);
	pass_time(2000);
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.closing, 0);
	close_pair(&pair);
}

static void what_is_unsent_at_close_is_sent(void) {
	struct pair pair = open_pair();
	static const char data[3000];
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, sizeof data, 0), 0);
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	static char buffer[4000];
	int32_t total = 0, count;
	while ((count = sockets_tcp_receive(pair.server, buffer, sizeof buffer, 0)) > 0)
		total += count;
	CHECK_EQUAL(count, 0);
	CHECK_EQUAL(total, sizeof data);
	close_pair(&pair);
}

/** The peer has everything; a reset could make it throw away what it has not read. */
static void a_close_that_waits_for_the_peer_alone_is_not_a_reset(void) {
	struct pair pair = open_pair();
	char buffer[8];
	CHECK_EQUAL(sockets_tcp_send(pair.client, "abc", 3, 0), 3);
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	pass_time(SOCKETS_TCP_CLOSE_LIMIT + 5000);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, sizeof buffer, 0), 3);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, sizeof buffer, 0), 0);
	close_pair(&pair);
}

static void settle_waits_for_the_stack(void) {
	struct pair pair = open_pair();
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	CHECK(!sockets_tcp_settle(test_port, 0)); // the peer has to answer first
	sockets_tcp_close(pair.server);
	pair.server = NULL;
	CHECK(sockets_tcp_settle(test_port, 1000));
	close_pair(&pair);
}

static void both_ends_close_at_once(void) {
	struct pair pair = open_pair();
	close_pair(&pair);
	run_network();
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.sockets, 0);
	CHECK_EQUAL(stats.active + stats.closing, 0);
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test life_tests[] = {
    TEST(connects_and_accepts),
    TEST(connect_is_refused_and_the_socket_can_connect_again),
    TEST(a_refused_connect_keeps_the_name_that_was_bound),
    TEST(connect_times_out_and_the_socket_can_connect_again),
    TEST(connect_gives_up_when_nothing_answers),
    TEST(connect_is_interrupted),
    TEST(connect_without_waiting),
    TEST(a_refused_connect_without_waiting_is_told_by_the_next_call),
    TEST(asking_again_brings_a_connect_forward),
    TEST(asking_for_the_error_brings_a_connect_forward),
    TEST(reads_and_writes_wait_for_a_connect_that_goes_on),
    TEST(a_failure_that_nobody_asked_for_does_not_fail_the_next_connect),
    TEST(a_name_that_was_lost_to_another_is_in_use),
    TEST(a_connect_that_is_ended_and_reset_in_one_go_leaves_nothing_behind),
    TEST(connect_without_a_route),
    TEST(states_refuse_what_they_cannot),
    TEST(a_connected_socket_neither_binds_listens_nor_connects),
    TEST(bind_takes_a_free_port_and_refuses_foreign_addresses),
    TEST(a_port_that_is_listened_on_is_in_use),
    TEST(a_port_in_time_wait_is_in_use_without_reuseaddr),
    TEST(listen_again_changes_the_backlog_and_an_unbound_socket_gets_a_port),
    TEST(a_full_backlog_lets_the_next_client_in_later),
    TEST(accept_waits_within_its_timeout),
    TEST(a_connection_that_is_reset_in_the_queue_is_not_accepted),
    TEST(what_is_reset_in_the_queue_after_it_sent_is_accepted_within_the_backlog),
    TEST(closing_a_listener_resets_who_waits_and_keeps_who_was_accepted),
    TEST(the_pcbs_are_counted_and_those_in_time_wait_recycled),
    TEST(a_close_that_cannot_finish_is_ended_in_time),
    TEST(what_is_unsent_at_close_is_sent),
    TEST(a_close_that_waits_for_the_peer_alone_is_not_a_reset),
    TEST(settle_waits_for_the_stack),
    TEST(both_ends_close_at_once),
    {NULL, NULL},
};
