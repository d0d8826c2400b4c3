// SPDX-License-Identifier: MIT
// What a program would know of its sockets; read model.h first. Each byte of a stream follows from its place and from
// the port that sent it: so one that is lost, doubled, out of order or another connection's is seen where it is read.
#include "model.h"

#include <errno.h>
#include <string.h>

#include "harness.h"
#include "network.h"
#include "sockets_core.h"

#define FLOWS 64

struct slot slots[SLOTS];
static struct flow flows[FLOWS];
static unsigned flow_count;
/** Some flow could not be kept. */
static bool flow_lost;

void model_begin(void) {
	memset(slots, 0, sizeof slots);
	memset(flows, 0, sizeof flows);
	flow_count = 0;
	flow_lost = false;
}

/** The slot has another socket now, or none. */
void model_set(struct slot *slot, struct sockets_tcp *socket) {
	*slot = (struct slot){.socket = socket};
}

/** The byte at a place of the stream that this port sends. */
static uint8_t byte_at(uint16_t port, uint32_t place) {
	return (uint8_t)(place * 131 + (place >> 8) * 17 + port * 29u);
}

static struct flow *find_flow(uint16_t from, uint16_t to) {
	for (unsigned i = 0; i < flow_count; i += 1)
		if (flows[i].from == from && flows[i].to == to)
			return &flows[i];
	return NULL;
}

/** The next bytes that the socket has to send. */
const uint8_t *model_data(const struct slot *slot, size_t size) {
	static uint8_t data[LARGEST_DATA];
	const uint16_t port = slot->socket->pcb != NULL ? slot->socket->pcb->local_port : slot->socket->local.port;
	for (size_t i = 0; i < size; i += 1)
		data[i] = byte_at(port, slot->sent + (uint32_t)i);
	return data;
}

/** The sequence number of the first byte of the socket's stream, if it has a connection: for model_sent. */
uint32_t model_base(const struct slot *slot) {
	const struct tcp_pcb *pcb = slot->socket->pcb;
	const enum sockets_state state = slot->socket->state;
	return pcb != NULL && (state == SOCKETS_CONNECTED || state == SOCKETS_CONNECTING) ? pcb->snd_lbb - slot->sent : 0;
}

/** The flow of a connection that sends for the first time. */
static struct flow *new_flow(const struct sockets_tcp *socket) {
	struct flow *flow = find_flow(socket->local.port, socket->remote.port);
	if (flow == NULL && flow_count < FLOWS) {
		flow = &flows[flow_count++];
		flow->from = socket->local.port;
		flow->to = socket->remote.port;
	}
	if (flow == NULL)
		flow_lost = true;
	else
		flow->uses += 1;
	return flow;
}

/** A write has ended: with a count, or with a failure after which it is not told how much was sent. */
void model_sent(struct slot *slot, uint32_t base, long result) {
	const struct sockets_tcp *socket = slot->socket;
	if (slot->flow == NULL && socket->state == SOCKETS_CONNECTED)
		slot->flow = new_flow(socket);
	bool unknown = false;
	if (result > 0)
		slot->sent += (uint32_t)result;
	else if (result < 0 && base != 0 && socket->pcb != NULL && socket->state == SOCKETS_CONNECTED)
		slot->sent = socket->pcb->snd_lbb - base;
	else if (result < 0)
		unknown = true;
	if (slot->flow != NULL) {
		slot->flow->sent = slot->sent;
		slot->flow->unknown = slot->flow->unknown || unknown;
	}
	if (result < 0)
		model_failed(slot);
}

/** The bytes are the next ones of the stream. */
void model_peeked(const struct slot *slot, const uint8_t *data, long result) {
	if (network_forged)
		return;
	const uint16_t port = slot->socket->remote.port;
	for (long i = 0; i < result; i += 1)
		if (data[i] != byte_at(port, slot->received + (uint32_t)i))
			EXPECT(!"the bytes are those that were sent");
}

/** The stream has ended with all that was sent, unless a failure was told. */
static void check_end(const struct slot *slot) {
	if (slot->excused || network_forged || flow_lost)
		return;
	const struct sockets_tcp *socket = slot->socket;
	const struct flow *flow = find_flow(socket->remote.port, socket->local.port);
	if (flow == NULL)
		EXPECT(slot->received == 0);
	else if (flow->uses == 1 && !flow->unknown)
		EXPECT(slot->received == flow->sent);
}

/** A read of one byte or more has ended; with 0, the stream has. */
void model_received(struct slot *slot, const uint8_t *data, long result) {
	model_peeked(slot, data, result);
	if (result > 0)
		slot->received += (uint32_t)result;
	else if (result == 0)
		check_end(slot);
	else
		model_failed(slot);
}

/** A call has failed, perhaps with the connection's failure, which is told but once. */
void model_failed(struct slot *slot) {
	if (slot->socket->pcb == NULL)
		slot->excused = true;
}

/** The socket is about to connect: to a new peer, if it is not connected. Whatever waited is settled. */
void model_connect(struct slot *slot) {
	if (slot->socket->state == SOCKETS_OPEN)
		model_set(slot, slot->socket);
	slot->awaited = 0;
}

/** Whether a try would find something for these events. */
static bool has_news(const struct sockets_tcp *socket, unsigned events) {
	if (socket->state == SOCKETS_LISTENING)
		return (events & SOCKETS_POLLIN) && socket->accept_first != NULL;
	if (socket->state == SOCKETS_OPEN || socket->error != 0)
		return true;
	if (socket->state == SOCKETS_CONNECTING)
		return false;
	if (socket->pcb == NULL)
		return true;
	if ((events & SOCKETS_POLLIN) && (sockets_core_available(socket) > 0 || socket->end_of_stream || socket->read_shut))
		return true;
	return (events & SOCKETS_POLLOUT) && (socket->write_shut || (tcp_sndbuf(socket->pcb) > 0 && !socket->starved));
}

/** Nobody waits for what is there already, nor longer than it wants to: who does is in the queue of those that are
 * ready. */
static void check_awaited(const struct slot *slot) {
	const struct sockets_tcp *socket = slot->socket;
	if (socket->ready)
		return;
	EXPECT(slot->awaited == 0 || !has_news(socket, slot->awaited));
	EXPECT(slot->limit == 0 || (int32_t)(clock_now() - slot->limit) <= 0);
}

/** The window is closed by what was not taken or not given back yet, and by nothing else. The end of the stream may
 * take a place in it. */
static void check_window(const struct sockets_tcp *socket) {
	if (socket->state != SOCKETS_CONNECTED || socket->pcb == NULL || socket->end_of_stream)
		return;
	EXPECT(socket->pcb->rcv_wnd + socket->received_size + socket->owed == TCP_WND);
}

/** What must hold between any two calls. */
void model_check(void) {
	for (const struct slot *slot = slots; slot < slots + SLOTS; slot += 1) {
		if (slot->socket == NULL)
			continue;
		check_awaited(slot);
		check_window(slot->socket);
	}
}
