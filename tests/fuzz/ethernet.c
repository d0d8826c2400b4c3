// SPDX-License-Identifier: MIT
// The target `ethernet`: frames from the wire (boards/common/frames.c and stack.c, and lwIP above them): ARP, DHCP,
// ICMP, UDP, TCP, as they are or damaged. Read fuzz.h first. The board asks for an address by DHCP and listens on a
// port.
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "frames.h"
#include "fuzz.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/dhcp.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/iana.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "snapshot.h"
#include "stack.h"

#define LONGEST_PROGRAM 64
#define FRAME_SIZE 1514

static struct input input;
static uint32_t now = 1000;
static struct dhcp client;
static struct tcp_pcb *listener;

/** The latest frame that the board has sent. */
static uint8_t sent[FRAME_SIZE];
static size_t sent_size;
/** The number of its DHCP request. */
static uint8_t transaction[4];

uint32_t board_real_milliseconds(void) {
	return now;
}

u32_t sys_now(void) {
	return now;
}

unsigned int board_real_random(void) {
	static uint32_t state = 1;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

_Noreturn void board_panic(const char *what, const char *file, int line) {
	fuzz_expect(false, what, file, line);
	abort();
}

static err_t output(struct netif *netif, struct pbuf *packet) {
	(void)netif;
	sent_size = pbuf_copy_partial(packet, sent, sizeof sent, 0);
	frames_note_from_board(sent, sent_size);
	if (sent_size > 46 && sent[12] == 8 && sent[23] == 17 && sent[37] == LWIP_IANA_PORT_DHCP_SERVER)
		memcpy(transaction, sent + 46, sizeof transaction);
	return ERR_OK;
}

static err_t on_accept(void *argument, struct tcp_pcb *pcb, err_t error) {
	(void)argument;
	if (error == ERR_OK)
		tcp_abort(pcb);
	return ERR_ABRT;
}

static void put_word(uint8_t *to, unsigned value) {
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

/** RFC 1071's checksum. */
static unsigned checksum(uint32_t sum, const uint8_t *data, size_t size) {
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	if (size % 2 == 1)
		sum += (uint32_t)data[size - 1] << 8;
	while (sum > 0xFFFF)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return ~sum & 0xFFFF;
}

/** Puts an Ethernet and an IP header before `size` bytes that stand at 34, with the checksums; gives the frame's size.
 */
static size_t wrap(uint8_t *frame, size_t size, uint8_t protocol) {
	static const uint8_t ethernet[] = {0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x52, 0x55, 10, 0, 2, 2, 8, 0};
	static const uint8_t addresses[] = {10, 0, 2, 2, 10, 0, 2, 15};
	const uint8_t how = input_byte(&input);
	memcpy(frame, ethernet, sizeof ethernet);
	uint8_t *ip = frame + 14;
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put_word(ip + 2, (unsigned)(20 + size));
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, addresses, 8);
	if (how & 1)
		memset(ip + 16, 255, 4); // to all
	put_word(ip + 10, checksum(0, ip, 20));
	static const size_t places[] = {[IP_PROTO_ICMP] = 2, [IP_PROTO_TCP] = 16, [IP_PROTO_UDP] = 6};
	if (!(how & 2) && size >= places[protocol] + 2) {
		uint8_t *place = ip + 20 + places[protocol];
		put_word(place, 0);
		const uint32_t pseudo =
		    protocol == IP_PROTO_ICMP ? 0 : (~checksum(0, ip + 12, 8) & 0xFFFF) + protocol + (uint32_t)size;
		put_word(place, checksum(pseudo, ip + 20, size));
	}
	return 34 + size;
}

/** An answer of a DHCP server: the fields that must fit do, the options are the input's. */
static size_t make_dhcp(uint8_t *frame) {
	uint8_t *udp = frame + 34, *message = udp + 8;
	memset(udp, 0, 8 + 240);
	put_word(udp, LWIP_IANA_PORT_DHCP_SERVER);
	put_word(udp + 2, LWIP_IANA_PORT_DHCP_CLIENT);
	message[0] = DHCP_BOOTREPLY;
	message[1] = 1;
	message[2] = 6;
	memcpy(message + 4, transaction, sizeof transaction);
	memcpy(message + 16, (const uint8_t[]){10, 0, 2, 15}, 4);
	memcpy(message + 28, (const uint8_t[]){0x52, 0x54, 0, 0x12, 0x34, 0x56}, 6);
	memcpy(message + 236, (const uint8_t[]){0x63, 0x82, 0x53, 0x63}, 4);
	size_t at = 240;
	const uint8_t how = input_byte(&input);
	if (how & 1) { // an offer or an acknowledgement, from a server
		memcpy(message + at, (const uint8_t[]){53, 1, how & 2 ? 5 : 2, 54, 4, 10, 0, 2, 2}, 9);
		at += 9;
	}
	if (how & 4) // names may stand where files would
		memset(message + 44, input_byte(&input), 192);
	size_t size = input_byte(&input);
	const uint8_t *bytes = input_bytes(&input, &size);
	if (size > 0)
		memcpy(message + at, bytes, size);
	at += size;
	if (how & 8)
		message[at++] = 255;
	put_word(udp + 4, (unsigned)(8 + at));
	return wrap(frame, 8 + at, IP_PROTO_UDP);
}

static size_t make_tcp(uint8_t *frame) {
	uint8_t *tcp = frame + 34;
	memset(tcp, 0, 20);
	put_word(tcp, 50000u + input_byte(&input) % 8);
	put_word(tcp + 2, 7000);
	size_t size = 16;
	const uint8_t *bytes = input_bytes(&input, &size);
	if (size > 0)
		memcpy(tcp + 4, bytes, size);
	if (input_byte(&input) % 2 == 0) {
		tcp[12] = 0x50;
		tcp[13] = TCP_SYN;
	}
	size = input_byte(&input) % 60;
	bytes = input_bytes(&input, &size);
	if (size > 0)
		memcpy(tcp + 20, bytes, size);
	return wrap(frame, 20 + size, IP_PROTO_TCP);
}

static size_t make_arp(uint8_t *frame) {
	static const uint8_t request[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x52, 0x55, 10,   0,    2,  2, 8, 6,
	                                  0,    1,    8,    0,    6,    4,    0,    1,    0x52, 0x55, 10, 0, 2, 2,
	                                  10,   0,    2,    2,    0,    0,    0,    0,    0,    0,    10, 0, 2, 15};
	memcpy(frame, request, sizeof request);
	frame[21] = 1 + input_byte(&input) % 2;
	for (unsigned i = input_byte(&input) % 4; i > 0; i -= 1)
		frame[input_byte(&input) % sizeof request] = input_byte(&input);
	return sizeof request;
}

/** A frame of which only the addresses and the type are as they should be. */
static size_t make_any(uint8_t *frame) {
	static const uint8_t protocols[] = {IP_PROTO_ICMP, IP_PROTO_ICMP, IP_PROTO_UDP, IP_PROTO_TCP};
	const uint8_t how = input_byte(&input);
	size_t size = input_byte(&input) * 2u;
	const uint8_t *bytes = input_bytes(&input, &size);
	if (size > 0)
		memcpy(frame + 34, bytes, size);
	if (how & 4)
		return wrap(frame, size, protocols[how % 4]);
	if (size > 0)
		memmove(frame, frame + 34, size);
	return size;
}

/** A frame comes. */
static void deliver(void) {
	uint8_t frame[FRAME_SIZE];
	memset(frame, 0, sizeof frame);
	size_t size = 0;
	switch (input_below(&input, 8)) {
	case 0:
	case 1:
		size = make_dhcp(frame);
		break;
	case 2:
	case 3:
		size = make_tcp(frame);
		break;
	case 4:
		size = make_arp(frame);
		break;
	case 5: // what the board has sent itself
		size = sent_size;
		memcpy(frame, sent, size);
		break;
	default:
		size = make_any(frame);
		break;
	}
	const uint8_t damage = input_byte(&input);
	if (damage >= 224 && size > 0)
		frame[input_word(&input) % size] = input_byte(&input);
	if (damage >= 240)
		size = input_word(&input) % (size + 1);
	// In a place of exactly its size, so that who reads beyond it is seen.
	uint8_t *exact = malloc(size + 1);
	if (exact == NULL)
		abort();
	memcpy(exact, frame, size);
	frames_note_to_board(exact, size);
	if (size > 0)
		stack_input_copy(exact, size);
	free(exact);
}

/** Time goes on, step by step. */
static void pass_time(uint32_t milliseconds) {
	const uint32_t end = now + milliseconds;
	do {
		(void)stack_run();
		const uint32_t sleep = stack_sleep();
		const uint32_t left = end - now;
		now += sleep < left ? sleep : left;
	} while (now != end);
}

int LLVMFuzzerInitialize(int *count, char ***words) {
	(void)count;
	(void)words;
	static const uint8_t address[] = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
	stack_start(address, output);
	listener = tcp_new();
	EXPECT(listener != NULL && tcp_bind(listener, IP4_ADDR_ANY, 7000) == ERR_OK);
	listener = tcp_listen(listener);
	EXPECT(listener != NULL);
	tcp_accept(listener, on_accept);
	snapshot_take();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	snapshot_restore();
	now = 1000;
	sent_size = 0;
	input = (struct input){data, size};
	memset(&client, 0, sizeof client);
	dhcp_set_struct(board_netif(), &client);
	EXPECT(dhcp_start(board_netif()) == ERR_OK);
	for (unsigned i = 0; i < LONGEST_PROGRAM && input.left > 0; i += 1) {
		const uint8_t what = input_byte(&input);
		if (what < 200)
			deliver();
		else
			pass_time(what < 250 ? (what - 199) * 20u : (what - 249) * 10000u);
	}
	dhcp_stop(board_netif());
	for (unsigned minute = 0; minute < 5 && (tcp_active_pcbs != NULL || tcp_tw_pcbs != NULL); minute += 1)
		pass_time(60000);
	EXPECT(tcp_active_pcbs == NULL && tcp_tw_pcbs == NULL);
	etharp_cleanup_netif(board_netif());
	pass_time(20000); // fragments
	EXPECT(lwip_stats.memp[MEMP_PBUF_POOL]->used == 0 && lwip_stats.memp[MEMP_PBUF]->used == 0);
	EXPECT(lwip_stats.memp[MEMP_TCP_SEG]->used == 0 && lwip_stats.mem.used == 0);
	return 0;
}
