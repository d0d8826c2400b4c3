// SPDX-License-Identifier: MIT
// An echo server, as lwIP's documentation has it (contrib/apps/tcpecho_raw): callbacks, one copy. See raw_server.h.
//
// What a client has sent and the server has not yet sent back stays in lwIP's buffers; its chain is the connection's
// argument, and the window opens as it goes. Nothing is allocated.
#include "raw_server.h"

#include "lwip/tcp.h"

/** Sends as much of what is held as there is room for, and closes once the client has ended and all is out. */
static struct pbuf *push(struct tcp_pcb *pcb, struct pbuf *held, bool ended, bool *closed) {
	while (held != NULL && held->len <= tcp_sndbuf(pcb) &&
	       tcp_write(pcb, held->payload, held->len, TCP_WRITE_FLAG_COPY) == ERR_OK) {
		struct pbuf *sent = held;
		held = sent->next;
		if (held != NULL)
			pbuf_ref(held);
		tcp_recved(pcb, sent->len);
		pbuf_free(sent);
	}
	(void)tcp_output(pcb);
	*closed = held == NULL && ended && tcp_close(pcb) == ERR_OK;
	return held;
}

/** The states of a client: how its held data and its end are kept between callbacks. */
struct client {
	struct pbuf *held;
	bool used, ended;
};
static struct client clients[MEMP_NUM_TCP_PCB];

static void go_on(struct client *client, struct tcp_pcb *pcb) {
	bool closed;
	client->held = push(pcb, client->held, client->ended, &closed);
	if (closed) {
		tcp_arg(pcb, NULL);
		tcp_recv(pcb, NULL);
		tcp_sent(pcb, NULL);
		tcp_poll(pcb, NULL, 0);
		tcp_err(pcb, NULL);
		*client = (struct client){0};
	}
}

static err_t on_receive(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	struct client *client = argument;
	(void)error;
	if (packet == NULL)
		client->ended = true;
	else if (client->held == NULL)
		client->held = packet;
	else
		pbuf_cat(client->held, packet);
	go_on(client, pcb);
	return ERR_OK;
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t size) {
	(void)size;
	go_on(argument, pcb);
	return ERR_OK;
}

static err_t on_poll(void *argument, struct tcp_pcb *pcb) {
	go_on(argument, pcb);
	return ERR_OK;
}

static void on_error(void *argument, err_t error) {
	struct client *client = argument;
	(void)error;
	if (client->held != NULL)
		pbuf_free(client->held);
	*client = (struct client){0};
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error != ERR_OK)
		return error;
	struct client *client = clients;
	while (client < clients + MEMP_NUM_TCP_PCB && client->used)
		client++;
	if (client == clients + MEMP_NUM_TCP_PCB)
		return ERR_MEM;
	client->used = true;
	tcp_arg(pcb, client);
	tcp_recv(pcb, on_receive);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	tcp_poll(pcb, on_poll, 1);
	return ERR_OK;
}

bool raw_server_listen(uint16_t port) {
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL || tcp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK)
		return false;
	struct tcp_pcb *listener = tcp_listen(pcb);
	if (listener != NULL)
		tcp_accept(listener, on_accept);
	return listener != NULL;
}
