// SPDX-License-Identifier: MIT
// Memory that ends in the middle of a call; read allocations.d.ts first. The linker sends the calls of XS's allocators,
// of malloc and calloc, and of sockets_operations_run here (tests/host/memory.test.ts says which).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

enum what { NOTHING, ERROR, TURN, RESET, CORE };

/** Where the program begins: addresses in its file count from there. */
extern const char __executable_start[];

static enum what what;
static unsigned counted, failing;
static bool failed;
/** A turn of the main loop that settles operations. */
static bool in_turn;
static txInteger kept[2];

#define LONGEST_TABLE 32

/** Where malloc and calloc were called from, by the address that the call returns to. */
static struct {
	const void *address;
	unsigned calls, failures;
} sites[LONGEST_TABLE];
static size_t site_count;
/** XS is allocating. */
static int in_xs;

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
	in_xs += 1;
	txSlot *slot = __real_fxNewSlot(the);
	in_xs -= 1;
	return slot;
}

void *__real_fxNewChunk(txMachine *the, txSize size);
void *__wrap_fxNewChunk(txMachine *the, txSize size);
void *__wrap_fxNewChunk(txMachine *the, txSize size) {
	count(the);
	in_xs += 1;
	void *chunk = __real_fxNewChunk(the, size);
	in_xs -= 1;
	return chunk;
}

void *__real_fxNewGrowableChunk(txMachine *the, txSize size, txSize capacity);
void *__wrap_fxNewGrowableChunk(txMachine *the, txSize size, txSize capacity);
void *__wrap_fxNewGrowableChunk(txMachine *the, txSize size, txSize capacity) {
	count(the);
	in_xs += 1;
	void *chunk = __real_fxNewGrowableChunk(the, size, capacity);
	in_xs -= 1;
	return chunk;
}

/** A malloc or calloc; true if it shall fail. Where each chunk is a block of malloc's, those are XS's. */
static bool fails(const void *site) {
	if (what != CORE || in_xs > 0)
		return false;
	size_t i = 0;
	while (i < site_count && sites[i].address != site)
		i += 1;
	if (i == site_count) {
		if (site_count == LONGEST_TABLE)
			abort();
		sites[site_count++].address = site;
	}
	const bool is_one = is_the_one(true);
	sites[i].calls += 1;
	sites[i].failures += is_one;
	return is_one;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size) {
	return fails(__builtin_return_address(0)) ? NULL : __real_malloc(size);
}

void *__real_calloc(size_t number, size_t size);
void *__wrap_calloc(size_t number, size_t size);
void *__wrap_calloc(size_t number, size_t size) {
	return fails(__builtin_return_address(0)) ? NULL : __real_calloc(number, size);
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

/* report() */
void xs_allocations_report(txMachine *the) {
	(void)the;
	for (size_t i = 0; i < site_count; i++) {
		char line[64];
		const int size = snprintf(line, sizeof line, "# site %lx %u %u\n",
		                          (unsigned long)((const char *)sites[i].address - __executable_start), sites[i].calls,
		                          sites[i].failures);
		board_write(line, (size_t)size);
	}
}
