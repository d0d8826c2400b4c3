// SPDX-License-Identifier: MIT
// Buffers and typed arrays as XS keeps them, for the rest of the binding; see sockets_engine.h.
#include "sockets_engine_inside.h"

bool sockets_engine_bytes(void *machine, const void *value, bool writable, struct sockets_bytes *bytes) {
	txMachine *the = machine;
	const txSlot *slot = value;
	if (engine_array_bytes(the, slot, writable, bytes))
		return true;
	if (slot->kind != XS_REFERENCE_KIND)
		return false;
	slot = slot->value.reference->next;
	if (slot == C_NULL || !(slot->flag & XS_INTERNAL_FLAG))
		return false;
	switch (slot->kind) {
	case XS_DATA_VIEW_KIND:
		engine_view_bytes(the, slot, writable, bytes);
		return true;
	case XS_ARRAY_BUFFER_KIND:
		if (slot->value.arrayBuffer.address == C_NULL)
			mxTypeError("detached buffer");
		break;
	case XS_HOST_KIND: // a host buffer knows its size; any other host object is none
		if ((slot->flag & XS_HOST_CHUNK_FLAG) || slot->next == C_NULL || slot->next->kind != XS_BUFFER_INFO_KIND)
			return false;
		break;
	default:
		return false;
	}
	if (writable && (slot->flag & XS_DONT_SET_FLAG))
		mxTypeError("read-only buffer");
	bytes->data = slot->kind == XS_HOST_KIND ? slot->value.host.data : (uint8_t *)slot->value.arrayBuffer.address;
	bytes->size = (size_t)slot->next->value.bufferInfo.length;
	return true;
}

uint8_t *sockets_engine_new_bytes(void *machine, void *result, int32_t size) {
	return engine_new_bytes(machine, result, size);
}
