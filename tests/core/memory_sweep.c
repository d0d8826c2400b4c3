// SPDX-License-Identifier: MIT
// Memory that ends, everywhere: each scenario runs again and again, and each time another of its allocations fails,
// once, twice in a row, or for longer than any call waits. Whatever fails, a call may say so (ENOBUFS, and of a
// connection that the listener has no memory for, ECONNRESET), and then succeeds when it is made again; or it goes on
// as if nothing had been. No byte is lost, nothing is left behind. tests/host/memory.test.ts runs these, and fails if
// there is an allocation in the core or in what it asks lwIP for that no scenario makes fail. Read allocations.h first.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "dns_responder.h"
#include "harness.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip_faults.h"

#define PORT 7000
#define SIZE 20000 // more than the window and the send buffer together

static uint8_t data[SIZE], received[SIZE];

/** A call has failed: that must be for memory, and some must have been refused. From now there is enough. */
static bool told(long long result) {
	CHECK_EQUAL(result, -ENOBUFS);
	CHECK(allocations_failed());
	allocations_come_back();
	return true;
}

/** Makes a call of the core, a second time if there was no memory the first time; gives its result, which is no
 * failure. */
#define STEP(call)                                                                                                     \
	({                                                                                                                 \
		long long result_ = (call);                                                                                    \
		if (result_ < 0 && told(result_))                                                                              \
			result_ = (call);                                                                                          \
		CHECK(result_ >= 0);                                                                                           \
		result_;                                                                                                       \
	})

static struct sockets_tcp *opened(void) {
	int error;
	struct sockets_tcp *socket = sockets_tcp_open(test_port, &error);
	if (socket == NULL && told(error))
		socket = sockets_tcp_open(test_port, &error);
	CHECK(socket != NULL);
	return socket;
}

static struct sockets_tcp *listening(int backlog) {
	struct sockets_tcp *listener = opened();
	const struct sockets_address address = loopback(PORT);
	CHECK_EQUAL(sockets_tcp_set_option(listener, SOCKETS_REUSEADDR, 1), 0);
	STEP(sockets_tcp_bind(listener, &address));
	STEP(sockets_tcp_listen(listener, backlog));
	sockets_tcp_set_timeout(listener, 60000);
	return listener;
}

/** The peer is gone: so it says, if its packet gets through, or else its answer to what it is sent. */
static void finds_reset(struct sockets_tcp *socket) {
	int32_t result = 0;
	for (int rounds = 0; result >= 0; rounds += 1) {
		CHECK(rounds < 100);
		pass_time(1000);
		result = sockets_tcp_try_send(socket, data, 1);
	}
	CHECK_EQUAL(result, -ECONNRESET);
}

/** A connection for which the listener had no memory: its client is told, by connect or later. */
static void was_reset(struct sockets_tcp *client, int result) {
	CHECK(allocations_failed());
	allocations_come_back();
	if (result != 0)
		CHECK_EQUAL(result, -ECONNRESET);
	else
		finds_reset(client);
	sockets_tcp_close(client);
}

/** Sends in pieces, as many bytes at a time as there is memory for. */
static void send_all(struct sockets_tcp *socket, const uint8_t *bytes, size_t size, size_t piece) {
	for (size_t out = 0; out < size;)
		out += (size_t)STEP(sockets_tcp_send(socket, bytes + out, size - out < piece ? size - out : piece, 0));
}

/** Connects, once more if the listener had no memory for the connection. */
static void connect_to(struct sockets_tcp *listener, struct sockets_tcp **client, struct sockets_tcp **server) {
	const struct sockets_address address = loopback(PORT);
	for (;;) {
		*client = opened();
		int result = sockets_tcp_connect(*client, &address);
		if (result == -ENOBUFS && told(result))
			result = sockets_tcp_connect(*client, &address);
		if (result == 0 && (result = sockets_tcp_accept(listener, server)) == 0)
			return;
		if (result == -ETIMEDOUT)
			result = 0; // nobody came
		was_reset(*client, result);
	}
}

static struct pair connected(void) {
	struct pair pair = {.listener = listening(2)};
	connect_to(pair.listener, &pair.client, &pair.server);
	return pair;
}

/** Sends without waiting, and receives, until everything is there; checks every byte. */
static void exchange(struct sockets_tcp *from, struct sockets_tcp *to, size_t size) {
	size_t out = 0, in = 0;
	for (int rounds = 0; in < size; rounds += 1) {
		CHECK(rounds < 20000);
		if (out < size) {
			const int32_t count = sockets_tcp_try_send(from, data + out, size - out);
			CHECK(count >= 0);
			out += (size_t)count;
		}
		const int32_t count = sockets_tcp_receive(to, received + in, size - in, SOCKETS_DONTWAIT);
		if (count == -EAGAIN) {
			pass_time(50);
			continue;
		}
		CHECK(count > 0);
		in += (size_t)count;
	}
	CHECK(memcmp(data, received, size) == 0);
}

/** The stream has ended. */
static void ends(struct sockets_tcp *socket) {
	uint8_t byte;
	CHECK_EQUAL(STEP(sockets_tcp_receive(socket, &byte, 1, 0)), 0);
}

static void close_both(struct pair *pair) {
	sockets_tcp_close(pair->client);
	ends(pair->server);
	sockets_tcp_close(pair->server);
	sockets_tcp_close(pair->listener);
}

/** Sockets that come and go without a connection. */
static void life(void) {
	struct sockets_tcp *listener = listening(1), *client = opened(), *other = opened();
	const struct sockets_address nowhere = loopback(1), any = {0, 0};
	STEP(sockets_tcp_listen(listener, 3));
	STEP(sockets_tcp_bind(other, &any));
	STEP(sockets_tcp_listen(other, 1));
	for (int i = 0; i < 2; i += 1) {
		int result = sockets_tcp_connect(client, &nowhere);
		if (result == -ENOBUFS && told(result))
			result = sockets_tcp_connect(client, &nowhere);
		CHECK_EQUAL(result, -ECONNREFUSED);
	}
	sockets_tcp_close(other);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

/** A few connections, messages in both directions, ends in either order. */
static void messages(void) {
	struct pair pair = connected();
	for (int i = 0; i < 3; i += 1) {
		exchange(pair.client, pair.server, 100);
		exchange(pair.server, pair.client, 1000);
	}
	struct sockets_tcp *client, *server;
	connect_to(pair.listener, &client, &server);
	exchange(server, client, 10);
	sockets_tcp_close(server);
	ends(client);
	sockets_tcp_close(client);
	close_both(&pair);
}

/** A connect that nobody waits for in a call, and poll. */
static void connect_and_poll(void) {
	struct sockets_tcp *listener = listening(1), *client = NULL, *server = NULL;
	const struct sockets_address address = loopback(PORT);
	while (server == NULL) {
		client = opened();
		struct sockets_address local;
		STEP(sockets_tcp_begin_connect(client, &address, &local));
		struct sockets_poll entries[] = {{client, SOCKETS_POLLOUT, 0}, {listener, SOCKETS_POLLIN, 0}};
		CHECK(sockets_tcp_poll(test_port, entries, 1, 60000) == 1);
		int result = sockets_tcp_end_connect(client, &local);
		if (result == 0 && sockets_tcp_poll(test_port, entries + 1, 1, 60000) == 1)
			STEP(sockets_tcp_accept(listener, &server));
		else
			was_reset(client, result);
	}
	CHECK_EQUAL(sockets_tcp_set_option(client, SOCKETS_NODELAY, 1), 0);
	CHECK_EQUAL(sockets_tcp_set_option(server, SOCKETS_KEEPALIVE, 1), 0);
	exchange(client, server, 3000);
	struct pair pair = {listener, client, server};
	close_both(&pair);
}

/** More than all buffers together hold. */
static void large(void) {
	struct pair pair = connected();
	exchange(pair.client, pair.server, SIZE);
	exchange(pair.server, pair.client, SIZE);
	close_both(&pair);
}

/** Calls that wait until all is sent, and reads that wait until all is there. */
static void blocking(void) {
	struct pair pair = connected();
	send_all(pair.client, data, 3000, 3000);
	CHECK_EQUAL(STEP(sockets_tcp_receive(pair.server, received, 3000, SOCKETS_WAITALL)), 3000);
	CHECK(memcmp(data, received, 3000) == 0);
	// How much sendall has sent when it fails is not told: the peer knows.
	int result = sockets_tcp_sendall(pair.server, data, 9000, 0);
	size_t in = 0;
	if (result < 0 && told(result)) {
		pass_time(60000);
		sockets_tcp_set_timeout(pair.client, 1000);
		int32_t count;
		while ((count = sockets_tcp_receive(pair.client, received + in, 9000 - in, 0)) > 0)
			in += (size_t)count;
		CHECK_EQUAL(count, -ETIMEDOUT);
		STEP(sockets_tcp_sendall(pair.server, data + in, 9000 - in, 0));
		sockets_tcp_set_timeout(pair.client, SOCKETS_FOREVER);
	}
	while (in < 9000)
		in += (size_t)STEP(sockets_tcp_receive(pair.client, received + in, 9000 - in, SOCKETS_WAITALL));
	CHECK(memcmp(data, received, 9000) == 0);
	close_both(&pair);
}

/** Reads that gather what comes: so many bytes, a line, a part when time is up. */
static void gathering(void) {
	struct pair pair = connected();
	memset(data, '-', 4000);
	data[3999] = '\n';
	for (int i = 0; i < 2; i += 1) {
		send_all(pair.client, data, 4000, 500); // they come one after the other while the read waits
		if (i == 0)
			CHECK_EQUAL(STEP(sockets_tcp_wait_readable(pair.server, SOCKETS_LINE, 0)), 4000);
		else
			CHECK(STEP(sockets_tcp_wait_readable(pair.server, 4000, 0)) >= 4000);
		CHECK_EQUAL(STEP(sockets_tcp_receive(pair.server, received, 4000, SOCKETS_PEEK | SOCKETS_WAITALL)), 4000);
		CHECK(memcmp(data, received, 4000) == 0);
		memset(received, 0, 4000);
		sockets_tcp_take(pair.server, received, 4000, 0);
		CHECK(memcmp(data, received, 4000) == 0);
	}
	// The awaited way: a try keeps what there is.
	send_all(pair.client, data, 300, 300);
	pass_time(20000);
	size_t scanned = 0;
	long long there = sockets_tcp_try_readable(pair.server, 1000, 0, &scanned);
	if (there == -ENOBUFS && told(there))
		there = sockets_tcp_try_readable(pair.server, 1000, 0, &scanned);
	CHECK_EQUAL(there, -EAGAIN);
	CHECK_EQUAL(sockets_tcp_part_readable(pair.server, SOCKETS_WAITALL, -ETIMEDOUT), 300);
	sockets_tcp_take(pair.server, received, 300, 0);
	CHECK(memcmp(data, received, 300) == 0);
	close_both(&pair);
}

/** Who awaits: events, and a limit of time. */
static void awaiting(void) {
	struct pair pair = connected();
	const uint32_t limit = 5000;
	sockets_tcp_watch(pair.server, SOCKETS_POLLIN, &limit);
	send_all(pair.client, data, 700, 700);
	pass_time(20000);
	CHECK(sockets_tcp_next_ready(test_port) == pair.server);
	CHECK(sockets_tcp_next_ready(test_port) == NULL);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 1000, 0), 700);
	sockets_tcp_watch(pair.server, SOCKETS_POLLIN, &limit);
	pass_time(6000);
	CHECK(sockets_tcp_next_ready(test_port) == pair.server);
	sockets_tcp_watch(pair.server, 0, NULL);
	close_both(&pair);
}

/** Every way in which a connection ends. */
static void endings(void) {
	struct pair pair = connected();
	exchange(pair.client, pair.server, 10);
	STEP(sockets_tcp_shutdown(pair.client, false, true));
	ends(pair.server);
	exchange(pair.server, pair.client, 2000);
	STEP(sockets_tcp_shutdown(pair.server, true, true));
	ends(pair.client);
	sockets_tcp_close(pair.client);
	sockets_tcp_close(pair.server);
	// With data that nobody has read: a reset.
	connect_to(pair.listener, &pair.client, &pair.server);
	send_all(pair.client, data, 100, 100);
	pass_time(20000);
	sockets_tcp_close(pair.server);
	finds_reset(pair.client);
	sockets_tcp_close(pair.client);
	// At once, and with time for what is unsent.
	connect_to(pair.listener, &pair.client, &pair.server);
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 0), 0);
	sockets_tcp_close(pair.client);
	finds_reset(pair.server);
	sockets_tcp_close(pair.server);
	connect_to(pair.listener, &pair.client, &pair.server);
	CHECK_EQUAL(sockets_tcp_set_linger(pair.client, true, 60), 0);
	send_all(pair.client, data, 3000, 3000);
	sockets_tcp_close(pair.client);
	CHECK_EQUAL(STEP(sockets_tcp_receive(pair.server, received, 3000, SOCKETS_WAITALL)), 3000);
	CHECK(memcmp(data, received, 3000) == 0);
	ends(pair.server);
	sockets_tcp_close(pair.server);
	// Both at once.
	connect_to(pair.listener, &pair.client, &pair.server);
	sockets_tcp_close(pair.client);
	sockets_tcp_close(pair.server);
	// Nobody accepts it.
	struct sockets_tcp *client = opened();
	const struct sockets_address address = loopback(PORT);
	int result = sockets_tcp_connect(client, &address);
	if (result == -ENOBUFS && told(result))
		result = sockets_tcp_connect(client, &address);
	sockets_tcp_close(pair.listener);
	if (result == 0)
		finds_reset(client);
	else
		CHECK_EQUAL(result, -ECONNRESET);
	sockets_tcp_close(client);
}

/** Takes the packets that wait on the loopback interface, at most `size`, each a pbuf chain of its own; gives how many.
 */
static size_t take_packets(struct pbuf **packets, size_t size) {
	struct netif *netif;
	size_t count = 0;
	NETIF_FOREACH(netif) {
		while (netif->loop_first != NULL) {
			struct pbuf *packet = netif->loop_first, *last = packet;
			while (last->len != last->tot_len)
				last = last->next;
			netif->loop_first = last->next;
			if (netif->loop_first == NULL)
				netif->loop_last = NULL;
			last->next = NULL;
			CHECK(count < size);
			packets[count++] = packet;
		}
	}
	return count;
}

/** Gives a packet to the board as the loopback interface does. */
static void deliver(struct pbuf *packet) {
	(void)ip4_input(packet, netif_list);
}

/** A copy of a packet of the loopback interface that has only the first `size` bytes of its data. */
static struct pbuf *shortened(const struct pbuf *packet, uint16_t size) {
	uint8_t bytes[2000];
	CHECK(pbuf_copy_partial(packet, bytes, packet->tot_len, 0) == packet->tot_len);
	struct ip_hdr *ip = (void *)bytes;
	const uint16_t ip_size = IPH_HL_BYTES(ip);
	struct tcp_hdr *tcp = (void *)(bytes + ip_size);
	const uint16_t total = (uint16_t)(ip_size + TCPH_HDRLEN_BYTES(tcp) + size);
	CHECK(total < packet->tot_len);
	IPH_LEN_SET(ip, lwip_htons(total));
	IPH_CHKSUM_SET(ip, 0);
	IPH_CHKSUM_SET(ip, inet_chksum(ip, ip_size));
	struct pbuf *copy = pbuf_alloc(PBUF_LINK, total, PBUF_RAM);
	if (copy == NULL)
		return NULL;
	tcp->chksum = 0;
	CHECK(pbuf_take(copy, bytes, total) == ERR_OK);
	ip_addr_t from, to;
	ip_addr_copy_from_ip4(from, ip->src);
	ip_addr_copy_from_ip4(to, ip->dest);
	(void)pbuf_remove_header(copy, ip_size);
	tcp->chksum = ip_chksum_pseudo(copy, IP_PROTO_TCP, copy->tot_len, &from, &to);
	(void)pbuf_add_header(copy, ip_size);
	CHECK(pbuf_take(copy, bytes, total) == ERR_OK);
	return copy;
}

/** Segments that come in another order than they were sent, some twice, some cut: lwIP keeps them until the rest is
 * there. */
static void disorder(void) {
	static const int orders[][4] = {{3, 2, 1, 0}, {1, 3, 2, 0}, {2, 3, 1, 0}, {1, 2, 3, 0}};
	struct pair pair = connected();
	exchange(pair.client, pair.server, 6000); // until the congestion window lets four segments go at once
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i += 1) {
		pass_time(20000);
		size_t out = 0;
		for (size_t piece = 0; piece < 4; piece += 1)
			out += (size_t)STEP(sockets_tcp_send(pair.client, data + out, 400, 0));
		struct pbuf *packets[64];
		const size_t count = take_packets(packets, 64);
		const bool whole = count == 4 && out == 1600;
		if (whole) {
			// Of the last in line first a part.
			struct pbuf *part = shortened(packets[orders[i][0]], 200);
			if (part != NULL)
				deliver(part);
			for (size_t at = 0; at < 4; at += 1)
				deliver(packets[orders[i][at]]);
		} else {
			for (size_t at = count; at-- > 0;)
				deliver(packets[at]);
		}
		sockets_tcp_set_timeout(pair.server, SOCKETS_FOREVER);
		CHECK_EQUAL(STEP(sockets_tcp_receive(pair.server, received, out, SOCKETS_WAITALL)), (long long)out);
		CHECK(memcmp(data, received, out) == 0);
	}
	close_both(&pair);
}

/** Nobody reads for a while: no window, a window too small for the next segment, probes. */
static void closed_window(void) {
	struct pair pair = connected();
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	static const size_t pieces[] = {1000, 1436, 1436, 1436, 1436, 1436};
	size_t out = 0;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i += 1) {
		send_all(pair.client, data + out, pieces[i], pieces[i]);
		out += pieces[i];
		pass_time(300);
	}
	pass_time(60000);
	CHECK_EQUAL(STEP(sockets_tcp_receive(pair.server, received, out, SOCKETS_WAITALL)), (long long)out);
	CHECK(memcmp(data, received, out) == 0);
	close_both(&pair);
}

/** Many small packets that nobody reads for a while: the core puts them together, if there is memory for that. */
static void trickle(void) {
	struct pair pair = connected();
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	for (size_t out = 0; out < 100; out += 1) {
		send_all(pair.client, data + out, 1, 1);
		run_network();
	}
	CHECK_EQUAL(STEP(sockets_tcp_receive(pair.server, received, 100, SOCKETS_WAITALL)), 100);
	CHECK(memcmp(data, received, 100) == 0);
	close_both(&pair);
}

/** Probes of a connection that says nothing. */
static void keepalive(void) {
	struct pair pair = connected();
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPALIVE, 1), 0);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPIDLE, 10), 0);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPINTVL, 10), 0);
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_KEEPCNT, 5), 0);
	pass_time(60000);
	exchange(pair.client, pair.server, 10);
	close_both(&pair);
}

/** Names, asked for in a call and awaited. Each is a new one: lwIP remembers answers. */
static void names(void) {
	static unsigned long number;
	if (!dns_responder_start()) {
		told(-ENOBUFS);
		CHECK(dns_responder_start());
	}
	char name[40];
	uint32_t host = 0;
	snprintf(name, sizeof name, "nobody%lu.test", number++);
	// No memory for a question is as if it were lost: it is asked again. No memory to ask at all is EAI_AGAIN.
	int result = sockets_resolve(test_port, name, SOCKETS_FOREVER, &host);
	if (result == SOCKETS_EAI_AGAIN) {
		CHECK(allocations_failed());
		allocations_come_back();
		result = sockets_resolve(test_port, name, SOCKETS_FOREVER, &host);
	}
	CHECK_EQUAL(result, SOCKETS_EAI_NONAME);
	struct sockets_tcp *socket = opened();
	int query;
	snprintf(name, sizeof name, "nobody%lu.test", number++);
	result = sockets_resolve_begin(socket, name, &host, &query);
	if (result == SOCKETS_EAI_AGAIN) {
		CHECK(allocations_failed());
		allocations_come_back();
		result = sockets_resolve_begin(socket, name, &host, &query);
	}
	CHECK_EQUAL(result, -EINPROGRESS);
	sockets_tcp_watch(socket, SOCKETS_POLLOUT, NULL);
	for (int rounds = 0; (result = sockets_resolve_end(query, &host)) == -EINPROGRESS; rounds += 1) {
		CHECK(rounds < 1000);
		pass_time(100);
	}
	CHECK_EQUAL(result, SOCKETS_EAI_NONAME);
	sockets_tcp_close(socket);
	dns_responder_stop();
	pass_time(3000);
}

/** As many connections as there can be, one after the other: those that are over make room. */
static void crowd(void) {
	struct pair pair = connected();
	for (int i = 0; i < 20; i += 1) {
		struct sockets_tcp *client, *server;
		connect_to(pair.listener, &client, &server);
		exchange(server, client, 10);
		sockets_tcp_close(client);
		ends(server);
		sockets_tcp_close(server);
		pass_time(1000);
	}
	exchange(pair.client, pair.server, 100);
	close_both(&pair);
}

/** A connection whose client has sent 1600 bytes in four segments, of which the first got lost, and has found no memory
 * to send it again when the peer asked for it. */
static struct pair with_a_segment_missing(void) {
	struct pair pair = connected();
	for (size_t i = 0; i < SIZE; i += 1)
		data[i] = (uint8_t)(i * 31 + (i >> 8));
	exchange(pair.client, pair.server, 6000);
	pass_time(1000); // all is acknowledged
	CHECK_EQUAL(sockets_tcp_set_option(pair.client, SOCKETS_NODELAY, 1), 0);
	for (size_t out = 0; out < 1600; out += 400)
		CHECK_EQUAL(sockets_tcp_send(pair.client, data + out, 400, 0), 400);
	struct pbuf *packets[64];
	CHECK_EQUAL(take_packets(packets, 64), 4);
	pbuf_free(packets[0]);
	for (size_t at = 1; at < 4; at += 1)
		deliver(packets[at]); // each is answered
	lwip_faults_take_heap(0);
	run_network();
	lwip_faults_give_heap_back();
	return pair;
}

static void what_is_sent_after_a_failed_retransmission_comes_after_it(void) {
	struct pair pair = with_a_segment_missing();
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data + 1600, 1000, 0), 0);
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 2600, SOCKETS_WAITALL), 2600);
	CHECK(memcmp(data, received, 2600) == 0);
	close_both(&pair);
}

static void the_end_after_a_failed_retransmission_comes_after_it(void) {
	for (int i = 0; i < 2; i += 1) {
		struct pair pair = with_a_segment_missing();
		if (i == 0)
			CHECK_EQUAL(sockets_tcp_shutdown(pair.client, false, true), 0);
		else
			sockets_tcp_close(pair.client);
		CHECK_EQUAL(sockets_tcp_receive(pair.server, received, 2000, SOCKETS_WAITALL), 1600);
		CHECK(memcmp(data, received, 1600) == 0);
		if (i == 0)
			sockets_tcp_close(pair.client);
		sockets_tcp_close(pair.server);
		sockets_tcp_close(pair.listener);
		check_clean();
	}
}

/** Each probe that finds no memory counts as one that got lost: at its time, not twice a second. */
static void a_closed_window_is_probed_until_there_is_memory(void) {
	struct pair pair = connected();
	size_t out = 0;
	for (int32_t count; (count = sockets_tcp_try_send(pair.client, data + out, SIZE - out)) > 0; pass_time(500))
		out += (size_t)count;
	lwip_faults_take_heap(0);
	pass_time(60000);
	lwip_faults_give_heap_back();
	CHECK_EQUAL(sockets_tcp_receive(pair.server, received, out, SOCKETS_WAITALL), (long long)out);
	CHECK(memcmp(data, received, out) == 0);
	close_both(&pair);
}

/** Runs a scenario with one of its allocations failing; true if there was one with this number. */
static bool run_once(void (*scenario)(void), unsigned number, enum allocations_away away) {
	const unsigned udp = lwip_stats.memp[MEMP_UDP_PCB]->used, timers = lwip_stats.memp[MEMP_SYS_TIMEOUT]->used;
	allocations_begin(number, away);
	memset(received, 0, sizeof received);
	scenario();
	allocations_come_back();
	check_clean();
	CHECK_EQUAL(lwip_stats.memp[MEMP_UDP_PCB]->used, udp);
	CHECK(lwip_stats.memp[MEMP_SYS_TIMEOUT]->used <= timers + 1); // TCP's own may come or go
	allocations_end();
	return allocations_failed();
}

/** Runs a scenario until every one of its allocations has failed, in each way; or, with ALLOCATION=number:away in the
 * environment, as allocations_explain() has it, once. */
static void sweep(void (*scenario)(void)) {
	for (size_t i = 0; i < SIZE; i += 1)
		data[i] = (uint8_t)(i * 31 + (i >> 8));
	const char *one = getenv("ALLOCATION");
	if (one != NULL) {
		CHECK(
		    run_once(scenario, (unsigned)strtoul(one, NULL, 10), (enum allocations_away)(one[strlen(one) - 1] - '0')));
		return;
	}
	unsigned runs = 0;
	for (enum allocations_away away = ALLOCATIONS_ONCE; away < ALLOCATIONS_AWAYS; away += 1) {
		unsigned number = 1;
		while (run_once(scenario, number, away))
			number += 1;
		runs += number;
	}
	printf("# %u runs, %u failures\n", runs, allocations_failures());
}

#define SCENARIO(name)                                                                                                 \
	static void memory_ends_##name(void) {                                                                             \
		sweep(name);                                                                                                   \
	}

SCENARIO(life)
SCENARIO(messages)
SCENARIO(connect_and_poll)
SCENARIO(large)
SCENARIO(blocking)
SCENARIO(gathering)
SCENARIO(awaiting)
SCENARIO(endings)
SCENARIO(disorder)
SCENARIO(closed_window)
SCENARIO(keepalive)
SCENARIO(trickle)
SCENARIO(names)
SCENARIO(crowd)

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test memory_sweep_tests[] = {
    TEST(memory_ends_life),
    TEST(memory_ends_messages),
    TEST(memory_ends_connect_and_poll),
    TEST(memory_ends_large),
    TEST(memory_ends_blocking),
    TEST(memory_ends_gathering),
    TEST(memory_ends_awaiting),
    TEST(memory_ends_endings),
    TEST(memory_ends_disorder),
    TEST(memory_ends_closed_window),
    TEST(memory_ends_keepalive),
    TEST(memory_ends_names),
    TEST(memory_ends_crowd),
    TEST(memory_ends_trickle),
    TEST(what_is_sent_after_a_failed_retransmission_comes_after_it),
    TEST(the_end_after_a_failed_retransmission_comes_after_it),
    TEST(a_closed_window_is_probed_until_there_is_memory),
    {NULL, NULL},
};
