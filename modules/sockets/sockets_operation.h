// SPDX-License-Identifier: MIT
// Operations of awaited sockets: what a method of AsyncSocket does at once if it can, and else keeps until the core
// says that the socket is ready. Read sockets_tcp.h first; sockets_async_xs.c has the methods.
#ifndef SOCKETS_OPERATION_H
#define SOCKETS_OPERATION_H

#include "sockets_engine.h"
#include "sockets_errors.h"
#include "sockets_tcp.h"

enum sockets_kind {
	// These read: at most one of them waits at a time.
	SOCKETS_ACCEPT,
	SOCKETS_RECV,
	SOCKETS_RECV_INTO,
	SOCKETS_READ,
	SOCKETS_READEXACTLY,
	SOCKETS_READLINE,
	// These write: they wait for each other, in the order of the calls.
	SOCKETS_SEND,
	SOCKETS_SENDALL,
	SOCKETS_CONNECT,
};

/** What is to be done. */
struct sockets_attempt {
	enum sockets_kind kind;
	unsigned flags;
	/** Milliseconds that it may wait, and since when it has. */
	uint32_t timeout, start;
	union {
		struct {
			/** Bytes to read at most, and how many are known to have no newline. */
			size_t size, scanned;
		} read;
		struct {
			/** Bytes that are sent, and whether there is no memory for more, since when. */
			size_t sent;
			bool starved;
			uint32_t since;
		} write;
		struct {
			struct sockets_address remote, local;
			/** The query for the host's name; -1 if there is none. */
			int query;
			/** The host is known, and the handshake has begun. */
			bool begun;
		} connect;
	};
};

void sockets_operation_start(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt, xsSlot *data);
void sockets_operation_connect(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                               xsSlot *name);
void sockets_operation_send(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt);
void sockets_operation_receive_quickly(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                                       xsSlot *data);
void sockets_operation_send_quickly(xsMachine *the, struct sockets_tcp *socket, struct sockets_attempt *attempt,
                                    struct sockets_bytes *bytes, xsSlot *data);
void sockets_operations_cancel(xsMachine *the, struct sockets_tcp *socket);
void sockets_operations_tell(xsMachine *the);
void sockets_operations_drop(struct sockets_tcp *socket);

#endif
