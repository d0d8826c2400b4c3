// SPDX-License-Identifier: MIT
// What happens beneath the sockets; read network.h first. A forged segment takes its addresses, ports and numbers from
// a pcb that lives, and the input says by how much it is off: so it gets in as far as an attacker's could who sees the
// line.
#include "network.h"

#include <string.h>

#include "harness.h"
#include "lwip/dns.h"
#include "lwip/prot/dns.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip_faults.h"

#define IP_SIZE 20
#define TCP_SIZE 20
#define UDP_SIZE 8
#define LARGEST_PACKET 1500

static struct input *input;
bool network_forged;
struct network_query network_query;

/** Events that wait, and the rounds until the next one. */
static unsigned later, delay;

// Packets that are under way on an interface: a list, of which each packet may be a chain.

/** The packet behind this one. */
static struct pbuf **after(struct pbuf **link) {
	struct pbuf *part = *link;
	while (part->len != part->tot_len)
		part = part->next;
	return &part->next;
}

/** Takes a packet out of the queue. */
static struct pbuf *unlink_packet(struct netif *netif, struct pbuf **link) {
	struct pbuf *packet = *link;
	struct pbuf **end = after(link);
	*link = *end;
	*end = NULL;
	netif->loop_last = netif->loop_first;
	while (netif->loop_last != NULL && netif->loop_last->next != NULL)
		netif->loop_last = netif->loop_last->next;
	return packet;
}

/** Puts a packet, which ends its chain, at the end of the queue. */
static void append_packet(struct netif *netif, struct pbuf *packet) {
	if (netif->loop_last != NULL)
		netif->loop_last->next = packet;
	else
		netif->loop_first = packet;
	while (packet->next != NULL)
		packet = packet->next;
	netif->loop_last = packet;
}

/** Loses, doubles, delays or damages one of the packets that are under way. */
static void disturb(void) {
	const unsigned how = input_byte(input);
	struct netif *netif;
	NETIF_FOREACH(netif) {
		struct pbuf **link = &netif->loop_first;
		for (unsigned skip = how >> 4; *link != NULL && skip > 0; skip -= 1)
			link = after(link);
		if (*link == NULL)
			continue;
		struct pbuf *copy;
		switch (how % 4) {
		case 0:
			pbuf_free(unlink_packet(netif, link));
			break;
		case 1: // as it is, twice
			copy = pbuf_alloc(PBUF_RAW, (*link)->tot_len, PBUF_RAM);
			if (copy == NULL)
				break;
			struct pbuf *packet = unlink_packet(netif, link);
			(void)pbuf_copy(copy, packet);
			append_packet(netif, packet);
			append_packet(netif, copy);
			break;
		case 2:
			append_packet(netif, unlink_packet(netif, link));
			break;
		default: // one byte, which no checksum lets through
			((uint8_t *)(*link)->payload)[input_byte(input) % (*link)->len] ^= (uint8_t)(1u << (how >> 2) % 4);
			break;
		}
		return;
	}
}

// Forged packets.

static void put_word(uint8_t *to, unsigned value) {
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static void put_long(uint8_t *to, uint32_t value) {
	put_word(to, value >> 16);
	put_word(to + 2, value & 0xFFFF);
}

/** RFC 1071's sum of words, not yet turned. */
static uint32_t sum(uint32_t start, const uint8_t *data, size_t size) {
	for (size_t i = 0; i + 1 < size; i += 2)
		start += (uint32_t)data[i] << 8 | data[i + 1];
	if (size % 2 == 1)
		start += (uint32_t)data[size - 1] << 8;
	return start;
}

static unsigned checksum(uint32_t sum) {
	while (sum > 0xFFFF)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return ~sum & 0xFFFF;
}

/** Writes the IP header, with its checksum. */
static void put_ip(uint8_t *packet, size_t size, uint8_t protocol, uint32_t from, uint32_t to) {
	memset(packet, 0, IP_SIZE);
	packet[0] = 0x45;
	put_word(packet + 2, (unsigned)size);
	packet[8] = 64;
	packet[9] = protocol;
	put_long(packet + 12, from);
	put_long(packet + 16, to);
	put_word(packet + 10, checksum(sum(0, packet, IP_SIZE)));
}

/** Writes the checksum of what the IP header carries; `at` is its place. */
static void put_transport_checksum(uint8_t *packet, size_t size, size_t at) {
	put_word(packet + at, 0);
	uint32_t start = sum(0, packet + 12, 8) + packet[9] + (uint32_t)(size - IP_SIZE);
	put_word(packet + at, checksum(sum(start, packet + IP_SIZE, size - IP_SIZE)));
}

/** The interface that a packet to the host comes in by. */
static struct netif *interface_of(uint32_t host) {
	struct netif *netif, *found = NULL;
	NETIF_FOREACH(netif) {
		if (ip4_addr_get_u32(netif_ip4_addr(netif)) == lwip_htonl(host))
			return netif;
		found = netif;
	}
	return found;
}

/** Gives lwIP a packet, in one piece or in two; one for which there is no memory is lost. */
void network_deliver(const uint8_t *packet, size_t size) {
	const uint32_t to =
	    size >= IP_SIZE ? (uint32_t)packet[16] << 24 | packet[17] << 16 | packet[18] << 8 | packet[19] : 0;
	const unsigned cut = input_byte(input);
	struct pbuf *first = pbuf_alloc(PBUF_RAW, (uint16_t)size, cut % 2 == 0 ? PBUF_POOL : PBUF_RAM);
	if (first == NULL)
		return;
	if (cut % 4 == 3 && cut < size) { // a driver with small buffers
		pbuf_free(first);
		first = pbuf_alloc(PBUF_RAW, (uint16_t)cut, PBUF_RAM);
		struct pbuf *second = pbuf_alloc(PBUF_RAW, (uint16_t)(size - cut), PBUF_RAM);
		if (first == NULL || second == NULL) {
			if (first != NULL)
				pbuf_free(first);
			if (second != NULL)
				pbuf_free(second);
			return;
		}
		pbuf_cat(first, second);
	}
	(void)pbuf_take(first, packet, (uint16_t)size);
	struct netif *netif = interface_of(to);
	if (netif == NULL || netif->input(first, netif) != ERR_OK)
		pbuf_free(first);
}

/** One of the pcbs of lwIP's lists; NULL if there are none. */
static struct tcp_pcb *choose_pcb(unsigned index) {
	struct tcp_pcb *const lists[] = {tcp_active_pcbs, tcp_tw_pcbs};
	unsigned count = 0;
	for (size_t i = 0; i < 2; i += 1)
		for (struct tcp_pcb *pcb = lists[i]; pcb != NULL; pcb = pcb->next)
			count += 1;
	if (count == 0)
		return NULL;
	index %= count;
	for (size_t i = 0; i < 2; i += 1)
		for (struct tcp_pcb *pcb = lists[i]; pcb != NULL; pcb = pcb->next)
			if (index-- == 0)
				return pcb;
	return NULL;
}

/** A number of TCP near one of these, or any. */
static uint32_t number_near(uint32_t first, uint32_t second) {
	const uint8_t how = input_byte(input);
	if (how < 128)
		return first;
	if (how < 144)
		return second;
	if (how < 176)
		return first + (uint32_t)(how - 160);
	if (how < 192)
		return second + (uint32_t)(how - 184);
	if (how < 240)
		return first + input_word(input) - 0x8000u;
	return input_long(input);
}

/** Options of TCP's, filled up to whole words; gives their size. */
static size_t put_options(uint8_t *to) {
	const uint8_t how = input_byte(input);
	if (how < 192)
		return 0;
	if (how < 208) { // the largest segment
		to[0] = 2;
		to[1] = 4;
		put_word(to + 2, input_word(input));
		return 4;
	}
	size_t size = how % 11 * 4;
	memset(to, 1, size);
	size_t given = size;
	const uint8_t *bytes = input_bytes(input, &given);
	if (given > 0)
		memcpy(to, bytes, given);
	return size;
}

/** A segment for a pcb, or one that asks a listener for a connection. */
static void forge_segment(void) {
	static const uint8_t flags[] = {TCP_ACK, TCP_ACK,           TCP_ACK | TCP_PSH, TCP_ACK | TCP_FIN,
	                                TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST,           TCP_RST | TCP_ACK};
	const uint8_t how = input_byte(input);
	const struct tcp_pcb *pcb = how < 224 ? choose_pcb(how >> 3) : NULL;
	uint32_t from = NETWORK_THERE, to = NETWORK_HERE, sequence, acknowledged;
	uint16_t from_port = (uint16_t)(40000 + input_byte(input)), port = (uint16_t)(7000 + (how >> 3) % 4);
	uint8_t flag = flags[how % 8];
	if (pcb != NULL) {
		from = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&pcb->remote_ip)));
		to = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&pcb->local_ip)));
		from_port = pcb->remote_port;
		port = pcb->local_port;
		sequence = number_near(pcb->rcv_nxt, pcb->rcv_nxt + pcb->rcv_wnd);
		acknowledged = number_near(pcb->snd_nxt, pcb->lastack);
	} else {
		flag = how % 8 < 6 ? TCP_SYN : flag;
		sequence = input_word(input);
		acknowledged = input_word(input);
	}
	uint8_t packet[LARGEST_PACKET + 60];
	const uint16_t window = input_word(input);
	const size_t options = put_options(packet + IP_SIZE + TCP_SIZE);
	const uint8_t length = input_byte(input);
	size_t size = length < 128 ? length % 16 : length < 240 ? length : 1440 - options;
	uint8_t *data = packet + IP_SIZE + TCP_SIZE + options;
	memset(data, 'x', size);
	size_t given = size < 64 ? size : 0;
	const uint8_t *bytes = input_bytes(input, &given);
	if (given > 0)
		memcpy(data, bytes, given);
	size += IP_SIZE + TCP_SIZE + options;
	put_ip(packet, size, IP_PROTO_TCP, from, to);
	uint8_t *header = packet + IP_SIZE;
	put_word(header, from_port);
	put_word(header + 2, port);
	put_long(header + 4, sequence);
	put_long(header + 8, acknowledged);
	header[12] = (uint8_t)((TCP_SIZE + options) / 4 << 4);
	header[13] = flag;
	put_word(header + 14, window);
	put_long(header + 16, 0);
	if (length % 16 == 15) // bits that are seldom set, an urgent pointer
		header[13] = input_byte(input), put_word(header + 18, input_word(input));
	put_transport_checksum(packet, size, IP_SIZE + 16);
	network_forged = true;
	network_deliver(packet, size);
}

/** Writes a datagram to the board; gives its size. */
size_t network_udp(uint8_t *packet, uint32_t from, uint16_t from_port, uint16_t port, const uint8_t *data,
                   size_t size) {
	uint8_t *header = packet + IP_SIZE;
	if (size > 0)
		memmove(header + UDP_SIZE, data, size);
	size += IP_SIZE + UDP_SIZE;
	put_ip(packet, size, IP_PROTO_UDP, from, NETWORK_HERE);
	put_word(header, from_port);
	put_word(header + 2, port);
	put_word(header + 4, (unsigned)(size - IP_SIZE));
	put_transport_checksum(packet, size, IP_SIZE + 6);
	return size;
}

/** An answer to the latest query: its header and its records are the input's, what the query asks for may be. */
void network_forge_answer(void) {
	uint8_t answer[512], packet[600];
	const struct network_query *query = &network_query;
	const uint8_t how = input_byte(input);
	put_word(answer, how % 16 == 15 ? input_word(input) : query->id);
	size_t size = 12;
	memset(answer + 2, 0, 10);
	answer[2] = 0x81;
	answer[3] = 0x80;
	answer[5] = 1; // one question
	answer[7] = 1; // one record
	if (how >= 128) {
		size_t given = 10;
		const uint8_t *bytes = input_bytes(input, &given);
		if (given > 0)
			memcpy(answer + 2, bytes, given);
	}
	if (how % 8 < 6) {
		memcpy(answer + size, query->question, query->size);
		size += query->size;
	}
	if (how % 4 == 0) { // an address, which is a pointer to the question's name, a type, a class, ten seconds
		static const uint8_t record[] = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 10, 0, 4};
		memcpy(answer + size, record, sizeof record);
		size += sizeof record;
	}
	size_t given = sizeof answer - size;
	if (given > (how & 0x40 ? 200u : 4u))
		given = how & 0x40 ? 200 : 4;
	const uint8_t *bytes = input_bytes(input, &given);
	if (given > 0)
		memcpy(answer + size, bytes, given);
	size += given;
	network_deliver(packet, network_udp(packet, NETWORK_SERVER, how % 32 == 31 ? 54 : 53, query->port, answer, size));
}

/** A packet of which only the beginning of the header and the checksum are as they should be. */
static void forge_packet(void) {
	uint8_t packet[IP_SIZE + 256];
	const uint8_t how = input_byte(input);
	size_t size = input_byte(input);
	const uint8_t *bytes = input_bytes(input, &size);
	if (size > 0)
		memcpy(packet + IP_SIZE, bytes, size);
	static const uint8_t protocols[] = {IP_PROTO_ICMP, IP_PROTO_ICMP, IP_PROTO_TCP, IP_PROTO_UDP};
	size += IP_SIZE;
	put_ip(packet, size, protocols[how % 4], how & 4 ? NETWORK_THERE : NETWORK_HERE, NETWORK_HERE);
	if (how & 8) // a fragment
		put_word(packet + 6, input_word(input) & 0x3FFF);
	if (how & 16) // anything in the header
		packet[input_below(input, IP_SIZE)] = input_byte(input);
	put_word(packet + 10, 0);
	put_word(packet + 10, checksum(sum(0, packet, IP_SIZE)));
	static const size_t places[] = {2, 2, 16, 6};
	if (!(how & 32) && size >= IP_SIZE + 18)
		put_transport_checksum(packet, size, IP_SIZE + places[how % 4]);
	network_forged = true;
	network_deliver(packet, size);
}

/** What is to leave the board by the interface: a query for a name is kept. */
static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *host) {
	(void)netif;
	(void)host;
	uint8_t bytes[512];
	const size_t size = pbuf_copy_partial(packet, bytes, sizeof bytes, 0);
	const size_t at = IP_SIZE + UDP_SIZE + 12;
	if (size <= at || bytes[9] != IP_PROTO_UDP || bytes[IP_SIZE + 3] != DNS_SERVER_PORT)
		return ERR_OK;
	network_query.port = (uint16_t)(bytes[IP_SIZE] << 8 | bytes[IP_SIZE + 1]);
	network_query.id = (uint16_t)(bytes[IP_SIZE + UDP_SIZE] << 8 | bytes[IP_SIZE + UDP_SIZE + 1]);
	network_query.size = size - at;
	EXPECT(network_query.size <= sizeof network_query.question);
	memcpy(network_query.question, bytes + at, network_query.size);
	return ERR_OK;
}

/** Something of an interface, or of memory. */
static void trouble(void) {
	const uint8_t how = input_byte(input);
	switch (how % 8) {
	case 0:
		lwip_faults_set_up(false);
		break;
	case 1:
		lwip_faults_set_up(true);
		break;
	case 2:
		lwip_faults_set_address(0);
		break;
	case 3:
		lwip_faults_set_address(how & 8 ? 3 : 1);
		break;
	case 4:
		lwip_faults_take_heap(input_byte(input) * 16u);
		break;
	case 5:
		lwip_faults_give_heap_back();
		break;
	case 6:
		link_lost = !link_lost;
		break;
	default:
		(void)lwip_faults_lose_address_soon();
		break;
	}
}

/** Does what the input says next. */
void network_event_now(void) {
	const uint8_t what = input_byte(input);
	switch (what % 8) {
	case 0:
	case 1:
	case 2:
		disturb();
		break;
	case 3:
	case 4:
		forge_segment();
		break;
	case 5:
		network_forge_answer();
		break;
	case 6:
		forge_packet();
		break;
	default:
		trouble();
		break;
	}
}

/** A round of the network begins: an event that is due happens. */
static void on_round(void) {
	if (later == 0 || delay-- > 0)
		return;
	later -= 1;
	delay = input_below(input, 16);
	network_event_now();
}

/** Has events happen while calls wait. */
void network_events_later(void) {
	later = 1 + input_below(input, 4);
	delay = input_below(input, 16);
}

/** Begins an input. The interface is there, without a name server's answers. */
void network_begin(struct input *from) {
	input = from;
	network_forged = false;
	network_query = (struct network_query){0};
	later = 0;
	lwip_faults_add_interface();
	netif_default->output = output;
	ip_addr_t server;
	ip_addr_set_ip4_u32_val(server, lwip_htonl(NETWORK_SERVER));
	dns_setserver(0, &server);
	network_event = on_round;
}

/** Ends it: nothing is in the way of what closes. */
void network_end(void) {
	network_event = NULL;
	link_lost = false;
	lwip_faults_give_heap_back();
	lwip_faults_remove_interface();
}
