// SPDX-License-Identifier: MIT
// The socket core: host names to addresses, by lwIP's DNS client. Read sockets_tcp.h and sockets_core.h first.
#include <errno.h>
#include <string.h>

#include "lwip/dns.h"
#include "sockets_core.h"

/** Longest name that DNS has, in characters, without a dot at its end (RFC 1035, 2.3.4). */
#define LONGEST_NAME 253
/** Longest part between two dots. */
#define LONGEST_LABEL 63

/** Queries that can wait at once: one for each machine that is blocked in one. */
#define QUERIES 4

/**
 * A query that lwIP has. It cannot be cancelled, so its callback gets the slot's number and a generation: one that
 * comes after everybody has given up finds another generation and changes nothing.
 */
static struct query {
	/** Whose it is; NULL if the slot is free. */
	struct sockets_port *port;
	/** Who awaits it, if nobody is blocked in it. */
	struct sockets_tcp *socket;
	uint16_t generation;
	bool done, found;
	uint32_t host;
} queries[QUERIES];

/** Whether two ASCII texts of this size are the same but for the case of letters. */
static bool same_letters(const char *text, const char *lower, size_t size) {
	for (size_t i = 0; i < size; i += 1) {
		const char letter = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') : text[i];
		if (letter != lower[i])
			return false;
	}
	return true;
}

/** Whether the name ends in, or is, this top-level domain. */
static bool in_domain(const char *name, size_t size, const char *domain) {
	const size_t length = strlen(domain);
	if (size < length || !same_letters(name + size - length, domain, length))
		return false;
	return size == length || name[size - length - 1] == '.';
}

/** Whether DNS can have the name: labels of 1 to 63 characters, none of them a blank or a control (RFC 1035, RFC 2181).
 */
static bool is_name(const char *name, size_t size) {
	if (size == 0 || size > LONGEST_NAME)
		return false;
	size_t label = 0;
	for (size_t i = 0; i < size; i += 1) {
		if (name[i] == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if ((unsigned char)name[i] <= ' ' || name[i] == 0x7F || ++label > LONGEST_LABEL) {
			return false;
		}
	}
	return label > 0;
}

/** lwIP has an answer, or has given up (`address` NULL). */
static void on_found(const char *name, const ip_addr_t *address, void *argument) {
	(void)name;
	const uintptr_t token = (uintptr_t)argument;
	struct query *query = &queries[token % QUERIES];
	if (query->port == NULL || query->generation != (uint16_t)(token / QUERIES))
		return;
	query->done = true;
	query->found = address != NULL;
	if (query->found)
		query->host = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(address)));
	if (query->socket != NULL)
		sockets_core_changed(query->socket, SOCKETS_ANY_EVENT);
	else
		sockets_port_wake(query->port);
}

/** A free slot, as a new query of this port; NULL if there is none. */
static struct query *new_query(struct sockets_port *port) {
	for (struct query *query = queries; query < queries + QUERIES; query += 1) {
		if (query->port != NULL)
			continue;
		query->port = port;
		query->socket = NULL;
		query->generation += 1;
		query->done = false;
		return query;
	}
	return NULL;
}

/** Asks lwIP: 0 if it knows, -EINPROGRESS with the query if it has to ask in turn, else a failure. */
static int begin(struct sockets_port *port, const char *name, uint32_t *host, struct query **begun) {
	struct query *query = new_query(port);
	if (query == NULL)
		return SOCKETS_EAI_AGAIN;
	const uintptr_t token = (uintptr_t)query->generation * QUERIES + (uintptr_t)(query - queries);
	ip_addr_t address;
	const err_t error = dns_gethostbyname_addrtype(name, &address, on_found, (void *)token, LWIP_DNS_ADDRTYPE_IPV4);
	if (error == ERR_INPROGRESS) {
		*begun = query;
		return -EINPROGRESS;
	}
	query->port = NULL;
	if (error != ERR_OK) // no server is known, or too many ask at once
		return SOCKETS_EAI_AGAIN;
	*host = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&address)));
	return 0;
}

/** What a query that is done has found. */
static int answer(const struct query *query, uint32_t *host) {
	if (!query->found)
		return SOCKETS_EAI_NONAME;
	*host = query->host;
	return 0;
}

/** Asks lwIP, and waits for what it says. */
static int ask(struct sockets_port *port, const char *name, uint32_t timeout, uint32_t *host) {
	struct query *query;
	int result = begin(port, name, host, &query);
	if (result != -EINPROGRESS)
		return result;
	struct sockets_waiting waiting = {.timeout = timeout};
	result = 0;
	while (!query->done && result == 0)
		result = sockets_core_wait(port, &waiting);
	if (query->done)
		result = answer(query, host);
	query->port = NULL;
	return result;
}

/** What needs no query: 0, or a failure; -EINPROGRESS for a name that does, which is then in `bare` as lwIP has it. */
static int resolve_here(const char *name, char *bare, uint32_t *host) {
	size_t size = strlen(name);
	if (size == 0) {
		*host = 0;
		return 0;
	}
	if (sockets_parse_ipv4(name, host))
		return 0;
	if (name[size - 1] == '.') // the root's, which a full name may have
		size -= 1;
	if (!is_name(name, size) || in_domain(name, size, "invalid"))
		return SOCKETS_EAI_NONAME;
	if (in_domain(name, size, "localhost")) {
		*host = INADDR_LOOPBACK;
		return 0;
	}
	memcpy(bare, name, size); // lwIP would take the root's dot for an empty label
	bare[size] = '\0';
	return -EINPROGRESS;
}

/**
 * The IPv4 address of a host: "" is the unspecified one, four decimal numbers are what they say, "localhost" (RFC 6761)
 * is 127.0.0.1; other names are asked for, for as long as the timeout (lwIP gives up by itself after some ten seconds).
 * SOCKETS_EAI_NONAME (no such name, or not one that can be), SOCKETS_EAI_AGAIN (no name server known), -ETIMEDOUT,
 * -EAGAIN, -EINTR.
 */
int sockets_resolve(struct sockets_port *port, const char *name, uint32_t timeout, uint32_t *host) {
	char bare[LONGEST_NAME + 1];
	int result = resolve_here(name, bare, host);
	if (result != -EINPROGRESS)
		return result;
	sockets_port_lock();
	result = ask(port, bare, timeout, host);
	sockets_port_unlock();
	return result;
}

/**
 * sockets_resolve that does not wait: -EINPROGRESS if the name has to be asked for. Then the socket is made ready when
 * there is an answer, if it is watched, and `*query` is for sockets_resolve_end or sockets_resolve_cancel, one of which
 * must be called before the socket is closed. Without a `query`, such a name is not asked for.
 */
int sockets_resolve_begin(struct sockets_tcp *socket, const char *name, uint32_t *host, int *query) {
	char bare[LONGEST_NAME + 1];
	int result = resolve_here(name, bare, host);
	if (result != -EINPROGRESS || query == NULL)
		return result;
	sockets_port_lock();
	struct query *begun;
	result = begin(socket->port, bare, host, &begun);
	if (result == -EINPROGRESS) {
		begun->socket = socket;
		*query = (int)(begun - queries);
	}
	sockets_port_unlock();
	return result;
}

/** What has become of a query: -EINPROGRESS while there is no answer; else as sockets_resolve, and the query is over.
 */
int sockets_resolve_end(int query, uint32_t *host) {
	sockets_port_lock();
	int result = -EINPROGRESS;
	sockets_core_look(queries[query].socket, SOCKETS_ANY_EVENT);
	if (queries[query].done) {
		result = answer(&queries[query], host);
		queries[query].port = NULL;
	}
	sockets_port_unlock();
	return result;
}

/** Gives a query up: an answer that comes later changes nothing. */
void sockets_resolve_cancel(int query) {
	sockets_port_lock();
	queries[query].port = NULL;
	sockets_port_unlock();
}
