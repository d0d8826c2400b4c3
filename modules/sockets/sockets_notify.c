// SPDX-License-Identifier: MIT
// The socket core: telling the awaited side. Read sockets_tcp.h and sockets_core.h first.
//
// A socket carries what its operations wait for (`watched`) and when the first of them runs out of time. lwIP's
// callbacks record, as for a call that is blocked; and where the event is one that is watched, they put the socket into
// the queue of those that are ready, unless it is there already, and ask the main loop for a turn. The main loop then
// takes each socket out once and tries its operations again. So whatever comes between two turns is one notification
// per socket.
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "sockets_core.h"

/** The longest time that lwIP's timers and a comparison of two moments can tell: 12 days. A longer one is reached in
 * steps. */
#define LONGEST_ALARM (UINT32_MAX / 4)

/** So many milliseconds after its time, an alarm that has not gone off never will: lwIP had no memory for it, which it
 * does not tell. */
#define LATE 1000

/** The sockets that are ready, of all machines, in the order in which they became so. */
static struct sockets_tcp *first_ready, *last_ready;

/** When the alarm goes off, if it is set: one for all sockets. */
static bool alarm_set;
static uint32_t alarm_time;

static void on_alarm(void *argument);

/** Whether moment `a` is not after moment `b`; both wrap. */
static bool is_reached(uint32_t a, uint32_t b) {
	return (int32_t)(b - a) >= 0;
}

/** Queues a socket that is not queued yet. */
void sockets_core_make_ready(struct sockets_tcp *socket) {
	socket->ready = true;
	socket->ready_next = NULL;
	if (last_ready != NULL)
		last_ready->ready_next = socket;
	else
		first_ready = socket;
	last_ready = socket;
	sockets_port_notify(socket->port);
}

/** Takes a socket out of the queue if it is there. */
void sockets_core_unmake_ready(struct sockets_tcp *socket) {
	if (!socket->ready)
		return;
	struct sockets_tcp *previous = NULL, *other = first_ready;
	while (other != socket) {
		previous = other;
		other = other->ready_next;
	}
	if (previous != NULL)
		previous->ready_next = socket->ready_next;
	else
		first_ready = socket->ready_next;
	if (last_ready == socket)
		last_ready = previous;
	socket->ready = false;
}

/** Whether the alarm that was set is lost. */
static bool alarm_lost(uint32_t now) {
	return alarm_set && is_reached(alarm_time + LATE, now);
}

/** Has on_alarm called at that moment, or at an earlier one that was set before. */
static void set_alarm(uint32_t time, uint32_t now) {
	if (alarm_lost(now))
		time = now; // for all whose time is up, whatever this one's is
	if (alarm_set) {
		if (!alarm_lost(now) && is_reached(alarm_time, time))
			return;
		sys_untimeout(on_alarm, NULL);
	}
	alarm_set = true;
	alarm_time = time;
	sys_timeout(is_reached(time, now) ? 0 : time - now, on_alarm, NULL);
}

/** A tick of some connection: if the alarm is lost, it is set again. */
void sockets_core_check_alarm(void) {
	const uint32_t now = sys_now();
	if (alarm_lost(now))
		set_alarm(now, now);
}

/** lwIP's timer: sockets whose time is up are ready; the next alarm is for the next one. */
static void on_alarm(void *argument) {
	(void)argument;
	const uint32_t now = sys_now();
	alarm_set = false;
	for (struct sockets_tcp *socket = sockets_core_first_socket(); socket != NULL; socket = socket->next) {
		if (!socket->timed)
			continue;
		if (!is_reached(socket->deadline, now)) {
			set_alarm(socket->deadline, now);
			continue;
		}
		socket->timed = false;
		if (!socket->ready)
			sockets_core_make_ready(socket);
	}
}

/** Milliseconds since some moment; wraps. */
uint32_t sockets_tcp_now(void) {
	return sys_now();
}

/** What the core keeps for the awaited side. */
struct sockets_awaited *sockets_tcp_awaited(struct sockets_tcp *socket) {
	return &socket->awaited;
}

/**
 * From now on the socket becomes ready when one of these events (SOCKETS_POLLIN, SOCKETS_POLLOUT) may have happened, or
 * the connection ends, or that many milliseconds have passed (NULL: without a limit). 0 events: it does not. What has
 * happened since the last try counts: where the stack has a thread of its own, that may be while the caller gets here.
 */
void sockets_tcp_watch(struct sockets_tcp *socket, unsigned events, const uint32_t *limit) {
	sockets_port_lock();
	socket->watched = (uint8_t)events;
	if (socket->missed & events) {
		socket->missed &= (uint8_t)~events;
		if (!socket->ready)
			sockets_core_make_ready(socket);
	}
	socket->timed = limit != NULL;
	if (limit != NULL) {
		const uint32_t now = sys_now();
		socket->deadline = now + (*limit < LONGEST_ALARM ? *limit : LONGEST_ALARM);
		set_alarm(socket->deadline, now);
		sockets_port_timer_set();
	}
	sockets_port_unlock();
}

/** The socket is ready now, whatever it waits for. */
void sockets_tcp_make_ready(struct sockets_tcp *socket) {
	sockets_port_lock();
	if (!socket->ready)
		sockets_core_make_ready(socket);
	sockets_port_unlock();
}

/** Takes the socket of this machine that has been ready longest out of the queue; NULL if there is none. */
struct sockets_tcp *sockets_tcp_next_ready(struct sockets_port *port) {
	sockets_port_lock();
	struct sockets_tcp *socket = first_ready;
	while (socket != NULL && socket->port != port)
		socket = socket->ready_next;
	if (socket != NULL)
		sockets_core_unmake_ready(socket);
	sockets_port_unlock();
	return socket;
}
