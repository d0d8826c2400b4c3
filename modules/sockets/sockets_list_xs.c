// SPDX-License-Identifier: MIT
// Every socket that there is, for the REPL: list() of the module "sockets/stats". The core's sockets are copied first,
// with its lock held; objects are made after.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "xsmc.h"
#include "mc.xs.h"

#include "lwip/tcp.h"
#include "sockets_core.h"
#include "sockets_port_xs.h"
#include "sockets_tcp.h"

/** Sockets that are listed at most: more than the core lets a program have, those included that wait to be accepted. */
#define LIST_LIMIT 64

/** What is told of one. */
struct listed {
	struct sockets_address local, remote;
	enum sockets_state state;
	bool over, accepted;
	uint32_t unread, unsent;
};

/** Copies what is told of all sockets; the result is their number. */
static size_t copy_all(struct listed *list) {
	size_t count = 0;
	sockets_port_lock();
	for (const struct sockets_tcp *socket = sockets_core_first_socket(); socket && count < LIST_LIMIT;
	     socket = socket->next) {
		struct listed *item = &list[count++];
		const struct tcp_pcb *pcb = socket->pcb;
		*item = (struct listed){
		    .local = socket->local,
		    .remote = socket->remote,
		    .state = socket->state,
		    .over = pcb == NULL,
		    .accepted = socket->listener == NULL,
		    .unread = (uint32_t)sockets_core_available(socket),
		};
		if (pcb != NULL && socket->state == SOCKETS_LISTENING)
			item->local.port = ((const struct tcp_pcb_listen *)pcb)->local_port;
		else if (pcb != NULL && pcb->state != CLOSED)
			item->unsent = (uint32_t)(TCP_SND_BUF - pcb->snd_buf);
	}
	sockets_port_unlock();
	return count;
}

/** The state in one word. */
static const char *state_name(const struct listed *item) {
	switch (item->state) {
	case SOCKETS_LISTENING:
		return "listening";
	case SOCKETS_CONNECTING:
		return "connecting";
	case SOCKETS_CONNECTED:
		return item->over ? "over" : item->accepted ? "connected" : "waiting";
	default:
		return item->local.port ? "bound" : "new";
	}
}

/** Makes xsVar(1) [host, port] and sets the property of xsVar(0). */
static void set_address(xsMachine *the, xsIdentifier id, const struct sockets_address *address) {
	char host[16];
	snprintf(host, sizeof host, "%u.%u.%u.%u", (unsigned)(address->host >> 24), (unsigned)(address->host >> 16 & 255),
	         (unsigned)(address->host >> 8 & 255), (unsigned)(address->host & 255));
	xsmcSetNewArray(xsVar(1), 0);
	xsmcSetString(xsVar(2), host);
	xsmcSetIndex(xsVar(1), 0, xsVar(2));
	xsmcSetInteger(xsVar(2), address->port);
	xsmcSetIndex(xsVar(1), 1, xsVar(2));
	xsmcSet(xsVar(0), id, xsVar(1));
}

/** list(): see stats.d.ts */
void xs_sockets_list(xsMachine *the) {
	struct listed list[LIST_LIMIT];
	(void)sockets_port_of(the); // from now there is a stack, and its lock
	const size_t count = copy_all(list);
	xsmcVars(3);
	xsmcSetNewArray(xsResult, 0);
	for (size_t i = 0; i < count; i++) {
		const struct listed *item = &list[i];
		xsmcSetNewObject(xsVar(0));
		set_address(the, xsID_local, &item->local);
		if (item->state == SOCKETS_CONNECTED || item->state == SOCKETS_CONNECTING)
			set_address(the, xsID_remote, &item->remote);
		xsmcSetString(xsVar(1), (char *)state_name(item));
		xsmcSet(xsVar(0), xsID_state, xsVar(1));
		xsmcSetNumber(xsVar(1), item->unread);
		xsmcSet(xsVar(0), xsID_unread, xsVar(1));
		xsmcSetNumber(xsVar(1), item->unsent);
		xsmcSet(xsVar(0), xsID_unsent, xsVar(1));
		xsmcSetIndex(xsResult, (xsIndex)i, xsVar(0));
	}
}
