// SPDX-License-Identifier: MIT
// Buffers, typed arrays and promises as XS keeps them, for the rest of the binding; see sockets_engine.h.
#include "sockets_engine_inside.h"

#include <string.h>

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

void sockets_engine_hide_length(void *machine, const void *value) {
	txMachine *the = machine;
	const txSlot *slot = value;
	if (slot->kind == XS_REFERENCE_KIND)
		engine_hide_length(the, slot->value.reference);
}

void sockets_engine_new_host(void *machine, void *result, const void *constructor, void (*destructor)(void *)) {
	txMachine *the = machine;
	const txSlot *class = constructor;
	const txSlot *property = class->kind == XS_REFERENCE_KIND ? class->value.reference->next : C_NULL;
	while (property != C_NULL && property->ID != mxID(_prototype))
		property = property->next;
	if (property == C_NULL || property->kind != XS_REFERENCE_KIND)
		mxTypeError("this: not a class");
	txSlot *instance = engine_new_instance(the, result, property->value.reference);
	(void)engine_append_host(the, instance, destructor);
	engine_hide_length(the, instance);
}

void sockets_engine_new_address(void *machine, void *result, const char *host, uint16_t port) {
	txMachine *the = machine;
	txSlot *array = engine_append_pair(the, engine_new_instance(the, result, mxArrayPrototype.value.reference));
	const size_t size = strlen(host) + 1;
	txString text = fxNewChunk(the, (txSize)size);
	memcpy(text, host, size);
	engine_set_address(array, text, port);
}

bool sockets_engine_address(void *machine, const void *value, const char **host, uint16_t *port) {
	txMachine *the = machine;
	const txSlot *slot = value;
	if (slot->kind != XS_REFERENCE_KIND)
		return false;
	const txSlot *instance = slot->value.reference;
	txSlot *array = instance->next;
	// What is in flash and was changed since is elsewhere (XS's aliases): not worth knowing here.
	if (instance->ID != XS_NO_ID || array == C_NULL || array->kind != XS_ARRAY_KIND || array->ID != XS_ARRAY_BEHAVIOR)
		return false;
	const txSlot *first = fxGetIndexProperty(the, array, 0), *second = fxGetIndexProperty(the, array, 1);
	if (first == C_NULL || (first->kind != XS_STRING_KIND && first->kind != XS_STRING_X_KIND))
		return false;
	if (second == C_NULL || second->kind != XS_INTEGER_KIND || second->value.integer < 0 ||
	    second->value.integer > UINT16_MAX)
		return false;
	*host = first->value.string;
	*port = (uint16_t)second->value.integer;
	return true;
}

/** Pushes a new promise that is pending. */
static txSlot *push_promise(txMachine *the) {
	mxPush(mxPromisePrototype);
	txSlot *promise = fxNewPromiseInstance(the);
	mxPromiseStatus(promise)->value.integer = mxPendingStatus;
	return promise;
}

void sockets_engine_new_promise(void *machine, void *result) {
	txMachine *the = machine;
	(void)push_promise(the);
	mxPullSlot((txSlot *)result);
}

void sockets_engine_new_fulfilled(void *machine, void *result) {
	txMachine *the = machine;
	const txSlot *value = result;
	txSlot *promise = push_promise(the);
	mxPromiseResult(promise)->kind = value->kind;
	mxPromiseResult(promise)->value = value->value;
	mxPromiseStatus(promise)->value.integer = mxFulfilledStatus;
	mxPullSlot((txSlot *)result);
}

void sockets_engine_new_rejected(void *machine, void *result) {
	txMachine *the = machine;
	(void)push_promise(the);
	sockets_engine_reject(the, the->stack, result);
	mxPullSlot((txSlot *)result);
}

/** Queues the jobs of who waits for a promise that has its result. Each leaves the list with its job, so that this can
 * be called again if there was no memory for all. */
static void queue_jobs(txMachine *the, txSlot *instance, const txSlot *function) {
	txSlot *list = mxPromiseThens(instance)->value.reference;
	const txSlot *result = mxPromiseResult(instance);
	for (txSlot *slot = list->next; slot != C_NULL; slot = list->next) {
		mxPushReference(slot->value.reference);
		mxPush(*function);
		mxCall();
		mxPushSlot(result);
		fxQueueJob(the, 1, instance);
		list->next = slot->next;
	}
}

/** As the function that `new Promise` gives does, which would be an object of its own for each promise. */
void sockets_engine_fulfil(void *machine, const void *promise, const void *value) {
	txMachine *the = machine;
	txSlot *instance = ((const txSlot *)promise)->value.reference;
	txSlot *result = mxPromiseResult(instance);
	result->kind = ((const txSlot *)value)->kind;
	result->value = ((const txSlot *)value)->value;
	queue_jobs(the, instance, &mxOnResolvedPromiseFunction);
	mxPromiseStatus(instance)->value.integer = mxFulfilledStatus;
}

void sockets_engine_go_on(void *machine, const void *promise) {
	txMachine *the = machine;
	txSlot *instance = ((const txSlot *)promise)->value.reference;
	queue_jobs(the, instance, &mxOnResolvedPromiseFunction);
	mxPromiseStatus(instance)->value.integer = mxFulfilledStatus;
}

/** If nobody waits, with XS's own function: it keeps account of rejections that nobody handles. */
void sockets_engine_reject(void *machine, const void *promise, const void *reason) {
	txMachine *the = machine;
	txSlot *instance = ((const txSlot *)promise)->value.reference;
	if (mxPromiseThens(instance)->value.reference->next != C_NULL) {
		txSlot *result = mxPromiseResult(instance);
		result->kind = ((const txSlot *)reason)->kind;
		result->value = ((const txSlot *)reason)->value;
		queue_jobs(the, instance, &mxOnRejectedPromiseFunction);
		mxPromiseStatus(instance)->value.integer = mxRejectedStatus;
		return;
	}
	fxPushPromiseFunctions(the, instance);
	txSlot *reject = the->stack;
	mxPushUndefined();
	mxPushSlot(reject);
	mxCall();
	mxPushSlot((const txSlot *)reason);
	mxRunCount(1);
	mxPop();
	mxPop();
	mxPop();
}
