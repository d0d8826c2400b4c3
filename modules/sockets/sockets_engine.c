// SPDX-License-Identifier: MIT
// Buffers and typed arrays as XS keeps them; see sockets_engine.h. Compiles with XS 13.3 (the emulated boards) and 17
// (the SDK's).
#include "xsAll.h"

#include "sockets_engine.h"

/** The bytes of a view, which is followed by a reference to its buffer. */
static void view_bytes(txMachine *the, const txSlot *view, bool writable, struct sockets_bytes *bytes) {
	const txSlot *buffer = view->next->value.reference->next;
	const txSlot *info = buffer->next;
	txInteger size = view->value.dataView.size;
	if (buffer->value.arrayBuffer.address == C_NULL)
		mxTypeError("detached buffer");
	if (writable && (buffer->flag & XS_DONT_SET_FLAG))
		mxTypeError("read-only buffer");
	if (info->value.bufferInfo.maxLength >= 0) { // the buffer may have changed its size
		const txInteger offset = view->value.dataView.offset, length = info->value.bufferInfo.length;
		if (offset > length || (size >= 0 && size > length - offset))
			mxTypeError("out of bounds view");
		if (size < 0)
			size = length - offset;
	}
	bytes->data = (uint8_t *)buffer->value.arrayBuffer.address + view->value.dataView.offset;
	bytes->size = (size_t)size;
}

bool sockets_engine_bytes(void *machine, const void *value, bool writable, struct sockets_bytes *bytes) {
	txMachine *the = machine;
	const txSlot *slot = value;
	if (slot->kind != XS_REFERENCE_KIND)
		return false;
	slot = slot->value.reference->next;
	if (slot == C_NULL || !(slot->flag & XS_INTERNAL_FLAG))
		return false;
	switch (slot->kind) {
	case XS_TYPED_ARRAY_KIND:
		view_bytes(the, slot->next, writable, bytes);
		return true;
	case XS_DATA_VIEW_KIND:
		view_bytes(the, slot, writable, bytes);
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
	txMachine *the = machine;
	txSlot *slot = result;
	fxArrayBuffer(the, slot, C_NULL, size, -1);
	// As the constructor Uint8Array does, with this buffer. What it makes of its home is in fx_TypedArray.
	txSlot *constructor = the->stackPrototypes[-1 - (txInteger)_Uint8Array].value.reference;
	txSlot *home = mxFunctionInstanceHome(constructor)->next;
	mxPushSlot(mxBehaviorGetProperty(the, constructor, mxID(_prototype), 0, XS_ANY));
	txSlot *instance = fxNewObjectInstance(the);
	instance->flag |= XS_EXOTIC_FLAG;
	txSlot *property =
	    fxNextTypeDispatchProperty(the, instance, home->value.typedArray.dispatch, home->value.typedArray.atomics,
	                               XS_TYPED_ARRAY_BEHAVIOR, XS_INTERNAL_FLAG);
	property = property->next = fxNewSlot(the);
	property->flag = XS_INTERNAL_FLAG;
	property->kind = XS_DATA_VIEW_KIND;
	property->value.dataView.offset = 0;
	property->value.dataView.size = size;
	property = property->next = fxNewSlot(the);
	property->flag = XS_INTERNAL_FLAG;
	property->kind = XS_REFERENCE_KIND;
	property->value.reference = slot->value.reference;
	uint8_t *data = (uint8_t *)slot->value.reference->next->value.arrayBuffer.address;
	mxPullSlot(slot);
	return data;
}
