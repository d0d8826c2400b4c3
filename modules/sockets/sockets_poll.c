// SPDX-License-Identifier: MIT
// The socket core: poll(2), and waiting for the stack to be done. Read sockets_tcp.h and sockets_core.h first.
#include <errno.h>

#include "lwip/sys.h"
#include "sockets_core.h"

/** The events that hold for a socket now, asked for or not; as on Linux. */
static unsigned events_now(const struct sockets_tcp *socket) {
	unsigned events = socket->error != 0 ? SOCKETS_POLLERR : 0;
	switch (socket->state) {
	case SOCKETS_LISTENING:
		if (socket->accept_first != NULL)
			events |= SOCKETS_POLLIN;
		break;
	case SOCKETS_OPEN: // a call would not wait, but fail
		events |= SOCKETS_POLLOUT | SOCKETS_POLLHUP;
		if (socket->error != 0)
			events |= SOCKETS_POLLIN;
		break;
	case SOCKETS_CONNECTING:
		break;
	case SOCKETS_CONNECTED: {
		const bool ended = socket->end_of_stream || socket->pcb == NULL;
		if (sockets_core_available(socket) > 0 || ended || socket->read_shut || socket->error != 0)
			events |= SOCKETS_POLLIN;
		if (socket->pcb == NULL || socket->write_shut || (tcp_sndbuf(socket->pcb) > 0 && !socket->starved))
			events |= SOCKETS_POLLOUT;
		if (socket->pcb == NULL || ((socket->end_of_stream || socket->read_shut) && socket->write_shut))
			events |= SOCKETS_POLLHUP;
		break;
	}
	}
	return events;
}

/** Fills in the results; gives how many entries have one. */
static int look(struct sockets_poll *entries, size_t size) {
	int ready = 0;
	for (size_t i = 0; i < size; i += 1) {
		struct sockets_poll *entry = &entries[i];
		if (entry->socket == NULL) {
			entry->result = SOCKETS_POLLNVAL;
		} else {
			const unsigned mask = entry->events | SOCKETS_POLLERR | SOCKETS_POLLHUP;
			entry->result = (uint16_t)(events_now(entry->socket) & mask);
		}
		if (entry->result != 0)
			ready += 1;
	}
	return ready;
}

/** sockets_tcp_poll with the lock held. */
static int poll_locked(struct sockets_port *port, struct sockets_poll *entries, size_t size, uint32_t timeout) {
	struct sockets_waiting waiting = {.timeout = timeout};
	int ready = look(entries, size);
	if (ready > 0) {
		// A program that does nothing but poll what is always ready (for writing) shall see the rest come, also where
		// this call steps the stack.
		if (sockets_port_wait(port, 0) == SOCKETS_INTERRUPTED)
			return -EINTR;
		ready = look(entries, size);
	}
	while (ready == 0) {
		const int result = sockets_core_wait(port, &waiting);
		ready = look(entries, size);
		if (ready == 0 && result != 0)
			return result == -EINTR ? result : 0;
	}
	return ready;
}

/**
 * Waits until at least one socket has an event that its entry asks for, or an error or hang-up, as poll(2): the number
 * of those, 0 when the time was up first, -EINTR. An entry without a socket has the event SOCKETS_POLLNVAL.
 */
int sockets_tcp_poll(struct sockets_port *port, struct sockets_poll *entries, size_t size, uint32_t timeout) {
	sockets_port_lock();
	const int result = poll_locked(port, entries, size, timeout);
	sockets_port_unlock();
	return result;
}

/**
 * Lets the stack finish what it has been left with: true once no pcb is in a closing state, false when the time was up
 * first or the wait was interrupted.
 */
bool sockets_tcp_settle(struct sockets_port *port, uint32_t milliseconds) {
	const uint32_t start = sys_now();
	struct sockets_tcp_stats stats;
	for (;;) {
		sockets_tcp_stats(&stats);
		if (stats.closing == 0)
			return true;
		const uint32_t elapsed = sys_now() - start;
		if (elapsed >= milliseconds)
			return false;
		sockets_port_lock();
		const enum sockets_wake wake = sockets_port_wait(port, milliseconds - elapsed);
		sockets_port_unlock();
		if (wake == SOCKETS_INTERRUPTED)
			return false;
	}
}
