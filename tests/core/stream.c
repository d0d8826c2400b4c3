// SPDX-License-Identifier: MIT
// Tests of sockets_stream.c: sending, receiving, the end of the stream, resets.
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "harness.h"
#include "hooks.h"
#include "sockets_core.h"

/** Bytes that can be told apart by their place. */
static void fill(uint8_t *bytes, size_t size) {
	for (size_t i = 0; i < size; i += 1)
		bytes[i] = (uint8_t)(i * 7 + (i >> 8));
}

static void bytes_arrive_in_order(void) {
	struct pair pair = open_pair();
	static uint8_t sent[50000], received[50000];
	fill(sent, sizeof sent);
	sockets_tcp_set_timeout(pair.client, 0);
	sockets_tcp_set_timeout(pair.server, 0);
	size_t out = 0, in = 0;
	while (in < sizeof sent) {
		if (out < sizeof sent) {
			const int32_t count = sockets_tcp_send(pair.client, sent + out, sizeof sent - out, 0);
			if (count > 0)
				out += (size_t)count;
			CHECK(count > 0 || count == -EAGAIN);
		}
		const int32_t count = sockets_tcp_receive(pair.server, received + in, 777, 0);
		if (count > 0)
			in += (size_t)count;
		CHECK(count > 0 || count == -EAGAIN);
	}
	CHECK(memcmp(sent, received, sizeof sent) == 0);
	close_pair(&pair);
}

static void send_is_short_when_there_is_less_room(void) {
	struct pair pair = open_pair();
	static uint8_t data[20000];
	const int32_t sent = sockets_tcp_send(pair.client, data, sizeof data, 0);
	CHECK(sent > 0 && sent < (int32_t)sizeof data);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "", 0, 0), 0);
	CHECK(sockets_tcp_wait_readable(pair.server, 1, 0) > 0);
	while (sockets_tcp_receive(pair.server, data, sizeof data, 0) == sizeof data)
		continue;
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	while (sockets_tcp_receive(pair.server, data, sizeof data, 0) > 0)
		continue;
	close_pair(&pair);
}

static void send_times_out_when_nobody_reads_and_goes_on_after(void) {
	struct pair pair = open_pair();
	static uint8_t data[60000];
	fill(data, sizeof data);
	sockets_tcp_set_timeout(pair.client, 2000);
	size_t out = 0;
	int32_t count;
	while ((count = sockets_tcp_send(pair.client, data + out, sizeof data - out, 0)) > 0)
		out += (size_t)count;
	CHECK_EQUAL(count, -ETIMEDOUT);
	CHECK(out < sizeof data);
	sockets_tcp_set_timeout(pair.client, 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, data + out, 1, 0), -EAGAIN);
	static uint8_t received[60000];
	size_t in = 0;
	while (in < out) {
		count = sockets_tcp_receive(pair.server, received + in, sizeof received - in, 0);
		CHECK(count > 0);
		in += (size_t)count;
	}
	CHECK_EQUAL(in, out);
	CHECK(memcmp(data, received, in) == 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, data + out, 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, 0), 1);
	CHECK_EQUAL(received[0], data[out]);
	close_pair(&pair);
}

static void sendall_has_one_timeout_for_the_whole(void) {
	struct pair pair = open_pair();
	static uint8_t data[60000];
	sockets_tcp_set_timeout(pair.client, 3000);
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, sizeof data, 0), -ETIMEDOUT);
	CHECK_EQUAL(clock_now() - start, 3000);
	CHECK(sockets_tcp_wait_readable(pair.server, 1, 0) > 0);
	close_pair(&pair);
}

static void an_interrupt_that_comes_with_the_data_is_for_the_next_wait(void) {
	struct pair pair = open_pair();
	uint8_t buffer[5];
	CHECK_EQUAL(sockets_tcp_send(pair.client, "hello", 5, 0), 5);
	interrupt_in_step = true;
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 5, 0), 5);
	interrupt_in_step = false;
	sockets_tcp_set_timeout(pair.server, 100);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 5, 0), -EINTR);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 5, 0), -ETIMEDOUT);
	close_pair(&pair);
}

static void receive_waits_within_its_timeout_and_takes_nothing_away(void) {
	struct pair pair = open_pair();
	uint8_t buffer[10];
	sockets_tcp_set_timeout(pair.server, 700);
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), -ETIMEDOUT);
	CHECK_EQUAL(clock_now() - start, 700);
	sockets_tcp_set_timeout(pair.server, 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), -EAGAIN);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 0, 0), 0);
	interrupt = true;
	sockets_tcp_set_timeout(pair.server, SOCKETS_FOREVER);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), -EINTR);
	interrupt = false;
	CHECK_EQUAL(sockets_tcp_send(pair.client, "hello", 5, 0), 5);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 2, 0), 2);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer + 2, 8, 0), 3);
	CHECK(memcmp(buffer, "hello", 5) == 0);
	close_pair(&pair);
}

static void the_stream_ends_once_everything_is_read(void) {
	struct pair pair = open_pair();
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_send(pair.client, "bye", 3, 0), 3);
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	run_network();
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 3);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	struct sockets_address remote;
	CHECK_EQUAL(sockets_tcp_remote(pair.server, &remote), 0);
	close_pair(&pair);
}

/** The client closes with something unread, which is a reset, after it has sent three bytes. */
static struct pair open_reset_pair(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "abc", 3, 0), 3);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), 1);
	run_network();
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	run_network();
	return pair;
}

static void after_a_reset_a_reader_gets_the_data_then_the_error_once_then_the_end(void) {
	struct pair pair = open_reset_pair();
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 3);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), -ECONNRESET);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), -EPIPE);
	struct sockets_address remote;
	CHECK_EQUAL(sockets_tcp_remote(pair.server, &remote), 0);
	close_pair(&pair);
}

static void after_a_reset_a_writer_gets_the_error_once_then_epipe(void) {
	struct pair pair = open_reset_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), -ECONNRESET);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), -EPIPE);
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 3);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	close_pair(&pair);
}

static void a_reset_after_the_end_of_the_stream_leaves_the_end(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.server, "abc", 3, 0), 3);
	sockets_tcp_close(pair.server);
	pair.server = NULL;
	run_network();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), 1); // what the closed peer answers with a reset
	run_network();
	char bytes[10];
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, INT32_MAX, 0), 3); // all of the stream, to its end
	CHECK_EQUAL(sockets_tcp_receive(pair.client, bytes, sizeof bytes, 0), 3);
	CHECK_EQUAL(sockets_tcp_receive(pair.client, bytes, sizeof bytes, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -ECONNRESET);
	close_pair(&pair);
}

static void a_reset_ends_a_waiting_sendall(void) {
	struct pair pair = open_pair();
	static uint8_t data[60000];
	CHECK_EQUAL(sockets_tcp_send(pair.client, data, 100, 0), 100);
	run_network();
	sockets_tcp_close(pair.server); // with 100 bytes unread
	pair.server = NULL;
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, sizeof data, 0), -ECONNRESET);
	close_pair(&pair);
}

static void a_peer_that_vanishes_is_a_timeout(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), 1);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), -ETIMEDOUT);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), 0);
	close_pair(&pair);
}

static void after_shutdown_of_writing_the_other_direction_goes_on(void) {
	struct pair pair = open_pair();
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_send(pair.client, "question", 8, 0), 8);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -EPIPE);
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, "", 0, 0), -EPIPE);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 8);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "answer", 6, 0), 6);
	CHECK_EQUAL(sockets_tcp_receive(pair.client, buffer, 10, 0), 6);
	close_pair(&pair);
}

static void after_shutdown_of_reading_all_that_comes_is_thrown_away(void) {
	struct pair pair = open_pair();
	static uint8_t data[20000];
	sockets_tcp_set_timeout(pair.client, 0);
	while (sockets_tcp_send(pair.client, data, sizeof data, 0) > 0)
		continue; // until the window is shut
	sockets_tcp_set_timeout(pair.client, 10000);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.server, true, false), 0);
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, sizeof data, 0), 0); // more than the window: it stays open
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_receive(pair.client, buffer, 10, 0), 1);
	close_pair(&pair);
}

static void nothing_waits_to_write_after_shutdown(void) {
	struct pair pair = open_pair();
	static uint8_t data[20000];
	sockets_tcp_set_timeout(pair.client, 0);
	while (sockets_tcp_send(pair.client, data, sizeof data, 0) > 0)
		continue; // until there is no room
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, data, 1, 0), -EPIPE); // not -EAGAIN
	close_pair(&pair);
}

static void a_socket_that_never_connected_cannot_be_shut(void) {
	struct sockets_tcp *socket = open_socket();
	CHECK_EQUAL(sockets_tcp_shutdown(socket, true, true), -ENOTCONN);
	sockets_tcp_close(socket);
}

/** Opens sockets until all pcbs in TIME_WAIT were given to others, which a pointer that was kept would then point to.
 */
static void recycle_all_time_wait(void) {
	struct sockets_tcp *sockets[SOCKETS_TCP_PCBS];
	int count = 0, error;
	while ((sockets[count] = sockets_tcp_open(test_port, &error)) != NULL)
		count += 1;
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.time_wait, 0);
	while (count > 0)
		sockets_tcp_close(sockets[--count]);
}

static void a_socket_outlives_its_pcb_in_time_wait(void) {
	struct pair pair = open_pair();
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "last", 4, 0), 4);
	sockets_tcp_close(pair.server);
	pair.server = NULL;
	run_network(); // the client's pcb is in TIME_WAIT now, with four bytes to read
	recycle_all_time_wait();
	struct sockets_address remote;
	CHECK_EQUAL(sockets_tcp_remote(pair.client, &remote), 0);
	CHECK_EQUAL(remote.port, 7000);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.client, buffer, 10, 0), 4);
	CHECK_EQUAL(sockets_tcp_receive(pair.client, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), -EPIPE);
	close_pair(&pair);
}

/** The FINs cross: the pcbs go through CLOSING to TIME_WAIT without a word from lwIP. */
static void a_socket_outlives_its_pcb_after_a_simultaneous_close(void) {
	struct pair pair = open_pair();
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.server, false, true), 0);
	run_network();
	recycle_all_time_wait();
	CHECK_EQUAL(sockets_tcp_receive(pair.client, buffer, 10, 0), 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	close_pair(&pair);
}

static void a_simultaneous_shutdown_of_an_open_socket_is_no_close(void) {
	struct pair pair = open_pair();
	pass_time(1000);
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 0), 0);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_send(pair.client, "abc", 3, 0), 3);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	run_network();
	link_lost = false;
	CHECK_EQUAL(sockets_tcp_shutdown(pair.server, false, true), 0);
	run_network(); // the client is in CLOSING now: what it sent is still to be sent again
	char bytes[10];
	CHECK_EQUAL(sockets_tcp_receive(pair.server, bytes, sizeof bytes, 0), 3);
	close_pair(&pair);
}

static void a_socket_whose_both_directions_are_finished_reports_no_error(void) {
	struct pair pair = open_pair();
	uint8_t buffer[10];
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_shutdown(pair.server, false, true), 0);
	pass_time(600000); // lwIP gives the FIN up
	link_lost = false;
	CHECK_EQUAL(sockets_tcp_receive(pair.server, buffer, 10, 0), 0);
	int error;
	CHECK_EQUAL(sockets_tcp_option(pair.server, SOCKETS_ERROR, &error), 0);
	CHECK_EQUAL(error, 0);
	close_pair(&pair);
}

static void closing_with_something_unread_resets_after_shutdown_too(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), 1);
	run_network();
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	run_network();
	int error;
	CHECK_EQUAL(sockets_tcp_option(pair.server, SOCKETS_ERROR, &error), 0);
	CHECK_EQUAL(error, ECONNRESET);
	close_pair(&pair);
}

static void options_are_kept_checked_and_inherited(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket(), *server;
	CHECK_EQUAL(sockets_tcp_set_option(listener, SOCKETS_KEEPIDLE, 30), 0);
	CHECK_EQUAL(sockets_tcp_set_option(listener, SOCKETS_KEEPIDLE, 0), -EINVAL);
	CHECK_EQUAL(sockets_tcp_set_option(listener, SOCKETS_KEEPCNT, 128), -EINVAL);
	CHECK_EQUAL(sockets_tcp_set_option(listener, SOCKETS_RCVBUF, 1000), -ENOPROTOOPT);
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &server), 0);
	int value;
	CHECK_EQUAL(sockets_tcp_option(server, SOCKETS_KEEPIDLE, &value), 0);
	CHECK_EQUAL(value, 30);
	CHECK_EQUAL(sockets_tcp_option(server, SOCKETS_REUSEADDR, &value), 0);
	CHECK_EQUAL(value, 1);
	CHECK_EQUAL(sockets_tcp_option(listener, SOCKETS_ACCEPTCONN, &value), 0);
	CHECK_EQUAL(value, 1);
	CHECK_EQUAL(sockets_tcp_option(server, SOCKETS_ACCEPTCONN, &value), 0);
	CHECK_EQUAL(value, 0);
	sockets_tcp_close(server);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void no_delay_sends_what_was_delayed(void) {
	struct pair pair = open_pair();
	pass_time(1000);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "a", 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "b", 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	run_network();
	char bytes[10];
	CHECK_EQUAL(sockets_tcp_receive(pair.server, bytes, sizeof bytes, SOCKETS_DONTWAIT), 2);
	close_pair(&pair);
}

static void keepalive_finds_a_peer_that_is_gone(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPIDLE, 10), 0);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPINTVL, 2), 0);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPCNT, 3), 0);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPALIVE, 1), 0);
	pass_time(60000);
	sockets_tcp_set_timeout(pair.client, 0);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), -EAGAIN); // the peer answers the probes
	sockets_tcp_set_timeout(pair.client, 30000);
	link_lost = true;
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), -ETIMEDOUT);
	CHECK(clock_now() - start < 20000);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), 0);
	close_pair(&pair);
}

/** With what ports should not matter to tcp_storms.c: these had one place in its table for both directions. */
/** boards/common/tcp_guard.c. lwIP alone would keep the segment, and fail an assertion when the gap is filled. */
static void a_segment_beyond_the_window_and_out_of_order_does_no_harm(void) {
	struct pair pair = open_pair();
	static uint8_t data[TCP_WND + 100], received[sizeof data];
	fill(data, sizeof data);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	const size_t first = TCP_WND - TCP_MSS, gap = 100, beyond = TCP_MSS;
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data, first, 0), 0);
	run_network();
	pass_time(1000); // delayed acknowledgements
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data + first, gap, 0), 0);
	run_network();
	link_lost = false;
	// A peer that believes in a larger window: lwIP does, after some losses in both directions.
	pair.client->pcb->snd_wnd = TCP_WND;
	pair.client->pcb->cwnd = TCP_WND;
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data + first + gap, beyond, 0), 0);
	run_network();
	pass_time(20000); // the gap is filled
	sockets_tcp_set_timeout(pair.server, 60000);
	for (size_t taken = 0; taken < first + gap + beyond;) {
		const int32_t count = sockets_tcp_receive(pair.server, received + taken, sizeof received - taken, 0);
		CHECK(count > 0);
		taken += (size_t)count;
	}
	CHECK(memcmp(data, received, first + gap + beyond) == 0);
	close_pair(&pair);
}

static void two_ends_that_both_wait_for_room_leave_the_stack_in_peace(void) {
	struct pair pair = {.client = open_socket()};
	struct sockets_tcp *listener = open_listener(7000, 1);
	const struct sockets_address here = loopback(7000), from = loopback(7016);
	CHECK_EQUAL(sockets_tcp_bind(pair.client, &from), 0);
	CHECK_EQUAL(sockets_tcp_connect(pair.client, &here), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &pair.server), 0);
	sockets_tcp_close(listener);
	static uint8_t bytes[20000];
	fill(bytes, sizeof bytes);
	size_t sent = 0;
	for (int i = 0; i < 8; i += 1) {
		const int32_t count = sockets_tcp_send(pair.client, bytes + sent, sizeof bytes - sent, SOCKETS_DONTWAIT);
		CHECK(count > 0 || count == -EAGAIN);
		sent += count > 0 ? (size_t)count : 0;
		(void)sockets_tcp_send(pair.server, bytes, sizeof bytes, SOCKETS_DONTWAIT);
	}
	pass_time(60000); // each end probes the other again and again
	static uint8_t received[20000];
	for (size_t there = 0; there < sent;) {
		const int32_t count = sockets_tcp_receive(pair.server, received + there, sizeof received - there, 0);
		CHECK(count > 0);
		there += (size_t)count;
	}
	CHECK(memcmp(bytes, received, sent) == 0);
	close_pair(&pair);
}

/** Found by the fuzzer: two connections had one place in the table of tcp_storms.c, and each hid the other's storm. */
static void storms_of_all_connections_at_once_do_not_hide_each_other(void) {
	struct tcp_pcb *pcbs[MEMP_NUM_TCP_PCB];
	unsigned lost[MEMP_NUM_TCP_PCB] = {0};
	for (unsigned i = 0; i < MEMP_NUM_TCP_PCB; i += 1)
		CHECK((pcbs[i] = tcp_new()) != NULL);
	for (int round = 0; round < 100; round += 1)
		for (unsigned i = 0; i < MEMP_NUM_TCP_PCB; i += 1) {
			const struct tcp_hdr header = {.src = 50000, .dest = (uint16_t)(7000 + i), .seqno = i, .ackno = 2};
			lost[i] += tcp_storms_check(pcbs[i], &header, 0) != ERR_OK;
		}
	for (unsigned i = 0; i < MEMP_NUM_TCP_PCB; i += 1) {
		CHECK(lost[i] >= 80);
		tcp_abort(pcbs[i]);
	}
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test stream_tests[] = {
    TEST(bytes_arrive_in_order),
    TEST(send_is_short_when_there_is_less_room),
    TEST(send_times_out_when_nobody_reads_and_goes_on_after),
    TEST(sendall_has_one_timeout_for_the_whole),
    TEST(an_interrupt_that_comes_with_the_data_is_for_the_next_wait),
    TEST(receive_waits_within_its_timeout_and_takes_nothing_away),
    TEST(the_stream_ends_once_everything_is_read),
    TEST(after_a_reset_a_reader_gets_the_data_then_the_error_once_then_the_end),
    TEST(after_a_reset_a_writer_gets_the_error_once_then_epipe),
    TEST(a_reset_after_the_end_of_the_stream_leaves_the_end),
    TEST(a_reset_ends_a_waiting_sendall),
    TEST(a_peer_that_vanishes_is_a_timeout),
    TEST(after_shutdown_of_writing_the_other_direction_goes_on),
    TEST(after_shutdown_of_reading_all_that_comes_is_thrown_away),
    TEST(nothing_waits_to_write_after_shutdown),
    TEST(a_socket_that_never_connected_cannot_be_shut),
    TEST(a_socket_outlives_its_pcb_in_time_wait),
    TEST(a_socket_outlives_its_pcb_after_a_simultaneous_close),
    TEST(a_simultaneous_shutdown_of_an_open_socket_is_no_close),
    TEST(a_socket_whose_both_directions_are_finished_reports_no_error),
    TEST(closing_with_something_unread_resets_after_shutdown_too),
    TEST(options_are_kept_checked_and_inherited),
    TEST(no_delay_sends_what_was_delayed),
    TEST(keepalive_finds_a_peer_that_is_gone),
    TEST(a_segment_beyond_the_window_and_out_of_order_does_no_harm),
    TEST(two_ends_that_both_wait_for_room_leave_the_stack_in_peace),
    TEST(storms_of_all_connections_at_once_do_not_hide_each_other),
    {NULL, NULL},
};
