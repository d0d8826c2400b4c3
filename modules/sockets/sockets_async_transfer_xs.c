// SPDX-License-Identifier: MIT
// AsyncSocket's send, sendall, recv and recv_into, as sockets_transfer_xs.c has Socket's: on XS's inside, for the
// common case alone, which throws nothing and so needs nothing to catch it. All else is in sockets_async_xs.c.
#include "sockets_engine_inside.h"

#include "sockets_async_xs.h"
#include "sockets_operation.h"
#include "sockets_tcp.h"
#include "sockets_xs.h"

#define RECEIVE_FLAGS (SOCKETS_PEEK | SOCKETS_DONTWAIT | SOCKETS_WAITALL)

/** Whether the argument is missing, or flags of these. */
static inline bool flags_argument(const txMachine *the, int index, unsigned allowed, unsigned *flags) {
	*flags = 0;
	if (mxArgc <= index)
		return true;
	if (mxArgc > index + 1 || mxArgv(index)->kind != XS_INTEGER_KIND)
		return false;
	*flags = (unsigned)mxArgv(index)->value.integer;
	return (*flags & ~allowed) == 0;
}

/** Whether the argument is a typed array that nothing is unusual about: its bytes. */
static inline bool array_argument(const txMachine *the, int index, struct sockets_bytes *bytes) {
	if (mxArgc <= index || mxArgv(index)->kind != XS_REFERENCE_KIND)
		return false;
	const txSlot *slot = mxArgv(index)->value.reference->next;
	if (slot == C_NULL || !(slot->flag & XS_INTERNAL_FLAG) || slot->kind != XS_TYPED_ARRAY_KIND)
		return false;
	const txSlot *view = slot->next, *buffer = view->next->value.reference->next;
	if (buffer->kind != XS_ARRAY_BUFFER_KIND || buffer->value.arrayBuffer.address == C_NULL ||
	    (buffer->flag & XS_DONT_SET_FLAG) || buffer->next->value.bufferInfo.maxLength >= 0)
		return false;
	bytes->data = (uint8_t *)buffer->value.arrayBuffer.address + view->value.dataView.offset;
	bytes->size = (size_t)view->value.dataView.size;
	return true;
}

/** A send or sendall of a typed array; false if it is another. */
static inline bool send_array(txMachine *the, enum sockets_kind kind) {
	struct sockets_tcp *socket = engine_host_data(mxThis, xs_socket_destructor);
	struct sockets_attempt attempt = {.kind = kind};
	struct sockets_bytes bytes;
	if (socket == NULL || !array_argument(the, 0, &bytes) || !flags_argument(the, 1, SOCKETS_DONTWAIT, &attempt.flags))
		return false;
	attempt.timeout = sockets_tcp_timeout(socket);
	sockets_operation_send_quickly((xsMachine *)the, socket, &attempt, &bytes, (xsSlot *)mxArgv(0));
	return true;
}

/** send(data, flags, options): number */
void xs_async_send(txMachine *the) {
	if (!send_array(the, SOCKETS_SEND))
		sockets_async_send((xsMachine *)the);
}

/** sendall(data, flags, options) */
void xs_async_sendall(txMachine *the) {
	if (!send_array(the, SOCKETS_SENDALL))
		sockets_async_sendall((xsMachine *)the);
}

/** recv(size, flags, options): Uint8Array */
void xs_async_recv(txMachine *the) {
	struct sockets_tcp *socket = engine_host_data(mxThis, xs_socket_destructor);
	struct sockets_attempt attempt = {.kind = SOCKETS_RECV};
	if (socket == NULL || mxArgc == 0 || mxArgv(0)->kind != XS_INTEGER_KIND || mxArgv(0)->value.integer < 0 ||
	    !flags_argument(the, 1, RECEIVE_FLAGS, &attempt.flags)) {
		sockets_async_recv((xsMachine *)the);
		return;
	}
	attempt.read.size = (size_t)mxArgv(0)->value.integer;
	attempt.timeout = sockets_tcp_timeout(socket);
	sockets_operation_receive_quickly((xsMachine *)the, socket, &attempt, NULL);
}

/** recv_into(buffer, size, flags, options): number */
void xs_async_recv_into(txMachine *the) {
	struct sockets_tcp *socket = engine_host_data(mxThis, xs_socket_destructor);
	struct sockets_bytes bytes;
	if (socket == NULL || mxArgc != 1 || !array_argument(the, 0, &bytes)) {
		sockets_async_recv_into((xsMachine *)the);
		return;
	}
	struct sockets_attempt attempt = {
	    .kind = SOCKETS_RECV_INTO, .timeout = sockets_tcp_timeout(socket), .read = {.size = bytes.size}};
	sockets_operation_receive_quickly((xsMachine *)the, socket, &attempt, (xsSlot *)mxArgv(0));
}
