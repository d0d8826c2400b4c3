// SPDX-License-Identifier: MIT
// The socket core: waiting, sending, shutting down. Receiving is in sockets_receive.c.
// Read sockets_tcp.h and sockets_core.h first.
#include <errno.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "sockets_core.h"

/** A write that found no memory is not tried with less than this many bytes, unless the peer takes less at a time: then
 * it may be the number of segments that lwIP has no room for. */
#define SMALLEST_WRITE 64

/**
 * Waits for anything to happen, for what is left of the call's time. 0: look again. Else nothing more will be waited
 * for: -EAGAIN, -ETIMEDOUT or -EINTR; the caller looks once more all the same, since the last step may have brought
 * what it waits for.
 */
int sockets_core_wait(struct sockets_port *port, struct sockets_waiting *waiting) {
	uint32_t limit = waiting->timeout;
	if (limit != SOCKETS_FOREVER && limit != 0) {
		const uint32_t now = sys_now();
		if (!waiting->begun) {
			waiting->begun = true;
			waiting->start = now;
		}
		const uint32_t elapsed = now - waiting->start;
		if (elapsed >= limit)
			return -ETIMEDOUT;
		limit -= elapsed;
	}
	if (sockets_port_wait(port, limit) == SOCKETS_INTERRUPTED)
		return -EINTR;
	return limit == 0 ? -EAGAIN : 0;
}

/** The failure that was not reported yet, which is reported by this: 0 or a negative errno number. */
int sockets_core_take_error(struct sockets_tcp *socket) {
	const int error = socket->error;
	socket->error = 0;
	return error;
}

/**
 * Data was acknowledged. A peer whose window is closed may acknowledge all that there is, the byte of a probe say: lwIP
 * goes on probing with nothing to send, which its next tick finds impossible (an assertion).
 */
err_t sockets_core_end_probing(void *argument, struct tcp_pcb *pcb, uint16_t size) {
	(void)argument;
	(void)size;
	if (pcb->unsent == NULL)
		pcb->persist_backoff = 0;
	return ERR_OK;
}

/** The peer has acknowledged: there is room, and memory. */
err_t sockets_core_on_sent(void *argument, struct tcp_pcb *pcb, uint16_t size) {
	(void)sockets_core_end_probing(argument, pcb, size);
	struct sockets_tcp *socket = argument;
	socket->starved = false;
	sockets_core_changed(socket, SOCKETS_POLLOUT);
	return ERR_OK;
}

/** Where a segment begins. */
static uint32_t sequence(const struct tcp_seg *segment) {
	return lwip_ntohl(segment->tcphdr->seqno);
}

/**
 * A fast retransmission for which there was no memory leaves its segment among those that were never sent. lwIP takes
 * the last of these for the end of the stream, and would append what is written next, or the FIN, to it: in the middle
 * of what was sent after it. So it goes back among those that wait for their acknowledgement, in their order, and
 * lwIP's timer sends it again.
 */
void sockets_core_put_back(struct tcp_pcb *pcb) {
	const uint32_t first = sequence(pcb->unacked);
	while (pcb->unsent != NULL && TCP_SEQ_LT(sequence(pcb->unsent), first)) {
		struct tcp_seg *segment = pcb->unsent, **link = &pcb->unacked;
		while (TCP_SEQ_LT(sequence(*link), sequence(segment)))
			link = &(*link)->next;
		pcb->unsent = segment->next;
		segment->next = *link;
		*link = segment;
		if (pcb->unsent == NULL)
			pcb->unsent_oversize = 0;
		if (pcb->rtime < 0)
			pcb->rtime = 0;
	}
}

/**
 * A probe of a closed window that could not be sent, for there was no memory, is as one that got lost: the next one has
 * its time. lwIP counts it too, but tries again at each of its ticks, and so would give the connection up within
 * seconds. It was not sent if the time to send it (lwIP's tcp_persist_backoff) is there still.
 */
static void pace_probes(struct tcp_pcb *pcb) {
	if (pcb->persist_backoff == 0 || pcb->snd_wnd > 0)
		return;
	const unsigned ticks = 3u << (pcb->persist_backoff - 1);
	if (pcb->persist_cnt < (ticks < 120 ? ticks : 120))
		return;
	pcb->persist_cnt = 0;
	if (pcb->persist_backoff < 7)
		pcb->persist_backoff += 1;
}

/**
 * lwIP was asked to finish a connection. If it had no memory for the FIN it would try again by itself, but as if
 * sockets_core_put_back were not needed: so sockets_core_tick does it instead. The pcb may be gone.
 */
void sockets_core_take_finish(struct tcp_pcb *pcb) {
	for (struct tcp_pcb *active = tcp_active_pcbs; active != NULL; active = active->next)
		if (active == pcb)
			tcp_clear_flags(pcb, TF_CLOSEPEND);
}

/** Half a second has gone: what had no memory is tried again. `finish`: the pcb has no more to send. */
void sockets_core_tick(struct tcp_pcb *pcb, bool finish) {
	pace_probes(pcb);
	sockets_core_before_write(pcb);
	if (finish && (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT)) {
		(void)sockets_core_end(pcb, false);
		tcp_clear_flags(pcb, TF_CLOSEPEND);
	}
}

/**
 * Whether lwIP can take a write now. It makes segments of at most half the largest window that the peer has had. If the
 * last one that waits was made before there was any (then it may be a whole one) and a small window came after, lwIP
 * has room of less than nothing in it, which is an assertion. It takes writes again when that segment has gone.
 */
static bool can_append(const struct tcp_pcb *pcb) {
	const struct tcp_seg *last = pcb->unsent;
	if (last == NULL)
		return true;
	while (last->next != NULL)
		last = last->next;
	const unsigned half = (unsigned)(pcb->snd_wnd_max / 2);
	const unsigned limit = half > 0 && half < pcb->mss ? half : pcb->mss;
	unsigned size = last->len;
#if TCP_OVERSIZE
	size += pcb->unsent_oversize; // memory that lwIP has for more of it
#endif
	return size <= limit;
}

/**
 * Hands as much of the data to lwIP as there is room and memory for now: a count, 0 for none, or a failure. lwIP takes
 * all of a write or nothing, so what does not fit in memory is tried in halves.
 */
static int32_t write_some(struct sockets_tcp *socket, const uint8_t *data, size_t size) {
	const int ready = sockets_core_writable(socket);
	if (ready <= 0 || size == 0)
		return ready < 0 ? ready : 0;
	struct tcp_pcb *pcb = socket->pcb;
	sockets_core_before_write(pcb);
	if (!can_append(pcb)) {
		socket->starved = true;
		return 0;
	}
	const size_t room = tcp_sndbuf(pcb);
	uint8_t flags = TCP_WRITE_FLAG_COPY;
	if (size > room)
		flags |= TCP_WRITE_FLAG_MORE;
	uint16_t part = (uint16_t)(size < room ? size : room);
	err_t error = tcp_write(pcb, data, part, flags);
	while (error == ERR_MEM && (part > SMALLEST_WRITE || part > pcb->mss)) {
		part /= 2;
		// Without the flag for more to come, with which lwIP takes a whole segment's memory for a part of one.
		error = tcp_write(pcb, data, part, TCP_WRITE_FLAG_COPY);
	}
	if (error == ERR_MEM) {
		socket->starved = true;
		return 0;
	}
	if (error != ERR_OK)
		return -EPIPE;                    // the pcb is in a state that sends no more
	if (socket->owed >= pcb->mss / 2u)    // what lwIP has not announced and this together may be worth it
		sockets_core_open_window(socket); // sends too
	(void)tcp_output(pcb);                // if this found no memory, lwIP's timer tries again
	return part;
}

/** Whether nothing of the socket is on its way, so that no acknowledgement will come to free anything. */
static bool nothing_in_flight(const struct sockets_tcp *socket) {
	return socket->pcb != NULL && socket->pcb->unsent == NULL && socket->pcb->unacked == NULL;
}

/** Waits until lwIP takes some of the data: a count or a failure. */
static int32_t wait_and_write(struct sockets_tcp *socket, const void *data, size_t size,
                              struct sockets_waiting *waiting) {
	const uint32_t here = sys_now();
	for (;;) {
		const int result = sockets_core_wait(socket->port, waiting);
		const int32_t sent = write_some(socket, data, size);
		if (sent != 0)
			return sent;
		// Memory that others hold may come back, but nothing says when: a call does not wait for it for ever.
		if (socket->starved && nothing_in_flight(socket) &&
		    (result == -EAGAIN || sys_now() - here >= SOCKETS_TCP_CLOSE_LIMIT))
			return -ENOBUFS;
		if (result != 0)
			return result;
	}
}

/** The time that a call with these flags may wait. */
static struct sockets_waiting waiting_of(const struct sockets_tcp *socket, unsigned flags) {
	return (struct sockets_waiting){.timeout = flags & SOCKETS_DONTWAIT ? 0 : socket->timeout};
}

/**
 * Sends, as send(2): waits for room for at least one byte, takes what there is room for, gives how many bytes that was.
 * -EPIPE (shut, or the connection is over), -ECONNRESET (once), -ENOTCONN, -ENOBUFS (no memory although nothing is on
 * its way), -ETIMEDOUT, -EAGAIN, -EINTR: then nothing was taken.
 */
int32_t sockets_tcp_send(struct sockets_tcp *socket, const void *data, size_t size, unsigned flags) {
	sockets_port_lock();
	int32_t result = write_some(socket, data, size);
	if (result == 0 && size > 0) {
		struct sockets_waiting waiting = waiting_of(socket, flags);
		result = wait_and_write(socket, data, size, &waiting);
	}
	sockets_port_unlock();
	return result;
}

/** The part of sockets_tcp_sendall that lwIP has not taken at once. */
static int32_t send_rest(struct sockets_tcp *socket, const uint8_t *data, size_t size, unsigned flags) {
	struct sockets_waiting waiting = waiting_of(socket, flags);
	int32_t sent = 0;
	while (sent >= 0 && size > 0) {
		sent = write_some(socket, data, size);
		if (sent == 0)
			sent = wait_and_write(socket, data, size, &waiting);
		if (sent > 0) {
			data += sent;
			size -= (size_t)sent;
		}
	}
	return sent;
}

/**
 * Sends everything, as Python's sendall: the timeout is for the whole. Failures as of sockets_tcp_send, -EAGAIN
 * included; how much was sent by then is not told.
 */
int sockets_tcp_sendall(struct sockets_tcp *socket, const void *data, size_t size, unsigned flags) {
	sockets_port_lock();
	int32_t result = write_some(socket, data, size);
	if (result >= 0 && (size_t)result < size)
		result = send_rest(socket, (const uint8_t *)data + result, size - (size_t)result, flags);
	sockets_port_unlock();
	return result < 0 ? result : 0;
}

/**
 * sockets_tcp_send that does not wait: 0 if there is no room or no memory now. Of 0 bytes it only tells whether they
 * could be sent.
 */
int32_t sockets_tcp_try_send(struct sockets_tcp *socket, const void *data, size_t size) {
	sockets_port_lock();
	sockets_core_look(socket, SOCKETS_POLLOUT);
	int32_t result;
	if (size > 0) {
		result = write_some(socket, data, size);
	} else {
		result = sockets_core_writable(socket);
		if (result > 0)
			result = 0;
	}
	sockets_port_unlock();
	return result;
}

/** Whether a write found no memory, and nothing of the socket is on its way whose acknowledgement would free some: who
 * waits for others' memory shall not wait for ever. */
bool sockets_tcp_is_starved(struct sockets_tcp *socket) {
	sockets_port_lock();
	const bool result = socket->starved && nothing_in_flight(socket);
	sockets_port_unlock();
	return result;
}

/** The last segment that waits, if none of it fits into the window now. */
static struct tcp_seg *last_outside(const struct tcp_pcb *pcb) {
	struct tcp_seg *last = pcb->unsent;
	if (last == NULL || (pcb->state != ESTABLISHED && pcb->state != CLOSE_WAIT))
		return NULL;
	while (last->next != NULL)
		last = last->next;
	const u32_t end = lwip_ntohl(last->tcphdr->seqno) - pcb->lastack + last->len;
	return end > (u32_t)LWIP_MIN(pcb->snd_wnd, pcb->cwnd) ? last : NULL;
}

/**
 * tcp_close, or tcp_shutdown for sending. lwIP puts the end of the stream into the last segment that waits. If that has
 * to be split, because the window stays smaller, lwIP 2.1.3 says the end in both parts, and the peer never sees the
 * second. So such a segment is made to look like a SYN meanwhile, which takes no FIN: the FIN gets a segment of its
 * own.
 */
err_t sockets_core_end(struct tcp_pcb *pcb, bool close) {
	// Not where lwIP resets the connection, and the segment is no more.
	const bool resets = close && (pcb->rcv_wnd != TCP_WND_MAX(pcb) || pcb->refused_data != NULL);
	struct tcp_seg *last = resets ? NULL : last_outside(pcb);
	if (last == NULL)
		return close ? tcp_close(pcb) : tcp_shutdown(pcb, 0, 1);
	const bool can_take = !(TCPH_FLAGS(last->tcphdr) & TCP_SYN);
	if (can_take)
		TCPH_SET_FLAG(last->tcphdr, TCP_SYN);
	const err_t result = close ? tcp_close(pcb) : tcp_shutdown(pcb, 0, 1);
	if (can_take)
		TCPH_UNSET_FLAG(last->tcphdr, TCP_SYN);
	return result;
}

/** sockets_tcp_shutdown with the lock held. */
static int shutdown_locked(struct sockets_tcp *socket, bool reading, bool writing) {
	if (socket->state != SOCKETS_CONNECTED)
		return -ENOTCONN;
	if (reading && !socket->read_shut) {
		socket->read_shut = true;
		socket->owed += socket->received_size;
		sockets_core_drop_received(socket);
		sockets_core_open_window(socket);
	}
	if (writing) {
		socket->write_shut = true;
		// Where this finds no memory for the FIN, sockets_core_tick tries again. A second time, lwIP refuses.
		if (socket->pcb != NULL) {
			sockets_core_before_write(socket->pcb);
			(void)sockets_core_end(socket->pcb, false);
			sockets_core_take_finish(socket->pcb);
		}
	}
	sockets_core_changed(socket, SOCKETS_ANY_EVENT);
	return 0;
}

/**
 * Ends one direction or both, as shutdown(2). Writing: the peer reads what was sent, then the end of the stream;
 * reading here goes on. Reading: what has come and what comes is thrown away, and every read is the end of the stream.
 * -ENOTCONN.
 */
int sockets_tcp_shutdown(struct sockets_tcp *socket, bool reading, bool writing) {
	sockets_port_lock();
	const int result = shutdown_locked(socket, reading, writing);
	sockets_port_unlock();
	return result;
}
