// SPDX-License-Identifier: MIT
// The other end of a connection, for tests; see tcp_peer.h. One connection at a time: the next waits to be accepted.
#include "tcp_peer.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/tcp.h"

/** Bytes that can be kept, or wait to be echoed. */
#define BUFFER_SIZE 16384

static struct {
	struct tcp_pcb *listener, *pcb;
	enum peer_kind kind;
	uint16_t port;
	/** Connections that are still to be made. */
	unsigned count;
	/** What is sent, and how far that is; an echo has nothing but what came. */
	uint8_t *data;
	size_t size, sent;
	/** What came on this connection begins at `start`. */
	uint8_t *received;
	size_t received_size, start;
	bool finished;
	unsigned ended, failed;
} peer;

static void start_connecting(void);

/** The connection is over for us; gives what the callback of lwIP has to return. */
static err_t end(struct tcp_pcb *pcb) {
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	peer.pcb = NULL;
	const err_t error = tcp_close(pcb);
	if (error != ERR_OK) {
		tcp_abort(pcb);
		peer.failed += 1;
	} else {
		peer.ended += 1;
	}
	start_connecting();
	return error == ERR_OK ? ERR_OK : ERR_ABRT;
}

/** Sends what there is to send and room for; closes when everything is done. */
static err_t go_on(struct tcp_pcb *pcb) {
	const bool echo = peer.kind == PEER_ECHO;
	const uint8_t *data = echo ? peer.received + peer.start : peer.data;
	const size_t size = echo ? peer.received_size - peer.start : peer.size;
	while (peer.sent < size && tcp_sndbuf(pcb) > 0) {
		const size_t left = size - peer.sent;
		const uint16_t part = left < tcp_sndbuf(pcb) ? (uint16_t)left : tcp_sndbuf(pcb);
		if (tcp_write(pcb, data + peer.sent, part, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break; // the next acknowledgement or tick brings us here again
		peer.sent += part;
	}
	(void)tcp_output(pcb);
	const bool sent = peer.sent == size;
	const bool done = peer.kind == PEER_SOURCE   ? sent
	                  : peer.kind == PEER_CLIENT ? sent && peer.received_size - peer.start >= peer.size
	                                             : sent && peer.finished;
	return done || (peer.kind == PEER_CLIENT && peer.finished) ? end(pcb) : ERR_OK;
}

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	(void)argument;
	(void)error;
	if (packet == NULL) {
		peer.finished = true;
	} else {
		if (packet->tot_len > BUFFER_SIZE - peer.received_size)
			return ERR_MEM; // lwIP keeps it and asks again: the other end will have to wait
		peer.received_size += pbuf_copy_partial(packet, peer.received + peer.received_size, packet->tot_len, 0);
		tcp_recved(pcb, packet->tot_len);
		pbuf_free(packet);
	}
	return go_on(pcb);
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t size) {
	(void)argument;
	(void)size;
	return go_on(pcb);
}

static void on_error(void *argument, err_t error) {
	(void)argument;
	(void)error;
	peer.pcb = NULL;
	peer.failed += 1;
	start_connecting();
}

/** A connection is there. */
static err_t begin(struct tcp_pcb *pcb) {
	peer.pcb = pcb;
	peer.sent = 0;
	peer.finished = false;
	peer.start = peer.received_size;
	tcp_nagle_disable(pcb);
	tcp_recv(pcb, on_received);
	tcp_sent(pcb, on_sent);
	tcp_err(pcb, on_error);
	return go_on(pcb);
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error != ERR_OK || peer.pcb != NULL)
		return ERR_VAL;
	return begin(pcb);
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	(void)error; // ERR_OK always
	return begin(pcb);
}

/** Makes the next connection, if there is one to make. */
static void start_connecting(void) {
	if (peer.count == 0)
		return;
	peer.count -= 1;
	peer.pcb = tcp_new();
	if (peer.pcb == NULL) {
		peer.failed += 1;
		return;
	}
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	tcp_err(peer.pcb, on_error);
	(void)tcp_connect(peer.pcb, &host, peer.port, on_connected);
}

/** Takes what the peer will send, and memory for what it will receive. */
static bool prepare(enum peer_kind kind, const void *data, size_t size) {
	peer_stop();
	peer.kind = kind;
	peer.size = size;
	peer.data = malloc(size + 1);
	peer.received = malloc(BUFFER_SIZE);
	if (peer.data == NULL || peer.received == NULL) {
		peer_stop();
		return false;
	}
	if (size > 0)
		memcpy(peer.data, data, size);
	return true;
}

uint16_t peer_listen(enum peer_kind kind, const void *data, size_t size) {
	if (!prepare(kind, data, size))
		return 0;
	struct tcp_pcb *pcb = tcp_new();
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	if (pcb == NULL || tcp_bind(pcb, &host, 0) != ERR_OK || (peer.listener = tcp_listen_with_backlog(pcb, 1)) == NULL) {
		if (pcb != NULL)
			tcp_abort(pcb);
		peer_stop();
		return 0;
	}
	tcp_accept(peer.listener, on_accept);
	return peer.listener->local_port;
}

bool peer_connect(uint16_t port, const void *data, size_t size, unsigned count) {
	if (!prepare(PEER_CLIENT, data, size))
		return false;
	peer.port = port;
	peer.count = count;
	start_connecting();
	return true;
}

const uint8_t *peer_received(size_t *size) {
	*size = peer.received_size;
	return peer.received;
}

unsigned peer_ended(void) {
	return peer.ended;
}

unsigned peer_failed(void) {
	return peer.failed;
}

void peer_stop(void) {
	peer.count = 0;
	if (peer.pcb != NULL) {
		tcp_err(peer.pcb, NULL);
		tcp_abort(peer.pcb);
	}
	if (peer.listener != NULL)
		(void)tcp_close(peer.listener);
	free(peer.data);
	free(peer.received);
	memset(&peer, 0, sizeof peer);
}
