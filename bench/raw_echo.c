// SPDX-License-Identifier: MIT
// An echo in C on lwIP's raw API, as its documentation has it: callbacks, one copy each way. See raw_echo.h.
#include "raw_echo.h"

#include <string.h>

#include "board.h"
#include "lwip/tcp.h"

#define PORT 7

/** One end of a connection. */
struct end {
	struct tcp_pcb *pcb;
	/** What is still to be sent. */
	const uint8_t *unsent;
	uint32_t unsent_size;
	/** Bytes that came in this round trip, and where they go. */
	uint32_t received;
	uint8_t *buffer;
};

static struct pair { struct end client, server; } pairs[RAW_ECHO_PAIRS];
static unsigned pair_count;

static struct tcp_pcb *listener;
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
static void store(struct end *end, struct tcp_pcb *pcb, struct pbuf *packet) {
	(void)pbuf_copy_partial(packet, end->buffer + end->received, packet->tot_len, 0);
	end->received += packet->tot_len;
	tcp_recved(pcb, packet->tot_len);
	pbuf_free(packet);
}

static err_t on_reply(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	if (error == ERR_OK && packet != NULL)
		store(argument, pcb, packet);
	return ERR_OK;
}

static err_t on_request(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	struct end *server = argument;
	if (error != ERR_OK || packet == NULL)
		return ERR_OK;
	if (server->unsent_size == 0)
		server->unsent = echoed + server->received;
	server->unsent_size += packet->tot_len;
	store(server, pcb, packet);
	push(server);
	return ERR_OK;
}

static void on_error(void *argument, err_t error) {
	(void)error;
	struct end *end = argument;
	end->pcb = NULL;
	broken = true;
}

static void set_up(struct end *end, struct tcp_pcb *pcb, tcp_recv_fn on_received, uint8_t *buffer) {
	*end = (struct end){.pcb = pcb, .buffer = buffer};
	tcp_arg(pcb, end);
	tcp_recv(pcb, on_received);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	tcp_nagle_disable(pcb);
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error != ERR_OK)
		return error;
	set_up(&pairs[pair_count].server, pcb, on_request, echoed);
	return ERR_OK;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	(void)pcb;
	return error;
}

/** One more connection. */
static bool add_pair(const ip_addr_t *host) {
	struct pair *pair = &pairs[pair_count];
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL)
		return false;
	set_up(&pair->client, pcb, on_reply, reply);
	if (tcp_connect(pcb, host, PORT, on_connected) != ERR_OK)
		return false;
	while (pair->server.pcb == NULL && !broken)
		board_network_step(UINT32_MAX);
	pair_count += 1;
	return !broken;
}

bool raw_echo_open(unsigned connections) {
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	broken = false;
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL || tcp_bind(pcb, &host, PORT) != ERR_OK)
		return false;
	listener = tcp_listen(pcb);
	if (listener == NULL)
		return false;
	tcp_accept(listener, on_accept);
	while (pair_count < connections)
		if (!add_pair(&host))
			return false;
	for (uint32_t i = 0; i < RAW_ECHO_LARGEST; i += 1)
		message[i] = (uint8_t)(i * 7);
	return true;
}

bool raw_echo_run(uint32_t size, uint32_t rounds) {
	for (uint32_t round = 0; round < rounds; round += 1) {
		struct pair *pair = &pairs[round % pair_count];
		pair->client.received = pair->server.received = 0;
		pair->client.unsent = message;
		pair->client.unsent_size = size;
		push(&pair->client);
		while (pair->client.received < size && !broken)
			board_network_step(UINT32_MAX);
	}
	return !broken && memcmp(message, reply, size) == 0;
}

/** Whether each client has so many bytes. */
static bool all_received(uint32_t size) {
	for (unsigned i = 0; i < pair_count; i += 1)
		if (pairs[i].client.received < size)
			return false;
	return true;
}

bool raw_frames_run(uint32_t size, uint32_t rounds) {
	for (uint32_t round = 0; round < rounds; round += 1) {
		for (unsigned i = 0; i < pair_count; i += 1) {
			pairs[i].client.received = 0;
			pairs[i].server.unsent = message;
			pairs[i].server.unsent_size = size;
			push(&pairs[i].server);
		}
		while (!all_received(size) && !broken)
			board_network_step(UINT32_MAX);
	}
	return !broken && memcmp(message, reply, size) == 0;
}

void raw_echo_close(void) {
	for (; pair_count > 0; pair_count -= 1) {
		struct pair *pair = &pairs[pair_count - 1];
		struct end *const ends[] = {&pair->client, &pair->server};
		for (int i = 0; i < 2; i += 1) {
			if (ends[i]->pcb == NULL)
				continue;
			tcp_err(ends[i]->pcb, NULL);
			tcp_abort(ends[i]->pcb);
			*ends[i] = (struct end){0};
		}
	}
	(void)tcp_close(listener);
}
