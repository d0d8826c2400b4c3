// SPDX-License-Identifier: MIT
// The socket core: BSD semantics for TCP over IPv4 on lwIP's raw API. It knows nothing of XS, and of the board only
// sockets_port.h, so it is the same file on every board and in the tests of tests/core.
//
// Every function here takes lwIP's core lock itself. Results are 0 or a count where not said otherwise; failures
// are negative errno numbers of the platform, as in the Linux kernel (-ECONNREFUSED). A call that may wait does so for
// the socket's timeout, then gives -ETIMEDOUT (-EAGAIN for a timeout of 0), and -EINTR when it was interrupted; the
// socket stays usable in each case.
#ifndef SOCKETS_TCP_H
#define SOCKETS_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sockets_port.h"

/** The most TCP pcbs, in whatever state, that the core lets a program own: ESP-IDF's lwIP counts them so. */
#define SOCKETS_TCP_PCBS 16

/** How long, in milliseconds, what is unsent at close() goes on being sent before the connection is aborted. */
#define SOCKETS_TCP_CLOSE_LIMIT 10000

struct sockets_tcp;

/** An IPv4 endpoint; both fields in host byte order. */
struct sockets_address {
	uint32_t host;
	uint16_t port;
};

/** Options of sockets_tcp_set_option; each is a number or a flag (0 or 1). */
enum sockets_tcp_option {
	SOCKETS_REUSEADDR,
	SOCKETS_KEEPALIVE,
	/** Seconds before the first probe. */
	SOCKETS_KEEPIDLE,
	/** Seconds between probes. */
	SOCKETS_KEEPINTVL,
	/** Unanswered probes until the connection is dead. */
	SOCKETS_KEEPCNT,
	SOCKETS_NODELAY,
	/** Read only: the receive window in bytes. */
	SOCKETS_RCVBUF,
	/** Read only: the pending error as a positive errno number; reading clears it. */
	SOCKETS_ERROR,
	/** Read only: whether the socket listens. */
	SOCKETS_ACCEPTCONN,
};

/** Flags of a read, and the second one of a write; the values are Linux's. */
enum {
	SOCKETS_PEEK = 0x02,
	SOCKETS_DONTWAIT = 0x40,
	SOCKETS_WAITALL = 0x100,
};

/** For sockets_tcp_wait_readable, instead of a number of bytes: a line. */
#define SOCKETS_LINE SIZE_MAX

/** Events of sockets_tcp_poll; the values are Linux's. */
enum {
	SOCKETS_POLLIN = 0x01,
	SOCKETS_POLLOUT = 0x04,
	SOCKETS_POLLERR = 0x08,
	SOCKETS_POLLHUP = 0x10,
	SOCKETS_POLLNVAL = 0x20,
};

/** What sockets_tcp_poll waits for, and what it found. */
struct sockets_poll {
	struct sockets_tcp *socket;
	uint16_t events, result;
};

/** Failures of sockets_resolve, which have no errno numbers: POSIX's EAI_NONAME and EAI_AGAIN, clear of those. */
#define SOCKETS_EAI_NONAME (-10002)
#define SOCKETS_EAI_AGAIN (-10003)

/** What the core keeps in each socket for the awaited side, and does not look at. */
struct sockets_awaited {
	/** The operations that wait. */
	void *operations;
	/** How many may still be done at once, without a turn of the main loop. */
	uint8_t quick;
};

/** Everything that the stack holds for TCP, for tests and for the REPL. */
struct sockets_tcp_stats {
	/** Sockets of the core, connections that wait to be accepted included. */
	unsigned sockets;
	/** pcbs by what they are for; `closing` are those that the stack finishes by itself after a close. */
	unsigned bound, listening, active, closing, time_wait;
};

struct sockets_tcp *sockets_tcp_open(struct sockets_port *port, int *error);
void sockets_tcp_close(struct sockets_tcp *socket);

int sockets_tcp_bind(struct sockets_tcp *socket, const struct sockets_address *address);
int sockets_tcp_listen(struct sockets_tcp *socket, int backlog);
int sockets_tcp_accept(struct sockets_tcp *socket, struct sockets_tcp **connection);
int sockets_tcp_connect(struct sockets_tcp *socket, const struct sockets_address *address);

int32_t sockets_tcp_send(struct sockets_tcp *socket, const void *data, size_t size, unsigned flags);
int sockets_tcp_sendall(struct sockets_tcp *socket, const void *data, size_t size, unsigned flags);
int32_t sockets_tcp_wait_readable(struct sockets_tcp *socket, size_t want, unsigned flags);
void sockets_tcp_take(struct sockets_tcp *socket, void *buffer, size_t size, unsigned flags);
int32_t sockets_tcp_receive(struct sockets_tcp *socket, void *buffer, size_t size, unsigned flags);
int sockets_tcp_poll(struct sockets_port *port, struct sockets_poll *entries, size_t size, uint32_t timeout);

int sockets_tcp_shutdown(struct sockets_tcp *socket, bool reading, bool writing);

int sockets_tcp_try_accept(struct sockets_tcp *socket, struct sockets_tcp **connection);
void sockets_tcp_put_back(struct sockets_tcp *socket, struct sockets_tcp *connection);
int sockets_tcp_begin_connect(struct sockets_tcp *socket, const struct sockets_address *address,
                              struct sockets_address *local);
int sockets_tcp_end_connect(struct sockets_tcp *socket, const struct sockets_address *local);
void sockets_tcp_abandon_connect(struct sockets_tcp *socket);
int32_t sockets_tcp_try_send(struct sockets_tcp *socket, const void *data, size_t size);
bool sockets_tcp_is_starved(struct sockets_tcp *socket);
int32_t sockets_tcp_try_readable(struct sockets_tcp *socket, size_t want, unsigned flags, size_t *scanned);
int32_t sockets_tcp_part_readable(struct sockets_tcp *socket, unsigned flags, int error);

uint32_t sockets_tcp_now(void);
struct sockets_awaited *sockets_tcp_awaited(struct sockets_tcp *socket);
void sockets_tcp_watch(struct sockets_tcp *socket, unsigned events, const uint32_t *limit);
void sockets_tcp_make_ready(struct sockets_tcp *socket);
struct sockets_tcp *sockets_tcp_next_ready(struct sockets_port *port);

void sockets_tcp_set_timeout(struct sockets_tcp *socket, uint32_t milliseconds);
uint32_t sockets_tcp_timeout(const struct sockets_tcp *socket);
int sockets_tcp_set_option(struct sockets_tcp *socket, enum sockets_tcp_option option, int value);
int sockets_tcp_option(struct sockets_tcp *socket, enum sockets_tcp_option option, int *value);
int sockets_tcp_set_linger(struct sockets_tcp *socket, bool on, int seconds);
int sockets_tcp_linger(struct sockets_tcp *socket, bool *on, int *seconds);
int sockets_tcp_number(struct sockets_tcp *socket);
int sockets_tcp_detach(struct sockets_tcp *socket);
struct sockets_tcp *sockets_tcp_attach(struct sockets_port *port, int number);
bool sockets_tcp_has_sockets(const struct sockets_port *port);
void sockets_tcp_close_detached(struct sockets_port *port);
int sockets_tcp_local(struct sockets_tcp *socket, struct sockets_address *address);
int sockets_tcp_remote(struct sockets_tcp *socket, struct sockets_address *address);

void sockets_tcp_stats(struct sockets_tcp_stats *stats);
bool sockets_tcp_settle(struct sockets_port *port, uint32_t milliseconds);

int sockets_resolve(struct sockets_port *port, const char *name, uint32_t timeout, uint32_t *host);
int sockets_resolve_begin(struct sockets_tcp *socket, const char *name, uint32_t *host, int *query);
int sockets_resolve_end(int query, uint32_t *host);
void sockets_resolve_cancel(int query);
bool sockets_parse_ipv4(const char *text, uint32_t *host);

#endif
