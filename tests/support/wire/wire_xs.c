// SPDX-License-Identifier: MIT
// The binding of wire.c to JavaScript; read native.d.ts first.
#include <stddef.h>

#include "xsmc.h"

#include "wire.h"

/** add() */
void xs_wire_add(xsMachine *the) {
	(void)the;
	wire_add();
}

/** remove() */
void xs_wire_remove(xsMachine *the) {
	(void)the;
	wire_remove();
}

/** send(frame) */
void xs_wire_send(xsMachine *the) {
	const size_t size = (size_t)xsmcGetArrayBufferLength(xsArg(0));
	if (!wire_send(xsmcToArrayBuffer(xsArg(0)), size))
		xsUnknownError("no memory for a frame");
}

/** take(): ArrayBuffer | undefined */
void xs_wire_take(xsMachine *the) {
	size_t size;
	const uint8_t *frame = wire_frame(&size);
	if (frame == NULL)
		return;
	xsmcSetArrayBuffer(xsResult, (void *)frame, (xsIntegerValue)size);
	wire_drop();
}

/** lost(): number */
void xs_wire_lost(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)wire_lost());
}

/** pass(milliseconds) */
void xs_wire_pass(xsMachine *the) {
	wire_pass((uint32_t)xsmcToInteger(xsArg(0)));
}
