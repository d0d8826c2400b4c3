// SPDX-License-Identifier: MIT
// XS's inside, as inline functions: buffers, typed arrays, the socket of a host object. For sockets_engine.c, which
// gives them to the rest of the binding, and for the natives that are called so often that their own cost counts.
// Compiles with XS 13.3 (the emulated boards) and 17 (the SDK's). Read sockets_engine.h first.
#ifndef SOCKETS_ENGINE_INSIDE_H
#define SOCKETS_ENGINE_INSIDE_H

#include "xsAll.h"

#include "sockets_engine.h"

/** The bytes of a view, which is followed by a reference to its buffer. */
static inline void engine_view_bytes(txMachine *the, const txSlot *view, bool writable, struct sockets_bytes *bytes) {
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

/** A value that is a typed array: its bytes; else false. */
static inline bool engine_array_bytes(txMachine *the, const txSlot *value, bool writable, struct sockets_bytes *bytes) {
	if (value->kind != XS_REFERENCE_KIND)
		return false;
	const txSlot *slot = value->value.reference->next;
	if (slot == C_NULL || !(slot->flag & XS_INTERNAL_FLAG) || slot->kind != XS_TYPED_ARRAY_KIND)
		return false;
	engine_view_bytes(the, slot->next, writable, bytes);
	return true;
}

/** The data of a host object that has this destructor; NULL if the value is no such object, or has no data. */
static inline void *engine_host_data(const txSlot *value, txDestructor destructor) {
	if (value->kind != XS_REFERENCE_KIND)
		return NULL;
	const txSlot *host = value->value.reference->next;
	if (host == C_NULL || !(host->flag & XS_INTERNAL_FLAG) || host->kind != XS_HOST_KIND ||
	    (host->flag & XS_HOST_CHUNK_FLAG) || host->value.host.variant.destructor != destructor)
		return NULL;
	return host->value.host.data;
}

/** A new slot behind `slot`, an internal one of this kind. */
static inline txSlot *engine_append(txMachine *the, txSlot *slot, txKind kind) {
	slot = slot->next = fxNewSlot(the);
	slot->flag = XS_INTERNAL_FLAG;
	slot->kind = kind;
	return slot;
}

/** A new instance with this prototype. Each object is complete before anything else is allocated, and where the
 * collector finds it: it may come at each allocation. */
static inline txSlot *engine_instance(txMachine *the, txSlot *prototype) {
	txSlot *instance = fxNewSlot(the);
	instance->kind = XS_INSTANCE_KIND;
	instance->value.instance.garbage = C_NULL;
	instance->value.instance.prototype = prototype;
	return instance;
}

/** Makes `slot` a reference to an instance. */
static inline txSlot *engine_refer(txSlot *slot, txSlot *instance) {
	slot->value.reference = instance;
	slot->kind = XS_REFERENCE_KIND;
	return instance;
}

/** Makes `slot` a new instance with this prototype. */
static inline txSlot *engine_new_instance(txMachine *the, txSlot *slot, txSlot *prototype) {
	return engine_refer(slot, engine_instance(the, prototype));
}

/** A value that is an instance: sees to it that it never says how many bytes it has; see sockets_hide_length. */
static inline void engine_hide_length(txMachine *the, txSlot *instance) {
	while (instance->next != C_NULL)
		instance = instance->next;
	txSlot *length = engine_append(the, instance, XS_UNDEFINED_KIND);
	length->ID = mxID(_byteLength);
	length->flag = XS_DONT_DELETE_FLAG | XS_DONT_ENUM_FLAG | XS_DONT_SET_FLAG;
}

/** The slot for the host data of a new instance, which is what `new` makes for a class with this destructor. */
static inline txSlot *engine_append_host(txMachine *the, txSlot *instance, txDestructor destructor) {
	txSlot *host = engine_append(the, instance, XS_HOST_KIND);
	host->value.host.data = C_NULL;
	host->value.host.variant.destructor = destructor;
	return host;
}

/** Gives a new instance two items of an array, undefined at first, and gives the slot that has them. */
static inline txSlot *engine_append_pair(txMachine *the, txSlot *instance) {
	txSlot *array = engine_append(the, instance, XS_UNDEFINED_KIND);
	array->flag |= XS_DONT_DELETE_FLAG | XS_DONT_ENUM_FLAG;
	array->ID = XS_ARRAY_BEHAVIOR;
	array->value.array.length = 0;
	array->value.array.address = C_NULL;
	array->kind = XS_ARRAY_KIND;
	instance->flag |= XS_EXOTIC_FLAG;
	txSlot *items = fxNewChunk(the, 2 * sizeof(txSlot));
	for (txIndex i = 0; i < 2; i += 1) {
		items[i].next = C_NULL;
		*(txIndex *)&items[i] = i; // where it stands, in the place of `next`
		items[i].ID = XS_NO_ID;
		items[i].flag = XS_NO_FLAG;
		items[i].kind = XS_UNDEFINED_KIND;
	}
	array->value.array.address = items;
	array->value.array.length = 2;
	return array;
}

/** An item of that array; good until the next allocation. */
static inline txSlot *engine_item(const txSlot *array, txIndex index) {
	return array->value.array.address + index;
}

/** Makes the items of a pair [host, port]. */
static inline void engine_set_address(txSlot *array, txString host, uint16_t port) {
	engine_item(array, 0)->value.string = host;
	engine_item(array, 0)->kind = XS_STRING_KIND;
	engine_item(array, 1)->value.integer = port;
	engine_item(array, 1)->kind = XS_INTEGER_KIND;
}

/**
 * Makes `result`, a slot that the collector knows, a new Uint8Array of so many bytes, and gives where they are. They
 * are not zero yet: the caller writes all of them. As the constructor Uint8Array does (fx_TypedArray), with the buffer
 * that fxArrayBuffer makes.
 */
static inline uint8_t *engine_new_bytes(txMachine *the, txSlot *result, txInteger size) {
	const txSlot *constructor = mxUint8ArrayConstructor.value.reference;
	const txSlot *home = mxFunctionInstanceHome(constructor)->next;
	const txSlot *property = home;
	while (property->ID != mxID(_prototype)) // its own, and no program can take it away
		property = property->next;
	txSlot *instance = engine_new_instance(the, result, property->value.reference);
	instance->flag |= XS_EXOTIC_FLAG;
	txSlot *dispatch = engine_append(the, instance, XS_UNDEFINED_KIND);
	dispatch->value.typedArray.dispatch = home->value.typedArray.dispatch;
	dispatch->value.typedArray.atomics = home->value.typedArray.atomics;
	dispatch->ID = XS_TYPED_ARRAY_BEHAVIOR;
	dispatch->kind = XS_TYPED_ARRAY_KIND;
	txSlot *view = engine_append(the, dispatch, XS_DATA_VIEW_KIND);
	view->value.dataView.offset = 0;
	view->value.dataView.size = size;
	txSlot *reference = engine_append(the, view, XS_UNDEFINED_KIND);
	txSlot *buffer = engine_new_instance(the, reference, mxArrayBufferPrototype.value.reference);
	txSlot *address = engine_append(the, buffer, XS_UNDEFINED_KIND);
	address->value.arrayBuffer.address = C_NULL;
	address->value.arrayBuffer.detachKey = C_NULL;
	address->kind = XS_ARRAY_BUFFER_KIND;
	txSlot *info = engine_append(the, address, XS_BUFFER_INFO_KIND);
	info->value.bufferInfo.length = size;
	info->value.bufferInfo.maxLength = -1;
	address->value.arrayBuffer.address = fxNewChunk(the, size);
	return (uint8_t *)address->value.arrayBuffer.address;
}

#endif
