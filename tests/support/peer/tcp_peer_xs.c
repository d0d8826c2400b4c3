// SPDX-License-Identifier: MIT
// The binding of tcp_peer.c to JavaScript; read peer.d.ts first.
#include <stddef.h>

#include "xsmc.h"

#include "tcp_peer.h"

/** listen(kind, data): number */
void xs_peer_listen(xsMachine *the) {
	const enum peer_kind kind = (enum peer_kind)xsmcToInteger(xsArg(0));
	const size_t size = (size_t)xsmcGetArrayBufferLength(xsArg(1));
	const uint16_t port = peer_listen(kind, xsmcToArrayBuffer(xsArg(1)), size);
	if (port == 0)
		xsUnknownError("no memory for the peer");
	xsmcSetInteger(xsResult, port);
}

/** connect(port, data, count) */
void xs_peer_connect(xsMachine *the) {
	const uint16_t port = (uint16_t)xsmcToInteger(xsArg(0));
	const unsigned count = (unsigned)xsmcToInteger(xsArg(2));
	const size_t size = (size_t)xsmcGetArrayBufferLength(xsArg(1));
	if (!peer_connect(port, xsmcToArrayBuffer(xsArg(1)), size, count))
		xsUnknownError("no memory for the peer");
}

/** received(): ArrayBuffer */
void xs_peer_received(xsMachine *the) {
	size_t size;
	const uint8_t *bytes = peer_received(&size);
	xsmcSetArrayBuffer(xsResult, (void *)bytes, (xsIntegerValue)size);
}

/** ended(): number */
void xs_peer_ended(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)peer_ended());
}

/** failed(): number */
void xs_peer_failed(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)peer_failed());
}

/** stop() */
void xs_peer_stop(xsMachine *the) {
	(void)the;
	peer_stop();
}
