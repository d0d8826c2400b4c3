// SPDX-License-Identifier: MIT
// An echo in C on lwIP's raw API, as its documentation has it: callbacks, one copy each way. See raw_echo.h.
#include "raw_echo.h"

#include <string.h>

#include "board.h"
#include "lwip/tcp.h"

#define PORT 7

/** One end of the connection. */
struct end {
	struct tcp_pcb *pcb;
	/** What is still to be sent. */
	const uint8_t *unsent;
	uint32_t unsent_size;
	/** Bytes that came in this round trip. */
	uint32_t received;
};

static struct tcp_pcb *listener;
static struct end client, server;
static uint8_t message[RAW_ECHO_LARGEST], echoed[RAW_ECHO_LARGEST], reply[RAW_ECHO_LARGEST];
static bool broken;

/** Hands lwIP as much as it takes. */
static void push(struct end *end) {
	while (end->unsent_size > 0) {
		const uint32_t room = tcp_sndbuf(end->pcb);
		const uint16_t part = (uint16_t)(end->unsent_size < room ? end->unsent_size : room);
		if (part == 0 || tcp_write(end->pcb, end->unsent, part, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break;
		end->unsent += part;
		end->unsent_size -= part;
	}
	(void)tcp_output(end->pcb);
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t size) {
	(void)pcb;
	(void)size;
	struct end *end = argument;
	if (end->unsent_size > 0)
		push(end);
	return ERR_OK;
}

/** Copies what came behind what came before. */
static void store(struct end *end, struct tcp_pcb *pcb, struct pbuf *packet, uint8_t *buffer) {
	(void)pbuf_copy_partial(packet, buffer + end->received, packet->tot_len, 0);
	end->received += packet->tot_len;
	tcp_recved(pcb, packet->tot_len);
	pbuf_free(packet);
}

static err_t on_reply(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	(void)argument;
	if (error == ERR_OK && packet != NULL)
		store(&client, pcb, packet, reply);
	return ERR_OK;
}

static err_t on_request(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	(void)argument;
	if (error != ERR_OK || packet == NULL)
		return ERR_OK;
	if (server.unsent_size == 0)
		server.unsent = echoed + server.received;
	server.unsent_size += packet->tot_len;
	store(&server, pcb, packet, echoed);
	push(&server);
	return ERR_OK;
}

static void on_error(void *argument, err_t error) {
	(void)error;
	struct end *end = argument;
	end->pcb = NULL;
	broken = true;
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error != ERR_OK)
		return error;
	server.pcb = pcb;
	tcp_arg(pcb, &server);
	tcp_recv(pcb, on_request);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	tcp_nagle_disable(pcb);
	return ERR_OK;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	(void)pcb;
	return error;
}

bool raw_echo_open(void) {
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	broken = false;
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL || tcp_bind(pcb, &host, PORT) != ERR_OK)
		return false;
	listener = tcp_listen(pcb);
	client.pcb = tcp_new();
	if (listener == NULL || client.pcb == NULL)
		return false;
	tcp_accept(listener, on_accept);
	tcp_arg(client.pcb, &client);
	tcp_recv(client.pcb, on_reply);
	tcp_sent(client.pcb, on_sent);
	tcp_err(client.pcb, on_error);
	tcp_nagle_disable(client.pcb);
	if (tcp_connect(client.pcb, &host, PORT, on_connected) != ERR_OK)
		return false;
	while (server.pcb == NULL && !broken)
		board_network_step(UINT32_MAX);
	for (uint32_t i = 0; i < RAW_ECHO_LARGEST; i += 1)
		message[i] = (uint8_t)(i * 7);
	return !broken;
}

bool raw_echo_run(uint32_t size, uint32_t rounds) {
	for (uint32_t round = 0; round < rounds; round += 1) {
		client.received = server.received = 0;
		client.unsent = message;
		client.unsent_size = size;
		push(&client);
		while (client.received < size && !broken)
			board_network_step(UINT32_MAX);
	}
	return !broken && memcmp(message, reply, size) == 0;
}

void raw_echo_close(void) {
	struct end *const ends[] = {&client, &server};
	for (int i = 0; i < 2; i += 1) {
		if (ends[i]->pcb == NULL)
			continue;
		tcp_err(ends[i]->pcb, NULL);
		tcp_abort(ends[i]->pcb);
		*ends[i] = (struct end){0};
	}
	(void)tcp_close(listener);
}
