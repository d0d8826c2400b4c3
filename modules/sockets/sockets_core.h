// SPDX-License-Identifier: MIT
// The inside of the socket core, shared by its C files alone. Others include sockets_tcp.h.
//
// The rules, which hold on every path (docs/sockets.md says why):
//  - lwIP's core lock is held wherever a pcb or a field of this structure is touched. lwIP's callbacks have it already.
//  - Callbacks record and wake. They never call XS.
//  - `pcb` is non-NULL only while lwIP will tell us of its end: before tcp_close and tcp_abort, and when the pcb enters
//    TIME_WAIT or CLOSING, it is forgotten first (sockets_core_forget).
//  - Nothing that was received is given back to the window (tcp_recved) before the program has taken it.
//  - Every allocation may fail, and leaves everything as it was.
#ifndef SOCKETS_CORE_H
#define SOCKETS_CORE_H

#include <errno.h>

#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "sockets_tcp.h"

#ifndef INADDR_LOOPBACK
#define INADDR_LOOPBACK 0x7F000001u
#endif

enum sockets_state {
	/** Neither listening nor connected; perhaps bound. */
	SOCKETS_OPEN,
	SOCKETS_LISTENING,
	SOCKETS_CONNECTING,
	/** Connected now, or once and over; then `pcb` may be NULL. */
	SOCKETS_CONNECTED,
};

/** Bytes that came and are not with lwIP any more. */
struct sockets_kept {
	/** Where in `data` they begin and end, and how much room there is. */
	uint32_t start, end, capacity;
	uint8_t data[];
};

// Small fields stand together: on a camera board, each open socket costs what this does.
struct sockets_tcp {
	struct tcp_pcb *pcb;
	/** The machine that the socket belongs to. */
	struct sockets_port *port;
	/** The list of all sockets. */
	struct sockets_tcp *next;

	/** What came and was not taken yet: a chain of pbufs with `received_offset` bytes of the first one gone. */
	struct pbuf *received_first, *received_last;
	/** Bytes in that chain. */
	uint32_t received_size;
	/** Bytes that the program has taken and that the window was not opened by yet: sockets_receive.c's give_back. */
	uint32_t owed;
	/** In front of it: what a read that ended early had gathered already (malloc'ed); NULL if there is nothing. */
	struct sockets_kept *kept;

	/** Of a listening socket: the connections that wait to be accepted. */
	struct sockets_tcp *accept_first, *accept_last;
	/** Of such a connection: its neighbour, and whom it waits for. */
	struct sockets_tcp *accept_next, *listener;

	/** Milliseconds that a call may wait. */
	uint32_t timeout;
	struct sockets_address local, remote;

	/** The awaited side: see sockets_notify.c. */
	struct sockets_awaited awaited;
	/** The one behind it in the queue of sockets that are ready. */
	struct sockets_tcp *ready_next;
	/** When the first of its operations runs out of time, in sys_now()'s milliseconds. */
	uint32_t deadline;
	/** What its operations wait for, as events of poll. */
	uint8_t watched;
	/** What happened while it was not watched, since a try (sockets_tcp_try_readable and the like) has looked. */
	uint8_t missed;

	uint16_t received_offset;
	uint8_t accept_length, backlog;
	/** A failure that was not reported yet, as a negative errno number. */
	int16_t error;
	/** The number of the socket as a file descriptor; 0 while nobody has asked for it. */
	int16_t number;
	/** SO_LINGER's seconds. */
	uint16_t linger_seconds;
	/** Seconds, seconds, probes. */
	uint16_t keep_idle, keep_interval;
	uint8_t keep_count;

	enum sockets_state state : 8;
	/** The peer has finished sending. */
	bool end_of_stream : 1;
	/** We have finished sending; we want to hear no more. */
	bool write_shut : 1, read_shut : 1;
	/** No object has the socket: only its number. */
	bool detached : 1;
	/** A write found no memory; the next tick or acknowledgement tries again. */
	bool starved : 1;
	/** lwIP has tried as often as it does: if the connection ends now, that is why. */
	bool giving_up : 1;
	/** Whether it is in the queue of sockets that are ready, and whether one of its operations has a deadline. */
	bool ready : 1, timed : 1;
	/** Options; SO_LINGER is on. */
	bool reuse_address : 1, keepalive : 1, no_delay : 1, linger : 1;
};

/** Both directions. */
#define SOCKETS_ANY_EVENT (SOCKETS_POLLIN | SOCKETS_POLLOUT)

void sockets_core_forget(struct sockets_tcp *socket, uint32_t limit);
void sockets_core_make_ready(struct sockets_tcp *socket);
void sockets_core_unmake_ready(struct sockets_tcp *socket);
void sockets_core_check_alarm(void);
struct sockets_tcp *sockets_core_first_socket(void);

/** Something has happened: who is blocked looks again, and who awaits one of the events is queued. */
static inline void sockets_core_changed(struct sockets_tcp *socket, unsigned events) {
	if (!(socket->watched & events))
		socket->missed |= (uint8_t)events;
	else if (!socket->ready)
		sockets_core_make_ready(socket);
	sockets_port_wake(socket->port);
}

/** A try looks whether one of these events is there: what happens from now on is news. */
static inline void sockets_core_look(struct sockets_tcp *socket, unsigned events) {
	socket->missed &= (uint8_t)~events;
}

/** The waiting of one call: its timeout in milliseconds, and when it began, which nobody asks before there is something
 * to wait for. */
struct sockets_waiting {
	uint32_t timeout, start;
	bool begun;
};

int sockets_core_wait(struct sockets_port *port, struct sockets_waiting *waiting);
size_t sockets_core_available(const struct sockets_tcp *socket);
void sockets_core_open_window(struct sockets_tcp *socket);
int sockets_core_take_error(struct sockets_tcp *socket);
void sockets_core_apply_options(const struct sockets_tcp *socket);
void sockets_core_default_options(struct sockets_tcp *socket);
void sockets_core_inherit_options(struct sockets_tcp *connection, const struct sockets_tcp *listener);
void sockets_core_drop_received(struct sockets_tcp *socket);
err_t sockets_core_on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error);
err_t sockets_core_end(struct tcp_pcb *pcb, bool close);
err_t sockets_core_end_probing(void *argument, struct tcp_pcb *pcb, uint16_t size);
err_t sockets_core_on_sent(void *argument, struct tcp_pcb *pcb, uint16_t size);
void sockets_core_put_back(struct tcp_pcb *pcb);
void sockets_core_take_finish(struct tcp_pcb *pcb);
void sockets_core_tick(struct tcp_pcb *pcb, bool finish);

/** To be called before anything is appended to what a pcb sends: see sockets_core_put_back. */
static inline void sockets_core_before_write(struct tcp_pcb *pcb) {
	if (pcb->unsent != NULL && pcb->unacked != NULL)
		sockets_core_put_back(pcb);
}

/** Whether a write may be tried: 1, 0 for not yet, or a failure. */
static inline int sockets_core_writable(struct sockets_tcp *socket) {
	if (socket->write_shut)
		return -EPIPE;
	if (socket->error != 0)
		return sockets_core_take_error(socket);
	if (socket->state == SOCKETS_CONNECTING)
		return 0;
	if (socket->state != SOCKETS_CONNECTED)
		return -ENOTCONN;
	if (socket->pcb == NULL)
		return -EPIPE;
	return tcp_sndbuf(socket->pcb) > 0 && !socket->starved;
}

#endif
