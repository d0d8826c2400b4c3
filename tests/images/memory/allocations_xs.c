// SPDX-License-Identifier: MIT
// Memory that ends in the middle of a call; read allocations.d.ts first. The linker sends the calls of XS's allocators, of
// malloc and calloc, and of sockets_operations_run here (tests/host/memory.test.ts says which).
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum what { NOTHING, ERROR, TURN, RESET, CORE };

static enum what what;
static unsigned counted, failing;
static bool failed;
/** A turn of the main loop that settles operations. */
static bool in_turn;
static txInteger kept[2];

/** Counts an allocation of this kind; true if it is the one to fail. */
static bool is_the_one(bool core) {
	if (what == NOTHING || (what == CORE) != core || (what == TURN && !in_turn) || ++counted != failing)
		return false;
	failed = true;
	return true;
}

/** Counts an allocation in XS's heap; does what XS does if it is the one to fail. */
static void count(txMachine *the) {
	if (the != machine || !is_the_one(false))
		return;
	if (what == RESET) {
		what = NOTHING;
		machine_reset(NULL);
		fxExitToHost(the);
	}
	fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
}

txSlot *__real_fxNewSlot(txMachine *the);
txSlot *__wrap_fxNewSlot(txMachine *the);
txSlot *__wrap_fxNewSlot(txMachine *the) {
	count(the);
	return __real_fxNewSlot(the);
}

void *__real_fxNewChunk(txMachine *the, txSize size);
void *__wrap_fxNewChunk(txMachine *the, txSize size);
void *__wrap_fxNewChunk(txMachine *the, txSize size) {
	count(the);
	return __real_fxNewChunk(the, size);
}

void *__real_fxNewGrowableChunk(txMachine *the, txSize size, txSize capacity);
void *__wrap_fxNewGrowableChunk(txMachine *the, txSize size, txSize capacity);
void *__wrap_fxNewGrowableChunk(txMachine *the, txSize size, txSize capacity) {
	count(the);
	return __real_fxNewGrowableChunk(the, size, capacity);
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size) {
	return is_the_one(true) ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t number, size_t size);
void *__wrap_calloc(size_t number, size_t size);
void *__wrap_calloc(size_t number, size_t size) {
	return is_the_one(true) ? NULL : __real_calloc(number, size);
}

void __real_sockets_operations_run(void *the);
void __wrap_sockets_operations_run(void *the);
void __wrap_sockets_operations_run(void *the) {
	in_turn = true;
	__real_sockets_operations_run(the);
	in_turn = false;
}

/* begin(what, number) */
void xs_allocations_begin(txMachine *the) {
	static const char *const names[] = {"", "error", "turn", "reset", "core"};
	const char *name = fxToString(the, mxArgv(0));
	unsigned chosen = CORE;
	while (chosen > NOTHING && strcmp(names[chosen], name) != 0)
		chosen -= 1;
	in_turn = false;
	failed = false;
	counted = 0;
	failing = (unsigned)fxToInteger(the, mxArgv(1));
	what = chosen;
}

/* end() */
void xs_allocations_end(txMachine *the) {
	what = NOTHING;
	mxResult->kind = XS_BOOLEAN_KIND;
	mxResult->value.boolean = failed;
	(void)the;
}

/* state() */
void xs_allocations_state(txMachine *the) {
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	for (size_t i = 0; i < 2; i++) {
		mxPushInteger(kept[i]);
		fxArrayCacheItem(the, the->stack + 1, the->stack);
		mxPop();
	}
	fxArrayCacheEnd(the, the->stack);
	mxPullSlot(mxResult);
}

/* setState(scenario, number) */
void xs_allocations_set_state(txMachine *the) {
	for (int i = 0; i < 2; i++)
		kept[i] = fxToInteger(the, mxArgv(i));
}
