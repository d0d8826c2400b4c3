// SPDX-License-Identifier: MIT
// The socket core: life of a socket, names, connecting and accepting. What moves bytes is in
// sockets_stream.c, options are in sockets_options.c.
// Read sockets_tcp.h first, then sockets_core.h, which has the structure and the rules that every function here keeps.
#include "sockets_tcp.h"

#include <errno.h>
#include <stdlib.h>

#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "sockets_core.h"

/** How often, in lwIP's half-second ticks, a pcb calls us back: to try again what had no memory, and to end a close. */
#define POLL_INTERVAL 1

/** All sockets of the core, connections that wait to be accepted included. */
static struct sockets_tcp *all_sockets;

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error);
static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error);
static void on_error(void *argument, err_t error);
static err_t on_poll(void *argument, struct tcp_pcb *pcb);
static err_t on_closing_poll(void *argument, struct tcp_pcb *pcb);

/** An lwIP error as a negative errno number; `connecting` because a reset means something else then. */
static int error_number(err_t error, bool connecting) {
	switch (error) {
	case ERR_OK:
		return 0;
	case ERR_MEM:
		return -ENOBUFS;
	case ERR_BUF: // no free local port
		return -EADDRNOTAVAIL;
	case ERR_RTE:
		return -ENETUNREACH;
	case ERR_USE:
		return -EADDRINUSE;
	case ERR_RST:
		return connecting ? -ECONNREFUSED : -ECONNRESET;
	case ERR_ABRT: // the board has lost the address that the connection had
		return -ECONNABORTED;
	case ERR_CONN:
	case ERR_CLSD:
		return -ENOTCONN;
	default:
		return -EINVAL;
	}
}

/** A new socket structure in the list of all, without a pcb. NULL when there is no memory. */
static struct sockets_tcp *new_socket(struct sockets_port *port) {
	struct sockets_tcp *socket = calloc(1, sizeof *socket);
	if (socket == NULL)
		return NULL;
	socket->port = port;
	socket->timeout = SOCKETS_FOREVER;
	sockets_core_default_options(socket);
	socket->next = all_sockets;
	all_sockets = socket;
	return socket;
}

/** Frees a socket that has no pcb any more, and what it received. */
static void free_socket(struct sockets_tcp *socket) {
	sockets_core_drop_received(socket);
	sockets_core_unmake_ready(socket);
	struct sockets_tcp **link = &all_sockets;
	while (*link != socket)
		link = &(*link)->next;
	*link = socket->next;
	free(socket);
}

/** The list of all sockets. */
struct sockets_tcp *sockets_core_first_socket(void) {
	return all_sockets;
}

/** The socket of a machine with this number; NULL if there is none. */
static struct sockets_tcp *find_number(const struct sockets_port *port, int number) {
	struct sockets_tcp *socket = all_sockets;
	while (socket != NULL && !(socket->port == port && socket->number == number))
		socket = socket->next;
	return socket;
}

/** The number of pcbs on one of lwIP's lists. */
static unsigned list_length(const struct tcp_pcb *pcb) {
	unsigned length = 0;
	for (; pcb != NULL; pcb = pcb->next)
		length += 1;
	return length;
}

/** pcbs that lwIP has on no list: those of sockets that neither were bound nor connected yet. */
static unsigned count_unlisted(void) {
	unsigned count = 0;
	for (const struct sockets_tcp *socket = all_sockets; socket != NULL; socket = socket->next)
		if (socket->pcb != NULL && socket->state == SOCKETS_OPEN && socket->pcb->local_port == 0)
			count += 1;
	return count;
}

/** All pcbs, in whatever state. */
static unsigned count_pcbs(void) {
	return list_length(tcp_listen_pcbs.pcbs) + list_length(tcp_bound_pcbs) + list_length(tcp_active_pcbs) +
	       list_length(tcp_tw_pcbs) + count_unlisted();
}

/** Frees the pcb that is in TIME_WAIT longest (RFC 9293, 3.6.1: nothing is lost but the protection of a later
 * connection). */
static bool recycle_time_wait(void) {
	struct tcp_pcb *oldest = tcp_tw_pcbs;
	for (struct tcp_pcb *pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next)
		if (tcp_ticks - pcb->tmr > tcp_ticks - oldest->tmr)
			oldest = pcb;
	if (oldest == NULL)
		return false;
	tcp_abort(oldest);
	return true;
}

/** Frees the pcb of the connection that was asked for first and whose peer has not answered our answer before it had to
 * be sent again (RFC 4987, 3.4). */
static bool recycle_half_open(void) {
	struct tcp_pcb *oldest = NULL;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
		if (pcb->state == SYN_RCVD && pcb->nrtx > 0 &&
		    (oldest == NULL || tcp_ticks - pcb->tmr > tcp_ticks - oldest->tmr))
			oldest = pcb;
	if (oldest == NULL)
		return false;
	tcp_abandon(oldest, 0);
	return true;
}

/** Makes the socket's callbacks those of the pcb. */
static void attach(struct sockets_tcp *socket, struct tcp_pcb *pcb) {
	socket->pcb = pcb;
	socket->giving_up = false;
	tcp_arg(pcb, socket);
	tcp_recv(pcb, sockets_core_on_received);
	tcp_sent(pcb, sockets_core_on_sent);
	tcp_err(pcb, on_error);
	tcp_poll(pcb, on_poll, POLL_INTERVAL);
}

/** Keeps both names, for when the pcb is gone. */
static void keep_names(struct sockets_tcp *socket) {
	const struct tcp_pcb *pcb = socket->pcb;
	socket->local.host = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&pcb->local_ip)));
	socket->local.port = pcb->local_port;
	if (socket->state == SOCKETS_LISTENING)
		return;
	socket->remote.host = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&pcb->remote_ip)));
	socket->remote.port = pcb->remote_port;
}

/**
 * Gives the pcb of a connection to lwIP alone: no callback of ours can reach the socket any more. What stays is without
 * a socket: a poll callback, which aborts the pcb when it has not finished within `limit` milliseconds, and the one
 * that ends probing.
 */
void sockets_core_forget(struct sockets_tcp *socket, uint32_t limit) {
	struct tcp_pcb *pcb = socket->pcb;
	socket->pcb = NULL;
	tcp_arg(pcb, (void *)(uintptr_t)(limit / TCP_SLOW_INTERVAL));
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, sockets_core_end_probing);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, on_closing_poll, POLL_INTERVAL);
}

/** Ends the pcb of a connection at once: a reset if the peer knows of it. */
static void abort_pcb(struct sockets_tcp *socket) {
	struct tcp_pcb *pcb = socket->pcb;
	sockets_core_forget(socket, 0);
	tcp_abort(pcb);
}

/** Whether a socket can be bound to the address: any, a loopback one, or one that an interface has. */
static bool is_local(const ip_addr_t *host) {
	if (ip_addr_isany(host) || ip_addr_isloopback(host))
		return true;
	struct netif *netif;
	NETIF_FOREACH(netif) {
		if (ip4_addr_cmp(ip_2_ip4(host), netif_ip4_addr(netif)))
			return true;
	}
	return false;
}

/** Gives the socket a pcb if it has none, with its options and, if it was bound, its name. 0 or a negative errno
 * number. */
static int ensure_pcb(struct sockets_tcp *socket) {
	if (socket->pcb != NULL)
		return 0;
	ip_addr_t host;
	ip_addr_set_ip4_u32_val(host, lwip_htonl(socket->local.host));
	if (socket->local.port != 0 && !is_local(&host))
		return -EADDRNOTAVAIL; // the board had it once
	while (count_pcbs() >= SOCKETS_TCP_PCBS)
		if (!recycle_time_wait() && !recycle_half_open())
			return -ENFILE;
	// tcp_alloc may end another socket's pcb to make room: its error callback then runs here.
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
	if (pcb == NULL)
		return -ENOBUFS;
	attach(socket, pcb);
	sockets_core_apply_options(socket);
	if (socket->local.port == 0)
		return 0;
	const err_t error = tcp_bind(pcb, &host, socket->local.port);
	if (error == ERR_OK)
		return 0;
	abort_pcb(socket);
	return error_number(error, false);
}

/** A new socket, as socket(2). NULL with `*error` -ENFILE (too many pcbs) or -ENOBUFS (no memory). */
struct sockets_tcp *sockets_tcp_open(struct sockets_port *port, int *error) {
	sockets_port_lock();
	struct sockets_tcp *socket = new_socket(port);
	*error = socket == NULL ? -ENOBUFS : ensure_pcb(socket);
	if (*error != 0 && socket != NULL) {
		free_socket(socket);
		socket = NULL;
	}
	sockets_port_unlock();
	return socket;
}

/** Takes the oldest connection out of the listener's queue; NULL if there is none. */
static struct sockets_tcp *dequeue(struct sockets_tcp *listener) {
	struct sockets_tcp *connection = listener->accept_first;
	if (connection == NULL)
		return NULL;
	listener->accept_first = connection->accept_next;
	if (listener->accept_first == NULL)
		listener->accept_last = NULL;
	listener->accept_length -= 1;
	connection->accept_next = NULL;
	connection->listener = NULL;
	return connection;
}

/** Puts a connection at the end of the listener's queue. */
static void enqueue(struct sockets_tcp *listener, struct sockets_tcp *connection) {
	connection->listener = listener;
	if (listener->accept_last != NULL)
		listener->accept_last->accept_next = connection;
	else
		listener->accept_first = connection;
	listener->accept_last = connection;
	listener->accept_length += 1;
}

/** Takes a connection out of the queue that it is in, wherever it stands. */
static void unqueue(struct sockets_tcp *connection) {
	struct sockets_tcp *listener = connection->listener;
	struct sockets_tcp *previous = NULL;
	struct sockets_tcp **link = &listener->accept_first;
	while (*link != connection) {
		previous = *link;
		link = &previous->accept_next;
	}
	*link = connection->accept_next;
	if (listener->accept_last == connection)
		listener->accept_last = previous;
	listener->accept_length -= 1;
	connection->listener = NULL;
}

/**
 * Closes the pcb of a connection. Unread data make it a reset, as on Linux, and so does SO_LINGER with 0 seconds; else
 * what is unsent goes on being sent by lwIP, for SOCKETS_TCP_CLOSE_LIMIT or the linger time at most.
 */
static void close_connection(struct sockets_tcp *socket) {
	if (sockets_core_available(socket) > 0 || (socket->linger && socket->linger_seconds == 0)) {
		abort_pcb(socket);
		return;
	}
	sockets_core_open_window(socket); // where the window is not all open, lwIP resets the connection
	struct tcp_pcb *pcb = socket->pcb;
	sockets_core_forget(socket, socket->linger ? socket->linger_seconds * 1000u : SOCKETS_TCP_CLOSE_LIMIT);
	sockets_core_before_write(pcb);
	if (sockets_core_end(pcb, true) != ERR_OK)
		tcp_abort(pcb);
	else
		sockets_core_take_finish(pcb);
}

/** Closes a listener's pcb, and resets the connections that nobody accepted. */
static void close_listener(struct sockets_tcp *socket) {
	struct tcp_pcb *pcb = socket->pcb;
	socket->pcb = NULL;
	for (struct sockets_tcp *connection = dequeue(socket); connection != NULL; connection = dequeue(socket)) {
		if (connection->pcb != NULL)
			abort_pcb(connection);
		free_socket(connection);
	}
	tcp_arg(pcb, NULL);
	(void)tcp_close(pcb); // never fails for a listening pcb
}

/** Closes the socket and frees it, as close(2): the pointer is invalid from here on. Never waits. */
void sockets_tcp_close(struct sockets_tcp *socket) {
	sockets_port_lock();
	if (socket->pcb != NULL) {
		if (socket->state == SOCKETS_LISTENING)
			close_listener(socket);
		else
			close_connection(socket);
	}
	free_socket(socket);
	sockets_port_unlock();
}

/** Whether some socket listens where a socket bound to the address would. lwIP itself finds out only at tcp_listen. */
static bool is_listened(const ip_addr_t *host, uint16_t port) {
	for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb != NULL; pcb = pcb->next)
		if (pcb->local_port == port &&
		    (ip_addr_isany(host) || ip_addr_isany(&pcb->local_ip) || ip_addr_cmp(host, &pcb->local_ip)))
			return true;
	return false;
}

/** sockets_tcp_bind with the lock held. */
static int bind_locked(struct sockets_tcp *socket, const struct sockets_address *address) {
	if (socket->state != SOCKETS_OPEN || socket->local.port != 0)
		return -EINVAL;
	ip_addr_t host;
	ip_addr_set_ip4_u32_val(host, lwip_htonl(address->host));
	if (!is_local(&host))
		return -EADDRNOTAVAIL;
	if (address->port != 0 && is_listened(&host, address->port))
		return -EADDRINUSE;
	int error = ensure_pcb(socket);
	if (error != 0)
		return error;
	error = error_number(tcp_bind(socket->pcb, &host, address->port), false);
	if (error == 0)
		keep_names(socket);
	return error;
}

/**
 * Claims a local address, as bind(2); port 0 takes a free one. -EADDRINUSE, -EADDRNOTAVAIL (not an address of this
 * board), -EINVAL (bound or connected already).
 */
int sockets_tcp_bind(struct sockets_tcp *socket, const struct sockets_address *address) {
	sockets_port_lock();
	const int result = bind_locked(socket, address);
	sockets_port_unlock();
	return result;
}

/** sockets_tcp_listen with the lock held. */
static int listen_locked(struct sockets_tcp *socket, int backlog) {
	const uint8_t length = backlog < 1 ? 1 : backlog > UINT8_MAX ? UINT8_MAX : (uint8_t)backlog;
	if (socket->state == SOCKETS_LISTENING) {
		socket->backlog = length;
		tcp_backlog_set((struct tcp_pcb_listen *)socket->pcb, length);
		return 0;
	}
	if (socket->state != SOCKETS_OPEN)
		return -EINVAL;
	if (socket->local.port == 0) {
		const struct sockets_address any = {0, 0};
		const int error = bind_locked(socket, &any);
		if (error != 0)
			return error;
	}
	int result = ensure_pcb(socket);
	if (result != 0)
		return result;
	err_t error;
	struct tcp_pcb *pcb = tcp_listen_with_backlog_and_err(socket->pcb, length, &error);
	if (pcb == NULL)
		return error_number(error, false);
	socket->pcb = pcb;
	socket->state = SOCKETS_LISTENING;
	socket->backlog = length;
	tcp_arg(pcb, socket);
	tcp_accept(pcb, on_accept);
	return 0;
}

/**
 * Makes the socket a listening one, as listen(2); again, it changes the backlog (1 to 255; what is outside is brought
 * inside). An unbound socket gets a free port. -EADDRINUSE, -EINVAL (connected), -ENOBUFS.
 */
int sockets_tcp_listen(struct sockets_tcp *socket, int backlog) {
	sockets_port_lock();
	const int result = listen_locked(socket, backlog);
	sockets_port_unlock();
	return result;
}

/**
 * lwIP has a new connection for the listener. What lwIP's backlog does not count are connections that were reset while
 * they waited here: the queue has a bound of its own.
 */
static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	struct sockets_tcp *listener = argument;
	if (error != ERR_OK || pcb == NULL)
		return ERR_VAL; // no pcb for it: the peer will try again
	if (listener->accept_length >= listener->backlog)
		return ERR_MEM;
	struct sockets_tcp *connection = new_socket(listener->port);
	if (connection == NULL)
		return ERR_MEM; // lwIP resets the connection
	attach(connection, pcb);
	connection->state = SOCKETS_CONNECTED;
	sockets_core_inherit_options(connection, listener);
	sockets_core_apply_options(connection);
	keep_names(connection);
	tcp_backlog_delayed(pcb);
	enqueue(listener, connection);
	sockets_core_changed(listener, SOCKETS_POLLIN);
	return ERR_OK;
}

/** The oldest connection that waits; -EAGAIN if there is none, -EINVAL. */
static int take_connection(struct sockets_tcp *socket, struct sockets_tcp **connection) {
	if (socket->state != SOCKETS_LISTENING)
		return -EINVAL;
	*connection = dequeue(socket);
	if (*connection == NULL)
		return -EAGAIN;
	if ((*connection)->pcb != NULL)
		tcp_backlog_accepted((*connection)->pcb);
	return 0;
}

/** sockets_tcp_accept with the lock held. */
static int accept_locked(struct sockets_tcp *socket, struct sockets_tcp **connection) {
	struct sockets_waiting waiting = {.timeout = socket->timeout};
	int waited = 0;
	for (;;) {
		const int result = take_connection(socket, connection);
		if (result != -EAGAIN)
			return result;
		if (waited != 0)
			return waited;
		waited = sockets_core_wait(socket->port, &waiting);
	}
}

/**
 * The oldest connection that waits, as accept(2); waits for one. It inherits the listener's options, not its timeout.
 * -EINVAL (does not listen), -EAGAIN, -ETIMEDOUT, -EINTR.
 */
int sockets_tcp_accept(struct sockets_tcp *socket, struct sockets_tcp **connection) {
	sockets_port_lock();
	const int result = accept_locked(socket, connection);
	sockets_port_unlock();
	return result;
}

/** sockets_tcp_accept that does not wait: -EAGAIN if no connection is there. */
int sockets_tcp_try_accept(struct sockets_tcp *socket, struct sockets_tcp **connection) {
	sockets_port_lock();
	sockets_core_look(socket, SOCKETS_POLLIN);
	const int result = take_connection(socket, connection);
	sockets_port_unlock();
	return result;
}

/** Gives a connection back that was taken from the listener: it is the oldest that waits. */
void sockets_tcp_put_back(struct sockets_tcp *socket, struct sockets_tcp *connection) {
	sockets_port_lock();
	connection->listener = socket;
	connection->accept_next = socket->accept_first;
	socket->accept_first = connection;
	if (socket->accept_last == NULL)
		socket->accept_last = connection;
	socket->accept_length += 1;
	if (connection->pcb != NULL)
		tcp_backlog_delayed(connection->pcb);
	sockets_port_unlock();
}

/** The handshake is done. */
static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)pcb;
	(void)error; // always ERR_OK
	struct sockets_tcp *socket = argument;
	socket->state = SOCKETS_CONNECTED;
	keep_names(socket);
	sockets_core_changed(socket, SOCKETS_ANY_EVENT);
	return ERR_OK;
}

/** The pcb is gone: lwIP has freed it, or is about to. */
static void on_error(void *argument, err_t error) {
	struct sockets_tcp *socket = argument;
	socket->pcb = NULL;
	const bool connecting = socket->state == SOCKETS_CONNECTING;
	if (connecting)
		socket->state = SOCKETS_OPEN;
	// Once both directions are finished there is nothing left to fail; ERR_CLSD is lwIP's word for that. A socket that
	// was bound alone has lost its pcb with the address; it gets another if the address comes back.
	const bool finished = error == ERR_CLSD || (socket->end_of_stream && socket->write_shut);
	if (!finished && (connecting || socket->state == SOCKETS_CONNECTED))
		socket->error = error == ERR_ABRT && socket->giving_up ? -ETIMEDOUT : error_number(error, connecting);
	if (socket->listener != NULL && socket->received_size == 0) {
		// Reset before anybody accepted it, with nothing to read: accept() shall not give it out.
		unqueue(socket);
		free_socket(socket);
		return;
	}
	sockets_core_changed(socket, SOCKETS_ANY_EVENT);
}

/** Whether lwIP's timer will give the connection up at its next tick: the conditions of its tcp_slowtmr. */
static bool is_giving_up(const struct tcp_pcb *pcb) {
	if (pcb->nrtx >= (pcb->state == SYN_SENT ? TCP_SYNMAXRTX : TCP_MAXRTX) || pcb->persist_probe >= TCP_MAXRTX)
		return true;
	return ip_get_option(pcb, SOF_KEEPALIVE) && pcb->state != SYN_SENT &&
	       tcp_ticks - pcb->tmr >= (pcb->keep_idle + pcb->keep_cnt * pcb->keep_intvl) / TCP_SLOW_INTERVAL;
}

/** Half a second has gone: what had no memory is tried again. */
static err_t on_poll(void *argument, struct tcp_pcb *pcb) {
	struct sockets_tcp *socket = argument;
	sockets_core_tick(pcb, socket->write_shut);
	// "Aborted" is all that lwIP says when it gives up, and when the board loses its address.
	socket->giving_up = is_giving_up(pcb);
	sockets_core_check_alarm();
	// What could not even be sent for the first time (no route) has no retransmission timer, and would wait for ever.
	if (pcb->unsent != NULL && pcb->unacked == NULL && pcb->rtime < 0 && pcb->persist_backoff == 0)
		pcb->rtime = 0;
	if (socket->starved) {
		socket->starved = false;
		sockets_core_changed(socket, SOCKETS_POLLOUT);
	}
	return ERR_OK;
}

/**
 * A pcb without a socket: counts its ticks down and ends it. Not in FIN_WAIT_2, where the peer has everything and lwIP
 * has a timer of its own: a reset could make the peer throw away what it has not read.
 */
static err_t on_closing_poll(void *argument, struct tcp_pcb *pcb) {
	const uintptr_t ticks = (uintptr_t)argument;
	sockets_core_tick(pcb, true);
	if (pcb->state == FIN_WAIT_2)
		return ERR_OK;
	if (ticks > 0) {
		tcp_arg(pcb, (void *)(ticks - 1));
		return ERR_OK;
	}
	tcp_abort(pcb);
	return ERR_ABRT;
}

/** Starts the handshake: 0, or a negative errno number with the socket as it was. */
static int start_connecting(struct sockets_tcp *socket, const struct sockets_address *address) {
	int error = ensure_pcb(socket);
	if (error != 0)
		return error;
	ip_addr_t host;
	// As on Linux, the unspecified address means this very machine.
	ip_addr_set_ip4_u32_val(host, lwip_htonl(address->host == 0 ? INADDR_LOOPBACK : address->host));
	socket->state = SOCKETS_CONNECTING;
	const err_t result = tcp_connect(socket->pcb, &host, address->port, on_connected);
	if (result == ERR_OK)
		return 0;
	// A failed tcp_connect leaves traces in the pcb; the next attempt gets a new one.
	socket->state = SOCKETS_OPEN;
	abort_pcb(socket);
	return error_number(result, true);
}

/** Begins to connect: 0, or why not. `local` is what the socket was bound to, for finish_connect. */
static int begin_connect(struct sockets_tcp *socket, const struct sockets_address *address,
                         struct sockets_address *local) {
	if (socket->state == SOCKETS_CONNECTING) {
		// A program that asks again and again shall see the answer come, also where this call steps the stack.
		(void)sockets_port_wait(socket->port, 0);
		if (socket->state == SOCKETS_CONNECTING)
			return -EALREADY;
		if (socket->state == SOCKETS_OPEN)
			return sockets_core_take_error(socket);
	}
	if (socket->state != SOCKETS_OPEN)
		return -EISCONN;
	socket->error = 0; // of an earlier attempt
	*local = socket->local;
	return start_connecting(socket, address);
}

/** The attempt ends with the call that made it, so that the socket can be used for another. */
static void abandon_connect(struct sockets_tcp *socket) {
	socket->state = SOCKETS_OPEN;
	abort_pcb(socket);
}

/** How connecting has ended: 0, or a failure after which the socket can connect again. */
static int finish_connect(struct sockets_tcp *socket, const struct sockets_address *local) {
	int result = sockets_core_take_error(socket);
	if (result == 0 && socket->state != SOCKETS_CONNECTED)
		result = -ECONNABORTED; // another call has reported why; as Linux has it
	// Connected and reset in one go: to the caller this connect has failed, and the next may succeed.
	if (result != 0 && socket->pcb == NULL && sockets_core_available(socket) == 0) {
		socket->state = SOCKETS_OPEN;
		socket->end_of_stream = socket->write_shut = socket->read_shut = socket->starved = false;
		socket->owed = 0;
		socket->local = *local;
	}
	return result;
}

/** sockets_tcp_connect with the lock held. */
static int connect_locked(struct sockets_tcp *socket, const struct sockets_address *address) {
	struct sockets_address local;
	int result = begin_connect(socket, address, &local);
	if (result != 0)
		return result;
	if (socket->timeout == 0)
		return -EINPROGRESS;
	struct sockets_waiting waiting = {.timeout = socket->timeout};
	while (socket->state == SOCKETS_CONNECTING) {
		result = sockets_core_wait(socket->port, &waiting);
		if (result != 0 && socket->state == SOCKETS_CONNECTING) {
			abandon_connect(socket);
			return result;
		}
	}
	sockets_core_look(socket, SOCKETS_ANY_EVENT);
	return finish_connect(socket, &local);
}

/**
 * Connects, as connect(2). The unspecified address means the board itself. After a failure the socket can be used
 * again. -ECONNREFUSED, -ETIMEDOUT (the socket's timeout or lwIP's, some 20 s), -ENETUNREACH, -ECONNABORTED (the board
 * lost its address meanwhile), -EADDRINUSE, -EADDRNOTAVAIL (what it was bound to is not the board's any more),
 * -EISCONN, -EALREADY, -EINPROGRESS (timeout 0), -EINTR, -ENFILE, -ENOBUFS.
 */
int sockets_tcp_connect(struct sockets_tcp *socket, const struct sockets_address *address) {
	sockets_port_lock();
	const int result = connect_locked(socket, address);
	sockets_port_unlock();
	return result;
}

/**
 * Begins what sockets_tcp_connect does, for who does not wait in a call: 0 if it goes on, else a failure as of that.
 * `local` is to be given to sockets_tcp_end_connect.
 */
int sockets_tcp_begin_connect(struct sockets_tcp *socket, const struct sockets_address *address,
                              struct sockets_address *local) {
	sockets_port_lock();
	const int result = begin_connect(socket, address, local);
	sockets_port_unlock();
	return result;
}

/** What has become of it: 0, a failure as of sockets_tcp_connect, or -EINPROGRESS while it goes on. */
int sockets_tcp_end_connect(struct sockets_tcp *socket, const struct sockets_address *local) {
	sockets_port_lock();
	sockets_core_look(socket, SOCKETS_ANY_EVENT);
	const int result = socket->state == SOCKETS_CONNECTING ? -EINPROGRESS : finish_connect(socket, local);
	sockets_port_unlock();
	return result;
}

/** Ends the attempt if it goes on. The socket can connect again. */
void sockets_tcp_abandon_connect(struct sockets_tcp *socket) {
	sockets_port_lock();
	if (socket->state == SOCKETS_CONNECTING)
		abandon_connect(socket);
	sockets_port_unlock();
}

/** Gives the socket a number if it has none. */
static int ensure_number(struct sockets_tcp *socket) {
	if (socket->number == 0) {
		int number = 3;
		while (find_number(socket->port, number) != NULL)
			number += 1;
		socket->number = number;
	}
	return socket->number;
}

/** The socket's number as a file descriptor: the smallest from 3 on that no socket of the machine has (POSIX's rule).
 */
int sockets_tcp_number(struct sockets_tcp *socket) {
	sockets_port_lock();
	const int number = ensure_number(socket);
	sockets_port_unlock();
	return number;
}

/** From now on only the number, which is given, stands for the socket. */
int sockets_tcp_detach(struct sockets_tcp *socket) {
	sockets_port_lock();
	const int number = ensure_number(socket);
	socket->detached = true;
	sockets_port_unlock();
	return number;
}

/** The detached socket that has the number, which is not detached any more; NULL if none has. */
struct sockets_tcp *sockets_tcp_attach(struct sockets_port *port, int number) {
	sockets_port_lock();
	struct sockets_tcp *socket = find_number(port, number);
	if (socket != NULL && socket->detached)
		socket->detached = false;
	else
		socket = NULL;
	sockets_port_unlock();
	return socket;
}

/** Whether any socket is of this machine. Called with the lock held. */
bool sockets_tcp_has_sockets(const struct sockets_port *port) {
	const struct sockets_tcp *socket = all_sockets;
	while (socket != NULL && socket->port != port)
		socket = socket->next;
	return socket != NULL;
}

/** Closes the detached sockets of a machine that goes: nobody could attach them any more. */
void sockets_tcp_close_detached(struct sockets_port *port) {
	struct sockets_tcp *socket;
	do {
		sockets_port_lock();
		for (socket = all_sockets; socket != NULL; socket = socket->next)
			if (socket->detached && socket->port == port)
				break;
		sockets_port_unlock();
		if (socket != NULL)
			sockets_tcp_close(socket);
	} while (socket != NULL);
}

/** Sets how long a call may wait, in milliseconds; 0 never waits, SOCKETS_FOREVER always. */
void sockets_tcp_set_timeout(struct sockets_tcp *socket, uint32_t milliseconds) {
	socket->timeout = milliseconds;
}

/** What sockets_tcp_set_timeout set; SOCKETS_FOREVER at first. */
uint32_t sockets_tcp_timeout(const struct sockets_tcp *socket) {
	return socket->timeout;
}

/** Where the socket is bound, as getsockname(2): 0.0.0.0 port 0 before. Always 0. */
int sockets_tcp_local(struct sockets_tcp *socket, struct sockets_address *address) {
	sockets_port_lock();
	if (socket->state == SOCKETS_LISTENING)
		keep_names(socket); // lwIP moves a listener along when the address of its interface changes
	*address = socket->local;
	sockets_port_unlock();
	return 0;
}

/** Whom the socket is connected to, as getpeername(2), even when the connection has ended. -ENOTCONN. */
int sockets_tcp_remote(struct sockets_tcp *socket, struct sockets_address *address) {
	sockets_port_lock();
	*address = socket->remote;
	const int result = socket->state == SOCKETS_CONNECTED ? 0 : -ENOTCONN;
	sockets_port_unlock();
	return result;
}

/** Counts sockets and pcbs; see struct sockets_tcp_stats. */
void sockets_tcp_stats(struct sockets_tcp_stats *stats) {
	sockets_port_lock();
	*stats = (struct sockets_tcp_stats){0};
	for (const struct sockets_tcp *socket = all_sockets; socket != NULL; socket = socket->next)
		stats->sockets += 1;
	stats->bound = list_length(tcp_bound_pcbs);
	stats->listening = list_length(tcp_listen_pcbs.pcbs);
	stats->time_wait = list_length(tcp_tw_pcbs);
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
		if (pcb->errf == on_error)
			stats->active += 1;
		else
			stats->closing += 1;
	}
	sockets_port_unlock();
}
