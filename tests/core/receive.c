// SPDX-License-Identifier: MIT
// Tests of sockets_receive.c: reads that want more than is there, and what becomes of them when they end early.
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "harness.h"
#include "lwip_faults.h"
#include "lwip/priv/tcp_priv.h"

#define SIZE 20000 // more than the window and the send buffer together

static uint8_t sent[SIZE], received[SIZE + 100];

static void fill(void) {
	for (size_t i = 0; i < SIZE; i += 1)
		sent[i] = (uint8_t)('a' + (i * 7 + (i >> 8)) % 26);
	memset(received, 0, sizeof received);
}

/** Sends without waiting, as much as goes; gives how much that was. */
static size_t push(struct sockets_tcp *socket, const uint8_t *data, size_t size) {
	size_t out = 0;
	for (;;) {
		const int32_t count = sockets_tcp_send(socket, data + out, size - out, SOCKETS_DONTWAIT);
		if (count <= 0)
			return out;
		out += (size_t)count;
		if (out == size)
			return out;
	}
}

/** The sender and the waiting reader in turn: the reader's wait ends at once, what it gathered stays. */
static void transfer(struct pair *pair, size_t size, size_t want) {
	size_t out = 0;
	while (out < size) {
		out += push(pair->client, sent + out, size - out);
		const int32_t there = sockets_tcp_wait_readable(pair->server, want, SOCKETS_DONTWAIT);
		CHECK(there == -EAGAIN || (size_t)there >= want);
	}
}

static void reads_larger_than_the_window_end_when_all_is_there(void) {
	struct pair pair = open_pair();
	fill();
	transfer(&pair, SIZE, SIZE);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SIZE, 0), SIZE);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, SIZE, SOCKETS_WAITALL), SIZE);
	CHECK(memcmp(sent, received, SIZE) == 0);
	close_pair(&pair);
}

static void a_read_that_ends_early_takes_nothing_away(void) {
	struct pair pair = open_pair();
	fill();
	CHECK_EQUAL(push(pair.client, sent, 3000), 3000);
	sockets_tcp_set_timeout(pair.server, 500);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SIZE, 0), -ETIMEDOUT);
	CHECK_EQUAL(push(pair.client, sent + 3000, 1000), 1000);
	interrupt = true;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SIZE, 0), -EINTR);
	interrupt = false;
	run_network();
	// Every kind of read sees it: peeking, in small pieces, across the buffer's end, poll.
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 3500, SOCKETS_PEEK), 3500);
	CHECK(memcmp(sent, received, 3500) == 0);
	struct sockets_poll entry = {pair.server, SOCKETS_POLLIN, 0};
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, 0), 1);
	size_t in = 0;
	while (in < 4000)
		in += (size_t)sockets_tcp_receive(pair.server, received + in, 700, 0);
	CHECK_EQUAL(in, 4000);
	CHECK(memcmp(sent, received, 4000) == 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 1, SOCKETS_DONTWAIT), -EAGAIN);
	close_pair(&pair);
}

/** The bytes that lwIP lets the peer of the pair's server end send. */
static uint32_t announced(void) {
	const struct tcp_pcb *pcb = tcp_active_pcbs;
	while (pcb->local_port != 7000)
		pcb = pcb->next;
	return pcb->rcv_ann_right_edge - pcb->rcv_nxt;
}

static void a_gathering_read_keeps_the_window_open(void) {
	struct pair pair = open_pair();
	fill();
	transfer(&pair, SIZE, SIZE + 1);
	sockets_tcp_set_timeout(pair.server, 5000); // enough for the last byte to come
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SIZE + 1, 0), -ETIMEDOUT);
	CHECK(announced() >= TCP_WND / 2);
	sockets_tcp_close(pair.server); // with something unread: a reset, although lwIP has nothing to be reset for
	pair.server = NULL;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.client, 1, 0), -ECONNRESET);
	close_pair(&pair);
}

static void a_reader_that_never_writes_leaves_half_of_the_window_open(void) {
	struct pair pair = open_pair();
	fill();
	size_t out = 0, in = 0;
	for (size_t step = 1; in < SIZE; step = step * 7 % 1999) {
		const size_t part = step < SIZE - out ? step : SIZE - out;
		CHECK_EQUAL(push(pair.client, sent + out, part), part);
		out += part;
		while (in < out)
			in += (size_t)sockets_tcp_receive(pair.server, received + in, 1 + step % 700, 0);
		CHECK(announced() >= TCP_WND / 2);
	}
	CHECK(memcmp(sent, received, SIZE) == 0);
	close_pair(&pair);
}

static void an_echo_needs_no_packet_for_the_window(void) {
	struct pair pair = open_pair();
	fill();
	const unsigned before = lwip_stats.tcp.xmit, rounds = 50;
	for (unsigned i = 0; i < rounds; i += 1) {
		CHECK_EQUAL(sockets_tcp_sendall(pair.client, sent, 1024, 0), 0);
		CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 1024, SOCKETS_WAITALL), 1024);
		CHECK_EQUAL(sockets_tcp_sendall(pair.server, received, 1024, 0), 0);
		CHECK_EQUAL(sockets_tcp_receive(pair.client, received, 1024, SOCKETS_WAITALL), 1024);
	}
	CHECK(memcmp(sent, received, 1024) == 0);
	CHECK_EQUAL(lwip_stats.tcp.xmit - before, 2 * rounds);
	close_pair(&pair);
}

static void a_close_that_owes_the_window_is_no_reset(void) {
	struct pair pair = open_pair();
	fill();
	CHECK_EQUAL(push(pair.client, sent, 100), 100);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 100, SOCKETS_WAITALL), 100);
	sockets_tcp_close(pair.server);
	pair.server = NULL;
	CHECK_EQUAL(sockets_tcp_receive(pair.client, received, 1, 0), 0);
	close_pair(&pair);
}

static void waitall_takes_more_than_the_window_without_memory(void) {
	struct pair pair = open_pair();
	fill();
	size_t out = push(pair.client, sent, SIZE), in = 0;
	no_memory = true;
	while (in < SIZE) {
		const int32_t part =
		    sockets_tcp_receive(pair.server, received + in, SIZE - in, SOCKETS_WAITALL | SOCKETS_DONTWAIT);
		CHECK(part > 0 || part == -EAGAIN);
		if (part > 0)
			in += (size_t)part;
		out += push(pair.client, sent + out, SIZE - out);
	}
	no_memory = false;
	CHECK(memcmp(sent, received, SIZE) == 0);
	close_pair(&pair);
}

static void peeking_again_and_again_sees_what_comes(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "a", 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 2, SOCKETS_PEEK), 1);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "b", 1, 0), 1);
	int32_t there = 0;
	for (int i = 0; i < 1000 && there < 2; i += 1)
		there = sockets_tcp_receive(pair.server, received, 2, SOCKETS_PEEK);
	CHECK_EQUAL(there, 2);
	close_pair(&pair);
}

static void waitall_gives_what_came_when_it_ends_early(void) {
	struct pair pair = open_pair();
	fill();
	sockets_tcp_set_timeout(pair.server, 500);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, SOCKETS_WAITALL), -ETIMEDOUT);
	CHECK_EQUAL(push(pair.client, sent, 7), 7);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, SOCKETS_WAITALL | SOCKETS_PEEK), 7);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, SOCKETS_WAITALL), 7);
	CHECK_EQUAL(push(pair.client, sent, 5), 5);
	run_network();
	tcp_abort(tcp_active_pcbs->local_port == 7000 ? tcp_active_pcbs->next : tcp_active_pcbs);
	run_network();
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, SOCKETS_WAITALL), 5); // the error stays for the next
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, SOCKETS_WAITALL), -ECONNRESET);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, SOCKETS_WAITALL), 0);
	close_pair(&pair);
}

static void at_the_end_of_the_stream_a_read_gives_what_is_left(void) {
	struct pair pair = open_pair();
	fill();
	CHECK_EQUAL(push(pair.client, sent, 5), 5);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 10, 0), 5);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), 5);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, 0), 5);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), 0);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 10, 0), 0);
	close_pair(&pair);
}

static void a_reset_fails_a_read_that_wants_more_and_leaves_the_data(void) {
	struct pair pair = open_pair();
	fill();
	CHECK_EQUAL(push(pair.client, sent, 5), 5);
	run_network();
	tcp_abort(tcp_active_pcbs->local_port == 7000 ? tcp_active_pcbs->next : tcp_active_pcbs);
	run_network();
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 10, 0), -ECONNRESET);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, 0), 5);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, 0), 0);
	close_pair(&pair);
}

static void reading_to_the_end_takes_memory_for_what_comes_alone(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "abc", 3, 0), 3);
	sockets_tcp_set_timeout(pair.server, 100);
	largest_allocation = 0;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, INT32_MAX, 0), -ETIMEDOUT);
	CHECK(largest_allocation > 0 && largest_allocation < 10000);
	close_pair(&pair);
}

static void lines_are_found_wherever_they_lie(void) {
	struct pair pair = open_pair();
	fill();
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	sockets_tcp_set_timeout(pair.server, 100);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "one\ntwo", 7, 0), 7);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), 4);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 4, 0), 4);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), -ETIMEDOUT); // "two" is gathered now
	CHECK_EQUAL(sockets_tcp_send(pair.client, " and", 4, 0), 4);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), -ETIMEDOUT);
	CHECK_EQUAL(sockets_tcp_send(pair.client, " a", 2, 0), 2); // in packets of its own, behind the buffer
	run_network();
	CHECK_EQUAL(sockets_tcp_send(pair.client, " half\n\nx", 8, 0), 8);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), 15);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 15, 0), 15);
	CHECK(memcmp(received, "two and a half\n", 15) == 0);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), 1);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), -ETIMEDOUT);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 10, 0), 1);
	// A line that is larger than the window.
	transfer(&pair, SIZE, SOCKETS_LINE);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "\n", 1, 0), 1);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), SIZE + 1);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, SIZE + 1, 0), SIZE + 1);
	CHECK(memcmp(sent, received, SIZE) == 0);
	CHECK_EQUAL(received[SIZE], '\n');
	close_pair(&pair);
}

static void no_memory_to_gather_loses_nothing(void) {
	struct pair pair = open_pair();
	fill();
	CHECK_EQUAL(push(pair.client, sent, 3000), 3000);
	run_network();
	no_memory = true;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 10000, 0), -ENOBUFS);
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0), -ENOBUFS);
	no_memory = false;
	sockets_tcp_set_timeout(pair.server, 0);
	allocation_countdown = 0; // no memory for the size that is wanted, but for the one that is there
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 10000, 0), -EAGAIN);
	CHECK_EQUAL(allocation_countdown, -1);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 3000, SOCKETS_WAITALL), 3000);
	CHECK(memcmp(sent, received, 3000) == 0);
	close_pair(&pair);
}

static void poll_tells_what_would_not_wait(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket(), *server;
	struct sockets_poll entries[] = {{listener, SOCKETS_POLLIN, 0}, {client, SOCKETS_POLLOUT, 0}};
	const struct sockets_address address = loopback(7000);
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 2, 0), 1);
	CHECK_EQUAL(entries[1].result, SOCKETS_POLLOUT | SOCKETS_POLLHUP); // not connected: a call would fail
	sockets_tcp_set_timeout(client, 0);
	link_lost = true;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -EINPROGRESS);
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 2, 800), 0);
	CHECK_EQUAL(clock_now() - start, 800);
	link_lost = false;
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entries[1], 1, SOCKETS_FOREVER), 1);
	CHECK_EQUAL(entries[1].result, SOCKETS_POLLOUT);
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entries[0], 1, SOCKETS_FOREVER), 1);
	CHECK_EQUAL(entries[0].result, SOCKETS_POLLIN);
	CHECK_EQUAL(sockets_tcp_accept(listener, &server), 0);
	// Full in one direction, readable in the other.
	push(client, sent, SIZE);
	entries[0] = (struct sockets_poll){client, SOCKETS_POLLIN | SOCKETS_POLLOUT, 0};
	entries[1] = (struct sockets_poll){server, SOCKETS_POLLIN | SOCKETS_POLLOUT, 0};
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 2, 0), 1);
	CHECK_EQUAL(entries[0].result, 0);
	CHECK_EQUAL(entries[1].result, SOCKETS_POLLIN | SOCKETS_POLLOUT);
	entries[1].events = 0;
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 2, 0), 0);
	interrupt = true;
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 2, 100), -EINTR);
	interrupt = false;
	// A reset: error and hang-up without being asked for.
	sockets_tcp_close(server);
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 1, SOCKETS_FOREVER), 1);
	CHECK_EQUAL(entries[0].result, SOCKETS_POLLIN | SOCKETS_POLLOUT | SOCKETS_POLLERR | SOCKETS_POLLHUP);
	entries[0].socket = NULL;
	CHECK_EQUAL(sockets_tcp_poll(test_port, entries, 1, SOCKETS_FOREVER), 1);
	CHECK_EQUAL(entries[0].result, SOCKETS_POLLNVAL);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void poll_tells_the_end_of_each_direction(void) {
	struct pair pair = open_pair();
	struct sockets_poll entry = {pair.server, SOCKETS_POLLIN, 0};
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, SOCKETS_FOREVER), 1);
	CHECK_EQUAL(entry.result, SOCKETS_POLLIN);
	CHECK_EQUAL(sockets_tcp_shutdown(pair.server, false, true), 0);
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, SOCKETS_FOREVER), 1);
	CHECK_EQUAL(entry.result, SOCKETS_POLLIN | SOCKETS_POLLHUP);
	close_pair(&pair);
}

static void a_poll_that_is_always_ready_for_writing_sees_what_comes(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), 1);
	bool seen = false;
	for (int i = 0; i < 1000 && !seen; i += 1) {
		struct sockets_poll entry = {pair.server, SOCKETS_POLLIN | SOCKETS_POLLOUT, 0};
		CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, 1000), 1);
		seen = entry.result & SOCKETS_POLLIN;
	}
	CHECK(seen);
	close_pair(&pair);
}

static void poll_does_not_call_a_socket_without_memory_writable(void) {
	struct pair pair = open_pair();
	struct sockets_poll entry = {pair.client, SOCKETS_POLLOUT, 0};
	lwip_faults_take_heap(0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, SOCKETS_DONTWAIT), -ENOBUFS);
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, 0), 0);
	lwip_faults_give_heap_back();
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, 2000), 1);
	close_pair(&pair);
}

static void linger_zero_resets_and_a_linger_time_bounds_the_close(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, -1), -EINVAL);
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 65536), -EINVAL);
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 0), 0);
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), -ECONNRESET);
	close_pair(&pair);
	pair = open_pair();
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 3), 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, "x", 1, 0), 1);
	link_lost = true;
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	struct sockets_tcp_stats stats;
	pass_time(2500);
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.closing, 1);
	pass_time(2000);
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.closing, 0);
	close_pair(&pair);
}

static void numbers_are_the_smallest_free_ones(void) {
	struct sockets_tcp *first = open_socket(), *second = open_socket(), *third;
	CHECK_EQUAL(sockets_tcp_number(first), 3);
	CHECK_EQUAL(sockets_tcp_number(second), 4);
	CHECK_EQUAL(sockets_tcp_number(first), 3);
	sockets_tcp_close(first);
	third = open_socket();
	CHECK_EQUAL(sockets_tcp_number(third), 3);
	sockets_tcp_close(second);
	sockets_tcp_close(third);
}

static void poll_tells_that_both_directions_were_shut_here(void) {
	struct pair pair = open_pair();
	CHECK_EQUAL(sockets_tcp_shutdown(pair.client, true, true), 0);
	struct sockets_poll entry = {pair.client, SOCKETS_POLLIN | SOCKETS_POLLOUT, 0};
	CHECK_EQUAL(sockets_tcp_poll(test_port, &entry, 1, 0), 1);
	CHECK_EQUAL(entry.result, SOCKETS_POLLIN | SOCKETS_POLLOUT | SOCKETS_POLLHUP);
	close_pair(&pair);
}

static void a_detached_socket_goes_on_and_can_be_attached_once(void) {
	struct pair pair = open_pair();
	CHECK(sockets_tcp_attach(test_port, sockets_tcp_number(pair.client)) == NULL); // somebody has it
	const int number = sockets_tcp_detach(pair.client);
	CHECK_EQUAL(sockets_tcp_send(pair.server, "x", 1, 0), 1);
	CHECK(sockets_tcp_attach(test_port, number + 1) == NULL);
	CHECK(sockets_tcp_attach(test_port, number) == pair.client);
	CHECK(sockets_tcp_attach(test_port, number) == NULL);
	CHECK_EQUAL(sockets_tcp_receive(pair.client, received, 1, 0), 1);
	close_pair(&pair);
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test receive_tests[] = {
    TEST(reads_larger_than_the_window_end_when_all_is_there),
    TEST(a_read_that_ends_early_takes_nothing_away),
    TEST(a_gathering_read_keeps_the_window_open),
    TEST(a_reader_that_never_writes_leaves_half_of_the_window_open),
    TEST(an_echo_needs_no_packet_for_the_window),
    TEST(a_close_that_owes_the_window_is_no_reset),
    TEST(waitall_takes_more_than_the_window_without_memory),
    TEST(peeking_again_and_again_sees_what_comes),
    TEST(waitall_gives_what_came_when_it_ends_early),
    TEST(at_the_end_of_the_stream_a_read_gives_what_is_left),
    TEST(a_reset_fails_a_read_that_wants_more_and_leaves_the_data),
    TEST(reading_to_the_end_takes_memory_for_what_comes_alone),
    TEST(lines_are_found_wherever_they_lie),
    TEST(no_memory_to_gather_loses_nothing),
    TEST(poll_tells_what_would_not_wait),
    TEST(poll_tells_the_end_of_each_direction),
    TEST(a_poll_that_is_always_ready_for_writing_sees_what_comes),
    TEST(poll_does_not_call_a_socket_without_memory_writable),
    TEST(linger_zero_resets_and_a_linger_time_bounds_the_close),
    TEST(numbers_are_the_smallest_free_ones),
    TEST(poll_tells_that_both_directions_were_shut_here),
    TEST(a_detached_socket_goes_on_and_can_be_attached_once),
    {NULL, NULL},
};
