// SPDX-License-Identifier: MIT
// The driver of the virtio network device. Read virtio_net.h first.
//
// The device works on buffers of lwIP's in both directions. To receive, it has RECEIVE_SIZE buffers of lwIP's receive
// pool, always: a frame that has come is given to lwIP in the buffer that it lies in, if there is another one to take
// its place; a small one (an acknowledgement) is copied, so that data which nobody has read yet cannot starve those;
// any other is lost, and TCP sends it again. What is sent is copied: lwIP has its buffers back at once.
#include "virtio_net.h"

#include "board.h"
#include "frames.h"
#include "hardware.h"
#include "stack.h"
#include "trap.h"

#include "lwip/stats.h"

#include <string.h>

// Registers of the one slot that is used: QEMU is told to put the device there.
#define REGISTER(offset) REGISTER32(VIRTIO_BASE + (offset))
#define MAGIC 0x000
#define VERSION 0x004
#define DEVICE_ID 0x008
#define DRIVER_FEATURES 0x020
#define DRIVER_FEATURES_SELECT 0x024
#define QUEUE_SELECT 0x030
#define QUEUE_SIZE_MAX 0x034
#define QUEUE_SIZE 0x038
#define QUEUE_READY 0x044
#define QUEUE_NOTIFY 0x050
#define STATUS 0x070
#define QUEUE_DESCRIPTORS 0x080
#define QUEUE_DRIVER 0x090
#define QUEUE_DEVICE 0x0a0
#define CONFIG 0x100

#define IS_VIRTIO 0x74726976 // "virt"
#define IS_NETWORK 1
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };
#define FEATURE_MAC (1u << 5)
#define FEATURE_VERSION_1 1u // of the second word

#define DEVICE_WRITES 2 // flag of a descriptor
#define NO_INTERRUPT 1  // flag of the available ring

// In front of each frame; all zero, as we agree on nothing that it could tell.
#define HEADER_SIZE 12
#define FRAME_SIZE 1514

enum { RECEIVE, SEND };
#define RECEIVE_SIZE 8
#define SEND_SIZE 4

// Milliseconds that the device gets to send something, when it has all buffers.
#define SEND_PATIENCE 1000

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags;
	uint16_t next;
};

struct used {
	uint32_t id;
	uint32_t size;
};

// A ring as the device sees it. `available` is what we give, `used` what it gives back.
#define RING(name, length)                                                                                             \
	static struct {                                                                                                    \
		struct descriptor descriptors[length];                                                                         \
		struct {                                                                                                       \
			uint16_t flags;                                                                                            \
			volatile uint16_t index;                                                                                   \
			uint16_t ring[length];                                                                                     \
			uint16_t unused;                                                                                           \
		} available;                                                                                                   \
		struct {                                                                                                       \
			uint16_t flags;                                                                                            \
			volatile uint16_t index;                                                                                   \
			struct used ring[length];                                                                                  \
			uint16_t unused;                                                                                           \
		} used __attribute__((aligned(4)));                                                                            \
		uint16_t seen; /* of `used` */                                                                                 \
	} name __attribute__((aligned(16)))

RING(receive, RECEIVE_SIZE);
RING(send, SEND_SIZE);

static struct pbuf *receive_buffers[RECEIVE_SIZE];                                           // by descriptor
static uint8_t send_frames[SEND_SIZE][HEADER_SIZE + FRAME_SIZE] __attribute__((aligned(4))); // the headers stay zero
static bool started;

const uint8_t *virtio_net_address(void) {
	static uint8_t address[6];
	if (REGISTER(MAGIC) != IS_VIRTIO || REGISTER(VERSION) != 2 || REGISTER(DEVICE_ID) != IS_NETWORK)
		return NULL;
	for (unsigned i = 0; i < sizeof address; i++)
		address[i] = REGISTER8(VIRTIO_BASE + CONFIG + i);
	return address;
}

/* Tells the device where a ring is. */
static bool set_ring(unsigned number, uint32_t length, const void *descriptors, const void *available,
                     const volatile void *used) {
	REGISTER(QUEUE_SELECT) = number;
	if (REGISTER(QUEUE_SIZE_MAX) < length)
		return false;
	REGISTER(QUEUE_SIZE) = length;
	REGISTER(QUEUE_DESCRIPTORS) = (uint32_t)(uintptr_t)descriptors;
	REGISTER(QUEUE_DESCRIPTORS + 4) = 0;
	REGISTER(QUEUE_DRIVER) = (uint32_t)(uintptr_t)available;
	REGISTER(QUEUE_DRIVER + 4) = 0;
	REGISTER(QUEUE_DEVICE) = (uint32_t)(uintptr_t)used;
	REGISTER(QUEUE_DEVICE + 4) = 0;
	REGISTER(QUEUE_READY) = 1;
	return true;
}

/* A buffer for the device to receive in, or NULL. */
static struct pbuf *new_buffer(void) {
	return pbuf_alloc(PBUF_RAW, HEADER_SIZE + FRAME_SIZE, PBUF_POOL);
}

/* Gives the device a buffer to receive in. */
static void post(uint16_t id, struct pbuf *buffer) {
	receive_buffers[id] = buffer;
	receive.descriptors[id] = (struct descriptor){
	    .address = (uint32_t)(uintptr_t)buffer->payload,
	    .size = HEADER_SIZE + FRAME_SIZE,
	    .flags = DEVICE_WRITES,
	};
	receive.available.ring[receive.available.index % RECEIVE_SIZE] = id;
	FENCE();
	receive.available.index++;
}

bool virtio_net_start(void) {
	REGISTER(STATUS) = 0;
	REGISTER(STATUS) = ACKNOWLEDGE | DRIVER;
	REGISTER(DRIVER_FEATURES_SELECT) = 0;
	REGISTER(DRIVER_FEATURES) = FEATURE_MAC;
	REGISTER(DRIVER_FEATURES_SELECT) = 1;
	REGISTER(DRIVER_FEATURES) = FEATURE_VERSION_1;
	REGISTER(STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
	if (!(REGISTER(STATUS) & FEATURES_OK))
		return false;
	if (!set_ring(RECEIVE, RECEIVE_SIZE, receive.descriptors, &receive.available, &receive.used) ||
	    !set_ring(SEND, SEND_SIZE, send.descriptors, &send.available, &send.used))
		return false;
	send.available.flags = NO_INTERRUPT;
	for (uint16_t i = 0; i < SEND_SIZE; i++)
		send.descriptors[i].address = (uint32_t)(uintptr_t)send_frames[i];
	REGISTER(STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
	virtio_net_notify(false);
	for (uint16_t i = 0; i < RECEIVE_SIZE; i++) {
		struct pbuf *buffer = new_buffer();
		if (!buffer)
			return false;
		post(i, buffer);
	}
	REGISTER(QUEUE_NOTIFY) = RECEIVE;
	started = true;
	return true;
}

/* True if the device has all buffers to send. */
static bool is_sending_all(void) {
	return (uint16_t)(send.available.index - send.used.index) == SEND_SIZE;
}

/*
 * Sleeps until the device has sent a frame: on a busy machine it may come to that only when the processor sleeps. False
 * if it does not.
 */
static bool wait_for_buffer(void) {
	uint32_t start = board_real_milliseconds();
	while (is_sending_all() && board_real_milliseconds() - start < SEND_PATIENCE) {
		CSR_CLEAR(mstatus, MSTATUS_MIE);
		send.available.flags = 0;
		FENCE();
		if (is_sending_all())
			clock_sleep(SEND_PATIENCE);
		trap_serve();
		send.available.flags = NO_INTERRUPT;
		CSR_SET(mstatus, MSTATUS_MIE);
	}
	return !is_sending_all();
}

err_t virtio_net_send(struct netif *netif, struct pbuf *buffer) {
	(void)netif;
	if (!started || buffer->tot_len > FRAME_SIZE) {
		LINK_STATS_INC(link.lenerr);
		return ERR_BUF;
	}
	if (is_sending_all() && !wait_for_buffer()) {
		LINK_STATS_INC(link.drop);
		return ERR_OK; // lost, as on a wire that is cut
	}
	// The device sends in order: the buffers are taken in turn.
	uint16_t id = send.available.index % SEND_SIZE;
	FENCE();
	pbuf_copy_partial(buffer, send_frames[id] + HEADER_SIZE, buffer->tot_len, 0);
	frames_note_from_board(send_frames[id] + HEADER_SIZE, buffer->tot_len);
	send.descriptors[id].size = HEADER_SIZE + buffer->tot_len;
	send.available.ring[id] = id;
	FENCE();
	send.available.index++;
	FENCE();
	REGISTER(QUEUE_NOTIFY) = SEND;
	LINK_STATS_INC(link.xmit);
	return ERR_OK;
}

/* Gives lwIP the frame of `size` bytes that lies in a buffer, and the device a buffer in its place. */
static void take(uint16_t id, uint32_t size) {
	struct pbuf *buffer = receive_buffers[id];
	const uint8_t *frame = (const uint8_t *)buffer->payload + HEADER_SIZE;
	frames_note_to_board(frame, size);
	struct pbuf *next = NULL;
	if (size > STACK_SMALL_FRAME && (next = new_buffer())) {
		post(id, next);
		pbuf_remove_header(buffer, HEADER_SIZE);
		pbuf_realloc(buffer, (uint16_t)size);
		stack_input(buffer);
		return;
	}
	if (size <= STACK_SMALL_FRAME)
		stack_input_copy(frame, size);
	else
		stack_input(NULL);
	post(id, buffer);
}

bool virtio_net_poll(void) {
	unsigned taken = 0;
	for (; receive.seen != receive.used.index && taken < STACK_STEP_FRAMES; taken++) {
		FENCE();
		struct used used = receive.used.ring[receive.seen++ % RECEIVE_SIZE];
		take((uint16_t)used.id, used.size - HEADER_SIZE);
	}
	if (!taken)
		return false;
	FENCE();
	REGISTER(QUEUE_NOTIFY) = RECEIVE;
	return true;
}

bool virtio_net_ready(void) {
	return receive.seen != receive.used.index;
}

void virtio_net_notify(bool wanted) {
	receive.available.flags = wanted ? 0 : NO_INTERRUPT;
	FENCE();
}
