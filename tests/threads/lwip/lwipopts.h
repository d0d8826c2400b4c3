// SPDX-License-Identifier: MIT
// lwIP's configuration for tests/threads: as ESP-IDF has it where that matters to the socket core. A thread of its own,
// core locking with every assertion on the lock, all memory from malloc, pcbs and windows of the camera boards.
#ifndef THREADS_LWIPOPTS_H
#define THREADS_LWIPOPTS_H

#include <stdbool.h>

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0

// The lock knows its holder; lwIP asks at every entry of its raw API.
#define LWIP_TCPIP_CORE_LOCKING 1
void threads_lock_core(void);
void threads_unlock_core(void);
void threads_check_core(const char *file, int line);
#define LOCK_TCPIP_CORE() threads_lock_core()
#define UNLOCK_TCPIP_CORE() threads_unlock_core()
#define LWIP_ASSERT_CORE_LOCKED() threads_check_core(__FILE__, __LINE__)

#define TCPIP_MBOX_SIZE 32
#define TCPIP_THREAD_STACKSIZE 0
#define TCPIP_THREAD_PRIO 18

#define MEMP_MEM_MALLOC 1
#define MEM_LIBC_MALLOC 1
#define MEM_ALIGNMENT __SIZEOF_POINTER__
#define MEMP_NUM_TCP_PCB 16
#define MEMP_NUM_TCP_PCB_LISTEN 16

// A test stops lwIP's own timers: with them, a timer that nobody tells lwIP's thread of is late for a second, without
// them for ever.
#define LWIP_TESTMODE 1
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_ICMP 1
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_DHCP 0
#define LWIP_DNS 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 0

#define LWIP_TCP 1
#define TCP_MSS 1436
#define TCP_WND 5744
#define TCP_SND_BUF 5744
#define TCP_SND_QUEUELEN ((4 * TCP_SND_BUF + (TCP_MSS - 1)) / TCP_MSS)
#define TCP_MSL 60000UL
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE 1
#define LWIP_CALLBACK_API 1
#define LWIP_STATS 0

unsigned int threads_random(void);
#define LWIP_RAND() threads_random()

#endif
