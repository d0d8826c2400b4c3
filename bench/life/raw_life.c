// SPDX-License-Identifier: MIT
// The life of connections in C on lwIP's raw API. See raw_life.h.
#include "raw_life.h"

#include <string.h>

#include "board.h"
#include "lwip/tcp.h"

#define PORT 7
#define SIZE 16

/** One end of a connection. */
struct end {
	struct tcp_pcb *pcb;
	uint32_t received;
	bool connected, ended;
	uint8_t data[SIZE];
};

static struct end clients[RAW_LIFE_CONNECTIONS], servers[RAW_LIFE_CONNECTIONS];
static uint32_t accepting; // the server's end that the next connection becomes
static const uint8_t message[SIZE] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};

static err_t receive(struct end *end, struct tcp_pcb *pcb, struct pbuf *packet) {
	if (packet == NULL) {
		end->ended = true;
		return ERR_OK;
	}
	end->received += pbuf_copy_partial(packet, end->data, packet->tot_len, 0);
	tcp_recved(pcb, packet->tot_len);
	pbuf_free(packet);
	return ERR_OK;
}

static err_t on_reply(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	(void)error;
	return receive(argument, pcb, packet);
}

static err_t on_request(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	struct end *end = argument;
	(void)error;
	const bool data = packet != NULL;
	(void)receive(end, pcb, packet);
	if (data) {
		(void)tcp_write(pcb, end->data, SIZE, TCP_WRITE_FLAG_COPY);
		(void)tcp_output(pcb);
	}
	return ERR_OK;
}

static void on_error(void *argument, err_t error) {
	struct end *end = argument;
	(void)error;
	end->pcb = NULL;
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error != ERR_OK)
		return error;
	struct end *end = &servers[accepting];
	*end = (struct end){.pcb = pcb, .connected = true};
	tcp_arg(pcb, end);
	tcp_recv(pcb, on_request);
	tcp_err(pcb, on_error);
	tcp_nagle_disable(pcb);
	return ERR_OK;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
	struct end *end = argument;
	(void)pcb;
	end->connected = error == ERR_OK;
	return ERR_OK;
}

static struct tcp_pcb *start(void) {
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL || tcp_bind(pcb, &host, PORT) != ERR_OK)
		return NULL;
	struct tcp_pcb *listener = tcp_listen(pcb);
	if (listener != NULL)
		tcp_accept(listener, on_accept);
	return listener;
}

/** Connects the ends with this number. */
static bool open(uint32_t number) {
	struct end *client = &clients[number], *server = &servers[number];
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	accepting = number;
	*server = (struct end){0};
	*client = (struct end){.pcb = tcp_new()};
	if (client->pcb == NULL)
		return false;
	tcp_arg(client->pcb, client);
	tcp_recv(client->pcb, on_reply);
	tcp_err(client->pcb, on_error);
	tcp_nagle_disable(client->pcb);
	if (tcp_connect(client->pcb, &host, PORT, on_connected) != ERR_OK)
		return false;
	while (client->pcb != NULL && !(client->connected && server->connected))
		board_network_step(UINT32_MAX);
	return client->pcb != NULL;
}

static bool echo_once(uint32_t number) {
	struct end *client = &clients[number];
	client->received = servers[number].received = 0;
	if (tcp_write(client->pcb, message, SIZE, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return false;
	(void)tcp_output(client->pcb);
	while (client->received < SIZE && client->pcb != NULL)
		board_network_step(UINT32_MAX);
	return memcmp(client->data, message, SIZE) == 0;
}

static void close_end(struct end *end) {
	if (end->pcb == NULL)
		return;
	tcp_arg(end->pcb, NULL);
	tcp_recv(end->pcb, NULL);
	tcp_err(end->pcb, NULL);
	if (tcp_close(end->pcb) != ERR_OK)
		tcp_abort(end->pcb);
	end->pcb = NULL;
}

bool raw_life_rotate(uint32_t connections, uint32_t rounds) {
	struct tcp_pcb *listener = start();
	bool right = listener != NULL;
	for (uint32_t i = 0; i < connections && right; i += 1)
		right = open(i);
	for (uint32_t round = 0; round < rounds && right; round += 1)
		right = echo_once(round % connections);
	for (uint32_t i = 0; i < connections; i += 1) {
		close_end(&clients[i]);
		close_end(&servers[i]);
	}
	if (listener != NULL)
		(void)tcp_close(listener);
	return right;
}

uint32_t raw_life_turn(void) {
	static uint32_t turns;
	return turns++;
}

bool raw_life_connect(uint32_t rounds, bool echo) {
	struct tcp_pcb *listener = start();
	bool right = listener != NULL;
	for (uint32_t round = 0; round < rounds && right; round += 1) {
		right = open(0) && (!echo || echo_once(0));
		close_end(&clients[0]);
		close_end(&servers[0]);
	}
	if (listener != NULL)
		(void)tcp_close(listener);
	return right;
}
