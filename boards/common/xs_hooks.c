// SPDX-License-Identifier: MIT
// The functions that XS calls: memory, names, promise jobs, fatal ends. Read machine.c first.
//
// The application's machine lives in one piece of memory of fixed size: `creation.static` bytes, in which a slot counts
// as 16 bytes, its size on the 32-bit boards, whatever it is here. Chunks grow from the bottom, slots and the stack
// from the top, as in the Moddable SDK's port, so that an application which fits here fits there. (Chunks count as they
// are: on a 64-bit machine an array's items take twice the room.)
#include "machine.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

// Bytes that a slot takes on the boards.
#define SLOT_SIZE 16

#if mxStress
extern int gxStress; // xsMemory.c
#endif

struct heap application_heap;

/* Takes the memory for `creation.static`, or leaves the heap unlimited if that is 0. False if there is not so much. */
bool heap_initialize(struct heap *heap, const struct image_creation *creation) {
	size_t size = (size_t)creation->static_size / SLOT_SIZE * sizeof(txSlot);
	if (!heap->base)
		heap->base = board_memory(size);
	if (!heap->base)
		return false;
#ifdef __SANITIZE_ADDRESS__
	// The free slots of the machine before are poisoned.
	ASAN_UNPOISON_MEMORY_REGION(heap->base, size);
#endif
	heap->limit = heap->base + size;
	heap->chunks = heap->base;
	heap->slots = heap->limit;
	heap->size = creation->static_size;
	heap->used = 0;
	return true;
}

/* To be called after making a machine, for XS forgets it then: from now garbage is collected at every allocation, if
 * the board says so and XS is built for it. */
void heap_collect_always(void) {
#if mxStress
	gxStress = board_collect_always;
#endif
}

/* XS: the machine is being made. Its context is the heap to use, or NULL. */
void fxCreateMachinePlatform(txMachine *the) {
	the->heap = the->context;
	the->promise_jobs = false;
}

/* XS: the machine is going. */
void fxDeleteMachinePlatform(txMachine *the) {
	(void)the;
}

/*
 * XS: more room for chunks; NULL if there is none. XS asks for what it needs and a block header, but when the new
 * memory follows the block that it has, the free bytes at that block's end serve as well and no header is needed: so
 * less is taken, and the address is chosen so that XS ends up with the right limit.
 */
void *fxAllocateChunks(txMachine *the, txSize size) {
	struct heap *heap = the->heap;
	if (!heap)
		return c_malloc((size_t)size);
	txBlock *block = the->firstBlock;
	txSize grow = size;
	if (block)
		grow -= (txSize)sizeof(txBlock) + (txSize)(block->limit - block->current);
	if (grow < 0)
		grow = 0;
	if ((uint32_t)grow > heap->size - heap->used)
		return NULL;
	heap->used += (uint32_t)grow;
	heap->chunks += grow;
	if (!block)
		return heap->chunks - grow;
	block->limit = (txByte *)heap->chunks - size;
	the->maximumChunksSize += grow - size; // XS will add size
	return block->limit;
}

/* XS: the memory of chunks goes with the machine's. */
void fxFreeChunks(txMachine *the, void *chunks) {
	if (!the->heap)
		c_free(chunks);
}

/* Gives back so much of the room that chunks have that `size` bytes are free, if there is as much behind the last
 * chunk.
 */
static bool take_from_chunks(txMachine *the, uint32_t size) {
	struct heap *heap = the->heap;
	txBlock *block = the->firstBlock;
	uint32_t missing = size - (heap->size - heap->used);
	missing = (missing + SLOT_SIZE - 1) / SLOT_SIZE * SLOT_SIZE;
	if (!block || (txByte *)heap->chunks != block->limit || missing > (size_t)(block->limit - block->current))
		return false;
	block->limit -= missing;
	the->maximumChunksSize -= (txSize)missing;
	heap->chunks -= missing;
	heap->used -= missing;
	return true;
}

/*
 * XS: more slots (the first that are asked for are the stack); NULL if there is no room.
 *
 * XS never gives room for chunks back. So that a large buffer, once, does not take the slots' room for good, they get
 * what chunks do not need now. What lies between the chunks that are needed is found by moving them together: what
 * calls XS for a slot must expect that, and does (it is what mxStress does each time).
 */
txSlot *fxAllocateSlots(txMachine *the, txSize count) {
	struct heap *heap = the->heap;
	if (!heap)
		return c_malloc((size_t)count * sizeof(txSlot));
	uint32_t size = (uint32_t)count * SLOT_SIZE;
	if (size > heap->size - heap->used && !take_from_chunks(the, size)) {
		if (!the->firstBlock)
			return NULL;
		fxCollect(the, XS_COMPACT_FLAG | XS_ORGANIC_FLAG);
		if (!take_from_chunks(the, size))
			return NULL;
	}
	heap->used += (uint32_t)count * SLOT_SIZE;
	heap->slots -= (size_t)count * sizeof(txSlot);
	return (txSlot *)(void *)heap->slots;
}

/* XS: as for chunks. */
void fxFreeSlots(txMachine *the, void *slots) {
	if (!the->heap)
		c_free(slots);
}

/* XS: the names of the language itself. They are constants, so only slots are needed. */
void fxBuildKeys(txMachine *the) {
	int i;
	for (i = 0; i < XS_SYMBOL_ID_COUNT; i++) {
		txID id = the->keyIndex;
		txSlot *description = fxNewSlot(the);
		description->kind = XS_STRING_X_KIND;
		description->value.string = (txString)gxIDStrings[i];
		the->keyArray[id] = description;
		the->keyIndex++;
	}
	for (; i < XS_ID_COUNT; i++)
		fxNewNameX(the, (txString)gxIDStrings[i]);
}

/* XS: there are promise jobs to run. */
void fxQueuePromiseJobs(txMachine *the) {
	the->promise_jobs = true;
}

/* XS: how far C's stack may grow. */
char *fxCStackLimit(void) {
	return board_stack_limit();
}

/*
 * XS cannot go on: says why and from where, and leaves JavaScript for good. (What XS passes here cannot be caught, on
 * the camera boards neither; there the board restarts.)
 */
void fxAbort(txMachine *the, int status) {
	board_xs_recover(the, status); // throws, if somebody wants that
	switch (status) {
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		if (the->heap) {
			report_line("out of memory: the heap of %u bytes is full (creation.static in manifest.json)",
			            (unsigned)the->heap->size);
			report_line(" of it chunks have %d bytes, slots %d, the stack %d",
			            (int)(the->heap->chunks - the->heap->base), (int)the->maximumHeapCount * SLOT_SIZE,
			            (int)(the->stackTop - the->stackBottom) * SLOT_SIZE);
		} else
			report_line("out of memory while loading the preloaded modules");
		report_frames(the);
		machine_stop(BOARD_OUT_OF_MEMORY);
		break;
	case XS_STACK_OVERFLOW_EXIT:
		report_line("stack overflow: the stack has room for %u slots (creation.stack in manifest.json)",
		            (unsigned)(the->stackTop - the->stackBottom));
		report_frames(the);
		machine_stop(BOARD_STACK_OVERFLOW);
		break;
	case XS_NO_MORE_KEYS_EXIT:
		report_line("out of names: %u are taken (creation.keys in manifest.json)", (unsigned)the->keyCount);
		report_frames(the);
		machine_stop(BOARD_OUT_OF_KEYS);
		break;
	case XS_TOO_MUCH_COMPUTATION_EXIT: // the metering callback wants an end: see machine.c
		break;
	case XS_UNHANDLED_REJECTION_EXIT:
		machine_uncaught(the, "uncaught (in promise)");
		return; // XS goes on with the next one
	case XS_UNHANDLED_EXCEPTION_EXIT:
		machine_uncaught(the, "uncaught");
		return;
	default:
		report_line("the JavaScript engine has given up (reason %d)", status);
		report_frames(the);
		machine_stop(BOARD_PANIC);
		break;
	}
	if (!the->firstJump)
		board_panic("the JavaScript engine failed outside of any call", __FILE__, __LINE__);
	fxExitToHost(the);
}
