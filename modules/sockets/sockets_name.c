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
	sockets_port_wake(query->port);
}

/** A free slot, as a new query of this port; NULL if there is none. */
static struct query *new_query(struct sockets_port *port) {
	for (struct query *query = queries; query < queries + QUERIES; query += 1) {
		if (query->port != NULL)
			continue;
		query->port = port;
		query->generation += 1;
		query->done = false;
		return query;
	}
	return NULL;
}

/** Asks lwIP, and waits for what it says. */
static int ask(struct sockets_port *port, const char *name, uint32_t timeout, uint32_t *host) {
	struct query *query = new_query(port);
	if (query == NULL)
		return SOCKETS_EAI_AGAIN;
	const uintptr_t token = (uintptr_t)query->generation * QUERIES + (uintptr_t)(query - queries);
	ip_addr_t address;
	const err_t error = dns_gethostbyname_addrtype(name, &address, on_found, (void *)token, LWIP_DNS_ADDRTYPE_IPV4);
	int result = 0;
	if (error == ERR_OK) {
		*host = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&address)));
	} else if (error != ERR_INPROGRESS) { // no server is known, or too many ask at once
		result = SOCKETS_EAI_AGAIN;
	} else {
		struct sockets_waiting waiting = {.timeout = timeout};
		while (!query->done && result == 0)
			result = sockets_core_wait(port, &waiting);
		if (query->done)
			result = query->found ? 0 : SOCKETS_EAI_NONAME;
		if (result == 0)
			*host = query->host;
	}
	query->port = NULL;
	return result;
}

/**
 * The IPv4 address of a host: "" is the unspecified one, four decimal numbers are what they say, "localhost" (RFC 6761)
 * is 127.0.0.1; other names are asked for, for as long as the timeout (lwIP gives up by itself after some ten seconds).
 * SOCKETS_EAI_NONAME (no such name, or not one that can be), SOCKETS_EAI_AGAIN (no name server known), -ETIMEDOUT,
 * -EAGAIN, -EINTR.
 */
int sockets_resolve(struct sockets_port *port, const char *name, uint32_t timeout, uint32_t *host) {
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
	char bare[LONGEST_NAME + 1]; // lwIP would take the root's dot for an empty label
	memcpy(bare, name, size);
	bare[size] = '\0';
	sockets_port_lock();
	const int result = ask(port, bare, timeout, host);
	sockets_port_unlock();
	return result;
}
