// SPDX-License-Identifier: MIT
// Tests of the core without memory: every allocation may fail, nothing is lost or left behind.
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "harness.h"
#include "lwip_faults.h"
#include "lwip/mem.h"
#include "lwip/memp.h"

static void no_memory_for_a_socket(void) {
	int error;
	allocation_countdown = 0;
	CHECK(sockets_tcp_open(test_port, &error) == NULL);
	CHECK_EQUAL(error, -ENOBUFS);
	sockets_tcp_close(open_socket());
}

static void no_memory_for_a_connection_resets_it(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket(), *connection;
	const struct sockets_address address = loopback(7000);
	sockets_tcp_set_timeout(listener, 0);
	allocation_countdown = 0;
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -ECONNRESET);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), -EAGAIN);
	CHECK_EQUAL(allocation_countdown, -1);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0);
	sockets_tcp_close(connection);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void no_memory_for_sending_loses_nothing(void) {
	struct pair pair = open_pair();
	static uint8_t data[4000], received[4000];
	for (size_t i = 0; i < sizeof data; i += 1)
		data[i] = (uint8_t)(i * 31);
	lwip_faults_take_heap(0);
	sockets_tcp_set_timeout(pair.client, 0);
	CHECK_EQUAL(sockets_tcp_send(pair.client, data, sizeof data, 0), -ENOBUFS);
	sockets_tcp_set_timeout(pair.client, 2000);
	CHECK_EQUAL(sockets_tcp_send(pair.client, data, sizeof data, 0), -ETIMEDOUT);
	sockets_tcp_set_timeout(pair.client, SOCKETS_FOREVER);
	const uint32_t start = clock_now();
	CHECK_EQUAL(sockets_tcp_send(pair.client, data, sizeof data, 0), -ENOBUFS); // not for ever
	CHECK(clock_now() - start >= 10000);
	lwip_faults_give_heap_back();
	lwip_faults_take_heap(1200); // enough for a part
	const int32_t part = sockets_tcp_send(pair.client, data, sizeof data, 0);
	CHECK(part >= 500 && part < (int32_t)sizeof data); // as much as a few halvings find room for
	lwip_faults_give_heap_back();
	pass_time(1000);
	CHECK_EQUAL(sockets_tcp_sendall(pair.client, data + part, sizeof data - (size_t)part, 0), 0);
	size_t in = 0;
	while (in < sizeof data) {
		const int32_t count = sockets_tcp_receive(pair.server, received + in, sizeof received - in, 0);
		CHECK(count > 0);
		in += (size_t)count;
	}
	CHECK(memcmp(data, received, sizeof data) == 0);
	close_pair(&pair);
}

static void no_memory_for_closing_closes_later(void) {
	struct pair pair = open_pair();
	lwip_faults_take_heap(0);
	sockets_tcp_close(pair.client);
	pair.client = NULL;
	lwip_faults_give_heap_back();
	CHECK_EQUAL(sockets_tcp_wait_readable(pair.server, 1, 0), 0);
	close_pair(&pair);
}

static void no_memory_for_connecting_can_be_tried_again(void) {
	struct sockets_tcp *listener = open_listener(7000, 1), *client = open_socket();
	const struct sockets_address address = loopback(7000);
	lwip_faults_take_heap(0);
	CHECK_EQUAL(sockets_tcp_connect(client, &address), -ENOBUFS);
	lwip_faults_give_heap_back();
	CHECK_EQUAL(sockets_tcp_connect(client, &address), 0);
	sockets_tcp_close(client);
	sockets_tcp_close(listener);
}

static void no_pcb_for_listening(void) {
	void *blocks[MEMP_NUM_TCP_PCB_LISTEN];
	for (size_t i = 0; i < MEMP_NUM_TCP_PCB_LISTEN; i += 1)
		CHECK((blocks[i] = memp_malloc(MEMP_TCP_PCB_LISTEN)) != NULL);
	struct sockets_tcp *socket = open_socket();
	CHECK_EQUAL(sockets_tcp_listen(socket, 1), -ENOBUFS);
	for (size_t i = 0; i < MEMP_NUM_TCP_PCB_LISTEN; i += 1)
		memp_free(MEMP_TCP_PCB_LISTEN, blocks[i]);
	CHECK_EQUAL(sockets_tcp_listen(socket, 1), 0);
	sockets_tcp_close(socket);
}

static void no_pcb_for_a_socket(void) {
	void *blocks[MEMP_NUM_TCP_PCB];
	for (size_t i = 0; i < MEMP_NUM_TCP_PCB; i += 1)
		CHECK((blocks[i] = memp_malloc(MEMP_TCP_PCB)) != NULL);
	int error;
	CHECK(sockets_tcp_open(test_port, &error) == NULL);
	CHECK_EQUAL(error, -ENOBUFS);
	for (size_t i = 0; i < MEMP_NUM_TCP_PCB; i += 1)
		memp_free(MEMP_TCP_PCB, blocks[i]);
	sockets_tcp_close(open_socket());
}

#define TEST(name)                                                                                                     \
	{ #name, name }

const struct test memory_tests[] = {
    TEST(no_memory_for_a_socket),
    TEST(no_memory_for_a_connection_resets_it),
    TEST(no_memory_for_sending_loses_nothing),
    TEST(no_memory_for_closing_closes_later),
    TEST(no_memory_for_connecting_can_be_tried_again),
    TEST(no_pcb_for_listening),
    TEST(no_pcb_for_a_socket),
    {NULL, NULL},
};
