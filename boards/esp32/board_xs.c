// SPDX-License-Identifier: MIT
// The native functions of the module "board" on the camera boards (board_native.js), and a look at the serial line
// while JavaScript runs. That look is XS's metering, which the SDK does not build in by itself: manifest.json has
// -DmxMetering=1.
#include "xsAll.h"

#include <string.h>

#include "xsHost.h"

#include "board.h"
#include "esp_system.h"

/* Bytecodes between two looks at the line: a few milliseconds. */
#define STEP 10000

/* The application's machine; what boards/common has in source_xs.c asks for it. */
txMachine *machine;

static txSlot interrupt; // the prototype of what Ctrl-C throws, or undefined
static bool recovers;

#ifdef mxMetering
/* XS calls this at a backward branch when it is due. */
static txBoolean look(txMachine *the, txU8 index) {
	(void)index;
	const enum board_interruption what = board_look();
	if (what == BOARD_NOTHING || (what == BOARD_BREAK && !recovers))
		return 1;
	// XS has set the interval to 0 while it calls us; it must go on after the jump.
	fxBeginMetering(the, look, STEP);
	if (what == BOARD_DEADLINE)
		mxUnknownError("the deadline has passed");
	// As fxThrowMessage makes errors, with the prototype that recover() was given.
	txSlot *slot = fxNewSlot(the);
	slot->kind = XS_INSTANCE_KIND;
	slot->value.instance.garbage = C_NULL;
	slot->value.instance.prototype = interrupt.value.reference;
	mxException.kind = XS_REFERENCE_KIND;
	mxException.value.reference = slot;
	slot = slot->next = fxNewSlot(the);
	slot->flag = XS_INTERNAL_FLAG;
	slot->kind = XS_ERROR_KIND;
	slot->value.error.info = C_NULL;
	slot->value.error.which = XS_UNKNOWN_ERROR;
	fxCaptureErrorStack(the, slot, the->frame);
	fxNextStringXProperty(the, slot, (txString) "interrupted by Ctrl-C", mxID(_message), XS_DONT_ENUM_FLAG);
	fxJump(the);
	return 1;
}
#endif

/* What begin() leaves in the parts of the stack that were never used. */
#define PAINT 0xa5

/* Marks the unused part of the stack, so that the most that was ever used can be told. */
static void paint(txMachine *the) {
	memset((void *)the->stackBottom, PAINT, (size_t)((uint8_t *)the->stack - (uint8_t *)the->stackBottom));
}

/* The most slots of the stack that have been in use. */
static uint32_t stack_peak(txMachine *the) {
	const uint8_t *p = (const uint8_t *)the->stackBottom;
	while (p < (const uint8_t *)the->stack && *p == PAINT)
		p++;
	const size_t unused = (size_t)(p - (const uint8_t *)the->stackBottom) / sizeof(txSlot);
	return (uint32_t)(the->stackTop - the->stackBottom) - (uint32_t)unused;
}

/* begin(): the application's machine runs. */
void xs_board_begin(txMachine *the) {
	machine = the;
	board_begin(the);
	paint(the);
#ifdef mxMetering
	fxBeginMetering(the, look, STEP);
#endif
}

/* recover(prototype): Ctrl-C throws an error with this prototype. */
void xs_board_recover(txMachine *the) {
	if (mxArgc < 1 || mxArgv(0)->kind != XS_REFERENCE_KIND)
		mxTypeError("recover: no object");
	interrupt.kind = XS_REFERENCE_KIND;
	interrupt.value = mxArgv(0)->value;
	if (!recovers)
		fxRemember(the, &interrupt);
	recovers = true;
}

/* restart(): the whole chip, as after power on. */
void xs_board_restart(txMachine *the) {
	(void)the;
	esp_restart();
}

/* deadline(milliseconds or null): see ../common/board.d.ts. */
void xs_board_deadline(txMachine *the) {
	const bool set = mxArgc > 0 && mxArgv(0)->kind != XS_UNDEFINED_KIND && mxArgv(0)->kind != XS_NULL_KIND;
	const txNumber milliseconds = set ? fxToNumber(the, mxArgv(0)) : 0;
	if (set && !(milliseconds >= 0 && milliseconds <= 0x7fffffff))
		mxRangeError("deadline: milliseconds must be 0 to 2147483647");
	const bool passed = board_clear_deadline();
	if (set)
		board_set_deadline((uint32_t)milliseconds);
	mxResult->kind = XS_BOOLEAN_KIND;
	mxResult->value.boolean = passed;
}

/* Adds the property `name` to the object whose last property is `slot`. */
static txSlot *add_number(txMachine *the, txSlot *slot, const char *name, uint32_t value) {
	return fxNextIntegerProperty(the, slot, (txInteger)value, fxNewNameC(the, (txString)name), XS_NO_FLAG);
}

/* memory(): see ../common/board.d.ts. ESP-IDF's lwIP takes its memory from the system's heap, and counts nothing. */
void xs_board_memory(txMachine *the) {
	fxCollectGarbage(the);
	const txSize chunks = the->currentChunksSize, slots = the->currentHeapCount;
	mxPush(mxObjectPrototype);
	txSlot *slot = fxLastProperty(the, fxNewObjectInstance(the));
	slot = add_number(the, slot, "chunks", (uint32_t)chunks);
	slot = add_number(the, slot, "slots", (uint32_t)slots);
	slot = add_number(the, slot, "size", (uint32_t)(the->heap_pend - the->heap));
	slot = add_number(the, slot, "chunks_room", (uint32_t)the->maximumChunksSize);
	slot = add_number(the, slot, "slots_room", (uint32_t)the->maximumHeapCount);
	slot = add_number(the, slot, "taken", (uint32_t)(the->heap_ptr - the->heap));
	slot = add_number(the, slot, "stack", (uint32_t)(the->stackTop - the->stack));
	slot = add_number(the, slot, "stack_peak", stack_peak(the));
	slot = add_number(the, slot, "stack_room", (uint32_t)(the->stackTop - the->stackBottom));
	slot = add_number(the, slot, "system_free", esp_get_free_heap_size());
	add_number(the, slot, "system_least_free", esp_get_minimum_free_heap_size());
	mxPullSlot(mxResult);
}

/* modules(): the specifiers of the image's modules. */
void xs_board_modules(txMachine *the) {
	const txPreparation *preparation = the->preparation;
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	for (txInteger i = 0; i < preparation->scriptCount; i++) {
		mxPushStringX(preparation->scripts[i].path);
		fxArrayCacheItem(the, the->stack + 1, the->stack);
		mxPop();
	}
	fxArrayCacheEnd(the, the->stack);
	mxPullSlot(mxResult);
}

/* write(text): to the console; XS keeps U+0000 as the two bytes C0 80. */
void xs_console_write(txMachine *the) {
	if (mxArgc < 1)
		return;
	const char *text = fxToString(the, mxArgv(0));
#ifdef mxDebug
	fxReport(the, "%s", text); // the serial line is the debugger's
#else
	for (const char *zero; (zero = strstr(text, "\xc0\x80")) != NULL; text = zero + 2) {
		board_write(text, (size_t)(zero - text));
		board_write("", 1);
	}
	board_write(text, strlen(text));
#endif
}
