// SPDX-License-Identifier: MIT
// A small name server for tests; see dns_responder.h. The formats are those of RFC 1035, 4.1.
#include "dns_responder.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lwip/dns.h"
#include "lwip/udp.h"

#define HEADER_SIZE 12
#define LARGEST_QUERY 300

static struct udp_pcb *responder;
static ip_addr_t servers[DNS_MAX_SERVERS];
static unsigned queries;

/** Where the question's name, type and class end; 0 if the message is cut. */
static size_t question_end(const uint8_t *message, size_t size) {
	size_t at = HEADER_SIZE;
	while (at < size && message[at] != 0)
		at += message[at] + 1u;
	at += 5;
	return at <= size ? at : 0;
}

/** Whether the question is for a name, which is given with its labels' lengths, as on the wire. */
static bool asks_for(const uint8_t *message, const char *name, size_t size) {
	return memcmp(message + HEADER_SIZE, name, size) == 0;
}

/** Puts an address record behind the question; its name is a pointer to the question's. */
static size_t append_address(uint8_t *message, size_t at, const uint8_t address[4]) {
	const uint8_t record[] = {0xC0, HEADER_SIZE, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4};
	memcpy(message + at, record, sizeof record);
	memcpy(message + at + sizeof record, address, 4);
	return at + sizeof record + 4;
}

/** A query has come. */
static void on_query(void *argument, struct udp_pcb *pcb, struct pbuf *packet, const ip_addr_t *host, u16_t port) {
	(void)argument;
	uint8_t message[LARGEST_QUERY + 16];
	const size_t size = pbuf_copy_partial(packet, message, LARGEST_QUERY, 0);
	pbuf_free(packet);
	size_t end = size > HEADER_SIZE ? question_end(message, size) : 0;
	if (end == 0)
		return;
	queries += 1;
	if (memcmp(message + HEADER_SIZE + 1, "silent", 6) == 0)
		return;
	message[2] = 0x84; // an answer, with authority
	message[3] = 0;
	if (asks_for(message, "\5board\4test", 12)) {
		message[7] = 1; // one record
		end = append_address(message, end, (const uint8_t[]){127, 0, 0, 1});
	} else if (asks_for(message, "\5other\4test", 12)) {
		message[7] = 1;
		end = append_address(message, end, (const uint8_t[]){10, 1, 2, 3});
	} else {
		message[3] = 3; // no such name
	}
	struct pbuf *answer = pbuf_alloc(PBUF_TRANSPORT, (u16_t)end, PBUF_RAM);
	if (answer == NULL)
		return; // as if it were lost: the client asks again
	(void)pbuf_take(answer, message, (u16_t)end);
	(void)udp_sendto(pcb, answer, host, port);
	pbuf_free(answer);
}

bool dns_responder_start(void) {
	responder = udp_new();
	if (responder == NULL)
		return false;
	ip_addr_t host;
	ip_addr_set_loopback_val(false, host);
	if (udp_bind(responder, &host, 53) != ERR_OK) {
		udp_remove(responder);
		responder = NULL;
		return false;
	}
	udp_recv(responder, on_query, NULL);
	queries = 0;
	for (uint8_t i = 0; i < DNS_MAX_SERVERS; i += 1)
		servers[i] = *dns_getserver(i);
	dns_setserver(0, &host);
	return true;
}

void dns_responder_stop(void) {
	if (responder == NULL)
		return;
	udp_remove(responder);
	responder = NULL;
	for (uint8_t i = 0; i < DNS_MAX_SERVERS; i += 1)
		dns_setserver(i, &servers[i]);
}

unsigned dns_responder_queries(void) {
	return queries;
}
