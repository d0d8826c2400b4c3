// SPDX-License-Identifier: MIT
// The socket core: receiving. Read sockets_tcp.h and sockets_core.h first.
//
// What has come waits in lwIP's packets, with the window closed by as much, until a read takes it. A read that wants
// more than is there (a line, exactly so many bytes, everything) cannot leave it there: the window would close before
// there is enough. It moves what has come into a buffer of the socket while it waits. If it ends early, the bytes stay
// in that buffer, in front of what comes later: a read that runs out of time takes nothing away.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sockets_core.h"

/** The least that the buffer of a socket is made for. */
#define SMALLEST_BUFFER 256

/** So many packets may wait with less than so many bytes in each, on an average. */
#define MANY_PACKETS 8
#define FEW_BYTES 256

/** Frees the first pbuf of a chain alone; gives the rest. */
static struct pbuf *free_first(struct pbuf *first) {
	struct pbuf *rest = first->next;
	first->next = NULL;
	pbuf_free(first);
	return rest;
}

/** Bytes in the socket's buffer. */
static size_t kept_size(const struct sockets_tcp *socket) {
	const struct sockets_kept *kept = socket->kept;
	return kept == NULL ? 0 : (size_t)kept->end - kept->start;
}

/** Bytes that can be read without waiting. */
size_t sockets_core_available(const struct sockets_tcp *socket) {
	return kept_size(socket) + socket->received_size;
}

/** Gives the socket's buffer back. */
static void free_kept(struct sockets_tcp *socket) {
	free(socket->kept);
	socket->kept = NULL;
}

/** Throws away what was received and not taken. */
void sockets_core_drop_received(struct sockets_tcp *socket) {
	while (socket->received_first != NULL)
		socket->received_first = free_first(socket->received_first);
	socket->received_last = NULL;
	socket->received_offset = 0;
	socket->received_size = 0;
	free_kept(socket);
}

/** Copies the first `size` bytes of lwIP's packets, which are there, and leaves them there. */
static void copy_received(const struct sockets_tcp *socket, uint8_t *buffer, size_t size) {
	size_t copied = 0, offset = socket->received_offset;
	for (const struct pbuf *packet = socket->received_first; copied < size; packet = packet->next) {
		size_t part = packet->len - offset;
		if (part > size - copied)
			part = size - copied;
		memcpy(buffer + copied, (const uint8_t *)packet->payload + offset, part);
		copied += part;
		offset = 0;
	}
}

/**
 * Makes one packet of those that wait, if they are many small ones: a driver's buffer is used up by one byte as well as
 * by a segment, and who sends single bytes to a program that does not read would take all of them from everybody. If
 * there is no memory for that, they stay as they are. Out of line, as gather.
 */
__attribute__((noinline)) static void compact(struct sockets_tcp *socket) {
	unsigned count = 0;
	for (const struct pbuf *packet = socket->received_first; packet != NULL; packet = packet->next)
		count += 1;
	const size_t size = socket->received_size;
	if (count < MANY_PACKETS || size >= count * (size_t)FEW_BYTES || size > UINT16_MAX)
		return;
	struct pbuf *whole = pbuf_alloc(PBUF_RAW, (uint16_t)size, PBUF_RAM);
	if (whole == NULL)
		return;
	copy_received(socket, whole->payload, size);
	while (socket->received_first != NULL)
		socket->received_first = free_first(socket->received_first);
	socket->received_first = whole;
	socket->received_last = whole;
	socket->received_offset = 0;
}

/** lwIP has data for the socket, or (packet NULL) the end of the stream. */
err_t sockets_core_on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *packet, err_t error) {
	(void)error; // ERR_OK always in this version
	struct sockets_tcp *socket = argument;
	if (packet == NULL) {
		socket->end_of_stream = true;
		// From here on lwIP may free the pcb without a word: in TIME_WAIT at any time, in CLOSING on its way there.
		// Nobody has closed the socket yet, and what was sent may have to be sent again: so it has the time that lwIP
		// gives where the peer was first (LAST_ACK), not that of a close().
		if (pcb->state == TIME_WAIT || pcb->state == CLOSING)
			sockets_core_forget(socket, 2 * TCP_MSL);
	} else if (socket->read_shut) {
		tcp_recved(pcb, packet->tot_len);
		pbuf_free(packet);
	} else {
		// Only the next pointers and the lengths of the single pbufs are used from here on, so that appending
		// does not walk the chain (pbuf_cat would).
		if (socket->received_last != NULL)
			socket->received_last->next = packet;
		else
			socket->received_first = packet;
		socket->received_size += packet->tot_len;
		const bool small = packet->tot_len < FEW_BYTES && packet != socket->received_first;
		while (packet->next != NULL)
			packet = packet->next;
		socket->received_last = packet;
		if (small)
			compact(socket);
	}
	sockets_core_changed(socket, SOCKETS_POLLIN);
	return ERR_OK;
}

/** Tells lwIP of all that the program has taken, so that the peer may send as much more. */
void sockets_core_open_window(struct sockets_tcp *socket) {
	uint32_t size = socket->owed;
	socket->owed = 0;
	while (size > 0 && socket->pcb != NULL) {
		const uint16_t part = size < UINT16_MAX ? (uint16_t)size : UINT16_MAX;
		tcp_recved(socket->pcb, part);
		size -= part;
	}
}

/**
 * The program has taken so many bytes. The window is not opened for each read: where that is worth announcing, lwIP
 * sends a packet for it, which the answer to a short message makes needless. So what is owed waits for a write, but not
 * if it is a whole segment (the acknowledgement may be what the peer's Nagle algorithm waits for), nor if the peer has
 * less than half of the window left: it never has to wait for the program to write. RFC 9293, 3.8.6.
 */
static void give_back(struct sockets_tcp *socket, size_t size) {
	const struct tcp_pcb *pcb = socket->pcb;
	if (pcb == NULL)
		return;
	socket->owed += (uint32_t)size;
	if (socket->owed >= pcb->mss || pcb->rcv_ann_right_edge - pcb->rcv_nxt < TCP_WND_MAX(pcb) / 2)
		sockets_core_open_window(socket);
}

/** Copies at most `size` bytes out of lwIP's packets. */
static size_t take_received(struct sockets_tcp *socket, uint8_t *buffer, size_t size) {
	size_t taken = 0;
	while (taken < size && socket->received_first != NULL) {
		struct pbuf *packet = socket->received_first;
		const size_t there = (size_t)packet->len - socket->received_offset;
		const size_t part = size - taken < there ? size - taken : there;
		memcpy(buffer + taken, (const uint8_t *)packet->payload + socket->received_offset, part);
		taken += part;
		if (part < there) {
			socket->received_offset += (uint16_t)part;
		} else {
			socket->received_offset = 0;
			socket->received_first = free_first(packet);
			if (socket->received_first == NULL)
				socket->received_last = NULL;
		}
	}
	socket->received_size -= (uint32_t)taken;
	give_back(socket, taken);
	return taken;
}

/** Copies at most `size` bytes out: those of the socket's buffer first. Out of line, since what is seldom done should
 * not take registers from what each read does. */
__attribute__((noinline)) static size_t take_kept(struct sockets_tcp *socket, uint8_t *buffer, size_t size) {
	struct sockets_kept *kept = socket->kept;
	size_t taken = kept_size(socket);
	if (taken > size)
		taken = size;
	memcpy(buffer, kept->data + kept->start, taken);
	kept->start += (uint32_t)taken;
	if (kept->start == kept->end)
		free_kept(socket);
	if (socket->received_first == NULL || taken == size)
		return taken;
	return taken + take_received(socket, buffer + taken, size - taken);
}

/** Copies at most `size` bytes out. */
static inline size_t take(struct sockets_tcp *socket, uint8_t *buffer, size_t size) {
	if (socket->kept != NULL)
		return take_kept(socket, buffer, size);
	return socket->received_first == NULL ? 0 : take_received(socket, buffer, size);
}

/** Copies at most `size` bytes out and leaves them there. */
static size_t peek(const struct sockets_tcp *socket, uint8_t *buffer, size_t size) {
	size_t copied = kept_size(socket);
	if (copied > size)
		copied = size;
	if (copied > 0)
		memcpy(buffer, socket->kept->data + socket->kept->start, copied);
	const size_t rest = size - copied < socket->received_size ? size - copied : socket->received_size;
	copy_received(socket, buffer + copied, rest);
	return copied + rest;
}

/** Makes the socket's buffer hold `size` bytes, and `want` if there is memory for that. 0 or -ENOBUFS. */
static int reserve(struct sockets_tcp *socket, size_t size, size_t want) {
	struct sockets_kept *kept = socket->kept;
	const size_t there = kept_size(socket);
	if (kept != NULL && size <= kept->capacity) {
		if (kept->start + size <= kept->capacity)
			return 0;
		memmove(kept->data, kept->data + kept->start, there);
	} else {
		if (size > UINT32_MAX / 8)
			return -ENOBUFS;
		// Not much more than has come: `want` is the program's wish, and may be as good as infinite.
		size_t capacity = want > size && want / 4 <= size ? want : 2 * size;
		if (capacity < SMALLEST_BUFFER)
			capacity = SMALLEST_BUFFER;
		struct sockets_kept *bigger = malloc(sizeof *bigger + capacity);
		if (bigger == NULL && capacity > size)
			bigger = malloc(sizeof *bigger + (capacity = size));
		if (bigger == NULL)
			return -ENOBUFS;
		bigger->capacity = (uint32_t)capacity;
		if (there > 0)
			memcpy(bigger->data, kept->data + kept->start, there);
		free(kept);
		socket->kept = kept = bigger;
	}
	kept->start = 0;
	kept->end = (uint32_t)there;
	return 0;
}

/** Moves what has come into the socket's buffer; `want` is how many bytes there will be in all, if that is known. 0 or
 * -ENOBUFS. Out of line, as above. */
__attribute__((noinline)) static int gather(struct sockets_tcp *socket, size_t want) {
	const int error = reserve(socket, sockets_core_available(socket), want);
	if (error != 0)
		return error;
	struct sockets_kept *kept = socket->kept;
	kept->end += (uint32_t)take_received(socket, kept->data + kept->end, socket->received_size);
	return 0;
}

/**
 * The size of the first line, its newline included; 0 if there is no newline yet. The first `*scanned` bytes are known
 * to have none, and the count goes on from there.
 */
__attribute__((noinline)) static size_t find_line(const struct sockets_tcp *socket, size_t *scanned) {
	const size_t kept = kept_size(socket);
	size_t before = 0; // bytes in front of the piece that is looked at
	if (*scanned < kept) {
		const uint8_t *from = socket->kept->data + socket->kept->start;
		const uint8_t *newline = memchr(from + *scanned, '\n', kept - *scanned);
		if (newline != NULL)
			return (size_t)(newline - from) + 1;
		*scanned = kept;
	}
	before = kept;
	size_t offset = socket->received_offset;
	for (const struct pbuf *packet = socket->received_first; packet != NULL; packet = packet->next) {
		const size_t size = packet->len - offset;
		if (*scanned < before + size) {
			const uint8_t *from = (const uint8_t *)packet->payload + offset;
			const size_t known = *scanned - before;
			const uint8_t *newline = memchr(from + known, '\n', size - known);
			if (newline != NULL)
				return before + (size_t)(newline - from) + 1;
			*scanned = before + size;
		}
		before += size;
		offset = 0;
	}
	return 0;
}

/** A number of bytes as a result. */
static int32_t count(size_t size) {
	return size < INT32_MAX ? (int32_t)size : INT32_MAX;
}

/**
 * What comes when all that has come is taken: 0 for the end of the stream, -EAGAIN for more to wait for, or a failure,
 * which is reported by this.
 */
static int ending(struct sockets_tcp *socket) {
	if (socket->read_shut || socket->end_of_stream)
		return 0; // all of the stream has come: a reset after that is for the writer, as on Linux
	if (socket->error != 0)
		return sockets_core_take_error(socket);
	if (socket->state == SOCKETS_CONNECTED)
		return socket->pcb == NULL ? 0 : -EAGAIN;
	return socket->state == SOCKETS_CONNECTING ? -EAGAIN : -ENOTCONN;
}

/**
 * What a read that wants `want` bytes (or a line) finds without waiting: how many it can take, -EAGAIN for too few so
 * far, or a failure. At the end of the stream it can take what is there, 0 at last.
 */
static int32_t look(struct sockets_tcp *socket, size_t want, unsigned flags, size_t *scanned) {
	if (socket->read_shut)
		return 0;
	const size_t there = sockets_core_available(socket);
	if (want == SOCKETS_LINE) {
		const size_t line = find_line(socket, scanned);
		if (line > 0)
			return count(line);
	} else if (there >= want) {
		return count(there);
	}
	if ((flags & SOCKETS_WAITALL) && there > 0 && socket->error != 0)
		return count(there); // the failure is for the next read
	const int end = ending(socket);
	return end == 0 ? count(there) : end;
}

/** What a read gives that is ended by this failure: with SOCKETS_WAITALL what is there, if there is anything. */
static int32_t part_readable(const struct sockets_tcp *socket, unsigned flags, int error) {
	const size_t part = sockets_core_available(socket);
	return (flags & SOCKETS_WAITALL) && part > 0 ? count(part) : error;
}

/** sockets_tcp_wait_readable with the lock held. */
static int32_t wait_readable(struct sockets_tcp *socket, size_t want, unsigned flags) {
	// A program that peeks again and again until there is enough shall see it come, also where this call steps the
	// stack.
	if ((flags & SOCKETS_PEEK) && sockets_core_available(socket) > 0 &&
	    sockets_port_wait(socket->port, 0) == SOCKETS_INTERRUPTED)
		return -EINTR;
	struct sockets_waiting waiting = {.timeout = flags & SOCKETS_DONTWAIT ? 0 : socket->timeout};
	size_t scanned = 0;
	int result = 0;
	for (;;) {
		const int32_t there = look(socket, want, flags, &scanned);
		if (there != -EAGAIN)
			return there;
		if (result != 0)
			return part_readable(socket, flags, result);
		if (socket->received_size > 0)
			result = gather(socket, want);
		if (result == 0)
			result = sockets_core_wait(socket->port, &waiting);
	}
}

/**
 * Waits until there are `want` bytes to read (SOCKETS_LINE: a line), or the stream has ended: how many there are, which
 * is fewer at the end of the stream alone, 0 after it; of a line, its size. With SOCKETS_WAITALL also whatever ends the
 * wait early gives what is there, if there is anything; with SOCKETS_DONTWAIT nothing is waited for.
 *
 * A reset is -ECONNRESET once, after the data that came before it; then it is the end of the stream. -ENOTCONN (never
 * connected, or a listening socket), -ETIMEDOUT, -EAGAIN, -EINTR, -ENOBUFS (no memory for what has to be kept
 * meanwhile).
 */
int32_t sockets_tcp_wait_readable(struct sockets_tcp *socket, size_t want, unsigned flags) {
	sockets_port_lock();
	const int32_t result = wait_readable(socket, want, flags);
	sockets_port_unlock();
	return result;
}

/** sockets_tcp_receive with the lock held, where the bytes are taken. Into the caller's buffer there is no need to
 * gather elsewhere what SOCKETS_WAITALL waits for. */
static int32_t receive(struct sockets_tcp *socket, uint8_t *buffer, size_t size, unsigned flags) {
	struct sockets_waiting waiting = {.timeout = flags & SOCKETS_DONTWAIT ? 0 : socket->timeout};
	int result = 0;
	size_t taken = 0;
	for (;;) {
		taken += take(socket, buffer + taken, size - taken);
		if (taken == size || (taken > 0 && (!(flags & SOCKETS_WAITALL) || socket->error != 0)))
			return count(taken);
		const int end = ending(socket);
		if (end != -EAGAIN)
			return end == 0 ? count(taken) : end;
		if (result != 0)
			return taken > 0 ? count(taken) : result;
		result = sockets_core_wait(socket->port, &waiting);
	}
}

/**
 * sockets_tcp_wait_readable that does not wait, but makes room for what is to come: -EAGAIN if there is not enough yet.
 * `*scanned` is 0 at first and then what the call before left in it.
 */
int32_t sockets_tcp_try_readable(struct sockets_tcp *socket, size_t want, unsigned flags, size_t *scanned) {
	sockets_port_lock();
	sockets_core_look(socket, SOCKETS_POLLIN);
	int32_t result = look(socket, want, flags, scanned);
	if (result == -EAGAIN && socket->received_size > 0) {
		const int error = gather(socket, want);
		if (error != 0)
			result = part_readable(socket, flags, error);
	}
	sockets_port_unlock();
	return result;
}

/** What sockets_tcp_wait_readable gives for a wait that ends with this failure. */
int32_t sockets_tcp_part_readable(struct sockets_tcp *socket, unsigned flags, int error) {
	sockets_port_lock();
	const int32_t result = part_readable(socket, flags, error);
	sockets_port_unlock();
	return result;
}

/**
 * Reads at most `size` bytes into the buffer, as recv(2): waits for the first one (with SOCKETS_WAITALL for all), gives
 * how many there were; 0 at the end of the stream, or for a size of 0. SOCKETS_PEEK leaves them there. Fails as
 * sockets_tcp_wait_readable does.
 */
int32_t sockets_tcp_receive(struct sockets_tcp *socket, void *buffer, size_t size, unsigned flags) {
	if (size == 0)
		return 0;
	sockets_port_lock();
	int32_t result;
	if (flags & SOCKETS_PEEK) {
		result = wait_readable(socket, flags & SOCKETS_WAITALL ? size : 1, flags);
		if (result > 0)
			result = count(peek(socket, buffer, size));
	} else {
		result = receive(socket, buffer, size, flags);
	}
	sockets_port_unlock();
	return result;
}

/** Reads `size` bytes into the buffer, which sockets_tcp_wait_readable has said are there. SOCKETS_PEEK leaves them. */
void sockets_tcp_take(struct sockets_tcp *socket, void *buffer, size_t size, unsigned flags) {
	sockets_port_lock();
	const size_t taken = flags & SOCKETS_PEEK ? peek(socket, buffer, size) : take(socket, buffer, size);
	sockets_port_unlock();
	if (taken < size) // nothing takes away what has come; but no program shall see what was in the buffer before
		memset((uint8_t *)buffer + taken, 0, size - taken);
}
