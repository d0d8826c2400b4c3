// SPDX-License-Identifier: MIT
// lwIP's configuration on the emulated boards. The figures that a program can feel (segment size, windows,
// pcbs, MSL) are those of the camera boards, so that what fits here fits there; see docs/boards.
// Every option that is not named has lwIP's default (lwip/opt.h).
#ifndef CAMSOCK_LWIPOPTS_H
#define CAMSOCK_LWIPOPTS_H

// One thread of control: the main loop steps the stack.
#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

// Memory: static pools only, as on a board whose RAM is planned. One heap for what is sent (and for the loopback
// interface), pools for everything else. 16 connections with full send buffers would want 90 KB: running out of
// memory is a case that the socket core handles (a short send), not one that the pools have to rule out.
#define MEMP_MEM_MALLOC 0
#define MEM_LIBC_MALLOC 0
#define MEM_ALIGNMENT __SIZEOF_POINTER__
#define MEM_SIZE (48 * 1024)
#define PBUF_POOL_SIZE 32
#define PBUF_POOL_BUFSIZE 1536
#define MEMP_NUM_PBUF 32
#define MEMP_NUM_TCP_PCB 16
#define MEMP_NUM_TCP_PCB_LISTEN 16
#define MEMP_NUM_TCP_SEG 256
#define MEMP_NUM_UDP_PCB 6
// lwIP's own timers, and the one alarm of the socket core (modules/sockets/sockets_notify.c).
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)

// IPv4 with DHCP and DNS.
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 1
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_DHCP 1
#define LWIP_DNS 1
// Probing the address by ARP takes ten seconds; the address comes from a server that the board can trust to know.
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_LINK_CALLBACK 1
// The board talks to itself over 127.0.0.1 and over its own address.
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 0

// TCP as the camera boards have it.
#define LWIP_TCP 1
#define TCP_MSS 1436
#define TCP_WND 5744
#define TCP_SND_BUF 5744
#define TCP_SND_QUEUELEN ((4 * TCP_SND_BUF + (TCP_MSS - 1)) / TCP_MSS)
#define TCP_MSL 60000UL
#define TCP_QUEUE_OOSEQ 1
// ESP-IDF's choice. A buffer holds a segment of one byte as well as a full one, and a peer can send as many as it
// likes.
#define TCP_OOSEQ_MAX_PBUFS 4
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE 1

// Of lwIP's portable checksums the one that adds 32 bits at a time: 38 % fewer instructions for an echo of 1 KB in C on
// the raw API than with the default. (LWIP_CHECKSUM_ON_COPY makes it slower again.)
#define LWIP_CHKSUM_ALGORITHM 3

// Where ephemeral ports begin, at random (RFC 6335). lwIP's own range has the last port too, which it counts on from to
// port 0: one start in 16384 had no port for a bind.
#define TCP_LOCAL_PORT_RANGE_START 0xc000
#define TCP_LOCAL_PORT_RANGE_END 0xffff
#define TCP_ENSURE_LOCAL_PORT_RANGE(port)                                                                              \
	((u16_t)((port) % (TCP_LOCAL_PORT_RANGE_END - TCP_LOCAL_PORT_RANGE_START) + TCP_LOCAL_PORT_RANGE_START))

// The poll callbacks of the socket core find a pcb by this number of half-second ticks.
#define LWIP_CALLBACK_API 1

// What lwIP itself does not notice: see tcp_guard.c and tcp_storms.c. And how connections begin: tcp_isn.c.
#define LWIP_HOOK_FILENAME "hooks.h"
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port)                                                      \
	tcp_isn(ip4_addr_get_u32(local), local_port, ip4_addr_get_u32(remote), remote_port)
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, options, options_first, options_rest, packet)                          \
	tcp_guard(pcb, header, options, packet)

// A network beside the board's own: beside.h.
#define LWIP_HOOK_IP4_ROUTE_SRC(source, destination) beside_route(source, destination)

// Counters that the tests and the REPL read: how many of each pool are in use, and the most there were.
#define LWIP_STATS 1
#define MEM_STATS 1
#define MEMP_STATS 1
#define LINK_STATS 1
#define ETHARP_STATS 0
#define IP_STATS 0
#define ICMP_STATS 0
#define UDP_STATS 0
#define TCP_STATS 1
#define SYS_STATS 0

// Unpredictable: where the ports of the board's own connections begin (from there lwIP counts up), and the port and id
// of each name query.
unsigned int board_random(void);
#define LWIP_RAND() board_random()

#endif
