// SPDX-License-Identifier: MIT
// The machine beside the board; see neighbour.h. An echo server (RFC 862) and a client, on lwIP's raw API.
#include "neighbour.h"

#include <stddef.h>
#include <stdint.h>

#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

#define PORT 9000
#define CONNECTIONS 4

/** A connection of the machine. Free if `pcb` is NULL. */
struct connection {
	struct tcp_pcb *pcb;
	struct pbuf *unsent; // what has come and is not echoed yet
	bool ended;          // the board has sent everything
};

/** The two ends of the network: `board` is the board's interface, `machine` the machine's. */
static struct netif board, machine;
static struct tcp_pcb *listener;
static struct connection connections[CONNECTIONS];
static bool on, calls;
static const char *failure;

/** A packet that leaves at either end comes in again at the same; lwIP finds by its address whose it is. */
static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *next) {
	(void)next;
	return netif_loop_output(netif, packet);
}

static err_t initialise(struct netif *netif) {
	netif->name[0] = 't';
	netif->name[1] = 'e';
	netif->mtu = 1500;
	netif->output = output;
	return ERR_OK;
}

/** Adds both interfaces. The board's is added last, so that lwIP finds it first: its network has the machine's address
 * too. */
static void add_network(void) {
	ip4_addr_t address, mask;
	IP4_ADDR(&address, 192, 168, 1, 20);
	IP4_ADDR(&mask, 255, 255, 255, 255);
	(void)netif_add(&machine, &address, &mask, NULL, NULL, initialise, netif_input); // fails only if initialise does
	IP4_ADDR(&address, 192, 168, 1, 10);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	(void)netif_add(&board, &address, &mask, NULL, NULL, initialise, netif_input);
	netif_set_up(&machine);
	netif_set_link_up(&machine);
	netif_set_up(&board);
	netif_set_link_up(&board);
	on = true;
}

/** Forgets the connection, whose pcb is gone or another's. */
static void forget(struct connection *connection) {
	connection->pcb = NULL;
	if (connection->unsent != NULL)
		pbuf_free(connection->unsent);
	connection->unsent = NULL;
}

static void on_error(void *argument, err_t error) {
	(void)error;
	forget(argument);
}

/** Parts the connection from its pcb, which it gives. */
static struct tcp_pcb *release(struct connection *connection) {
	struct tcp_pcb *pcb = connection->pcb;
	tcp_arg(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	forget(connection);
	return pcb;
}

/** Closes the connection; ERR_ABRT if its pcb had to be aborted for want of memory. */
static err_t end(struct connection *connection) {
	struct tcp_pcb *pcb = release(connection);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

/** Echoes what there is room for; closes once everything is echoed. */
static err_t echo(struct connection *connection) {
	struct tcp_pcb *pcb = connection->pcb;
	while (connection->unsent != NULL) {
		uint16_t size = connection->unsent->len;
		if (size > tcp_sndbuf(pcb))
			size = tcp_sndbuf(pcb);
		if (size == 0 || tcp_write(pcb, connection->unsent->payload, size, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break; // on_sent comes back to it
		connection->unsent = pbuf_free_header(connection->unsent, size);
		tcp_recved(pcb, size);
	}
	(void)tcp_output(pcb); // what it cannot send now, lwIP's timer sends
	return connection->ended && connection->unsent == NULL ? end(connection) : ERR_OK;
}

static err_t on_sent(void *argument, struct tcp_pcb *pcb, u16_t size) {
	(void)pcb, (void)size;
	return echo(argument);
}

/** Data, or the end of the stream, has come. */
static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *data, err_t error) {
	struct connection *connection = argument;
	(void)error;
	if (data == NULL) {
		connection->ended = true;
	} else if (calls) {
		tcp_recved(pcb, data->tot_len);
		pbuf_free(data);
	} else if (connection->unsent == NULL) {
		connection->unsent = data;
	} else {
		pbuf_cat(connection->unsent, data);
	}
	return echo(connection);
}

/** A connection for the pcb, NULL if there is none left. */
static struct connection *adopt(struct tcp_pcb *pcb) {
	for (size_t i = 0; i < CONNECTIONS; i += 1) {
		if (connections[i].pcb != NULL)
			continue;
		connections[i] = (struct connection){.pcb = pcb};
		tcp_arg(pcb, &connections[i]);
		tcp_err(pcb, on_error);
		tcp_recv(pcb, on_received);
		tcp_sent(pcb, on_sent);
		return &connections[i];
	}
	return NULL;
}

static err_t on_accepted(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error != ERR_OK || pcb == NULL)
		return ERR_VAL;
	if (adopt(pcb) != NULL)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
	static const char hello[] = "hello\n";
	(void)argument, (void)error; // never an error, says lwIP
	const bool sent =
	    tcp_write(pcb, hello, sizeof hello - 1, TCP_WRITE_FLAG_COPY) == ERR_OK && tcp_shutdown(pcb, 0, 1) == ERR_OK;
	failure = sent ? NULL : "no memory for the client's message";
	return ERR_OK;
}

bool neighbour_echo(void) {
	add_network();
	calls = false;
	failure = NULL;
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL)
		return false;
	if (tcp_bind(pcb, &machine.ip_addr, PORT) == ERR_OK)
		listener = tcp_listen(pcb);
	if (listener == NULL) {
		tcp_abort(pcb);
		return false;
	}
	tcp_accept(listener, on_accepted);
	return true;
}

bool neighbour_call(void) {
	add_network();
	calls = true;
	failure = "the board did not take the call of the other machine";
	struct tcp_pcb *pcb = tcp_new();
	if (pcb == NULL)
		return false;
	struct connection *connection = adopt(pcb);
	if (connection != NULL && tcp_bind(pcb, &machine.ip_addr, 0) == ERR_OK &&
	    tcp_connect(pcb, &board.ip_addr, PORT, on_connected) == ERR_OK)
		return true;
	if (connection != NULL)
		release(connection);
	tcp_abort(pcb);
	return false;
}

/** Delivers what is on its way at one end, and takes the interface away. */
static void remove_interface(struct netif *netif) {
	netif_poll(netif);
	netif_remove(netif);
}

const char *neighbour_stop(void) {
	if (!on)
		return NULL;
	for (size_t i = 0; i < CONNECTIONS; i += 1)
		if (connections[i].pcb != NULL)
			tcp_abort(release(&connections[i]));
	if (listener != NULL)
		(void)tcp_close(listener); // cannot fail while it listens
	listener = NULL;
	while (tcp_tw_pcbs != NULL)
		tcp_abort(tcp_tw_pcbs);
	remove_interface(&board);
	remove_interface(&machine);
	on = false;
	return failure;
}
