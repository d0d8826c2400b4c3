// SPDX-License-Identifier: MIT
// The native functions of the modules "board" (board.js) and "console" (console_native.js).
#include "machine.h"

#include "lwip/memp.h"
#include "lwip/stats.h"

// The handler of board.onuncaught(), or undefined.
static txSlot uncaught_handler;
static bool uncaught_remembered;

// What recover() was given: the prototype of what Ctrl-C throws, then an error for each of what is fatal elsewhere.
enum { INTERRUPT, MEMORY, STACK, NAMES, RECOVER_COUNT };
static txSlot recover_slots[RECOVER_COUNT];
static bool recovers;

// A word more for the application, and for the one after the next reset: of reset(). On C's heap.
static char *word, *next_word;

/* name: the board's name. */
void xs_board_name(txMachine *the) {
	fxStringX(the, mxResult, (txString)board_name);
}

/* arguments(): an array of the words for the application. */
void xs_board_arguments(txMachine *the) {
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	for (size_t i = 0; i < board_argument_count + (word != NULL); i++) {
		mxPushStringC((txString)(i < board_argument_count ? board_arguments[i] : word));
		fxArrayCacheItem(the, the->stack + 1, the->stack);
		mxPop();
	}
	fxArrayCacheEnd(the, the->stack);
	mxPullSlot(mxResult);
}

/* exit(status = 0): ends the application; does not return. */
void xs_board_exit(txMachine *the) {
	txInteger status = mxArgc > 0 && mxArgv(0)->kind != XS_UNDEFINED_KIND ? fxToInteger(the, mxArgv(0)) : 0;
	if (status < 0 || status > 255)
		mxRangeError("exit: status must be 0 to 255");
	machine_stop(status);
	fxExitToHost(the);
}

/* deadline(milliseconds or null): see board.d.ts. */
void xs_board_deadline(txMachine *the) {
	bool set = mxArgc > 0 && mxArgv(0)->kind != XS_UNDEFINED_KIND && mxArgv(0)->kind != XS_NULL_KIND;
	txNumber milliseconds = set ? fxToNumber(the, mxArgv(0)) : 0;
	if (set && !(milliseconds >= 0 && milliseconds <= 0x7fffffff))
		mxRangeError("deadline: milliseconds must be 0 to 2147483647");
	bool passed = machine_clear_deadline();
	if (set)
		machine_set_deadline((uint32_t)milliseconds);
	fxBoolean(the, mxResult, passed);
}

/* onuncaught(handler or null): see board.d.ts. */
void xs_board_onuncaught(txMachine *the) {
	bool set = mxArgc > 0 && mxArgv(0)->kind != XS_UNDEFINED_KIND && mxArgv(0)->kind != XS_NULL_KIND;
	if (set && (mxArgv(0)->kind != XS_REFERENCE_KIND || !mxIsCallable(mxArgv(0)->value.reference)))
		mxTypeError("onuncaught: handler is no function");
	if (!uncaught_remembered) {
		uncaught_handler.kind = XS_UNDEFINED_KIND;
		fxRemember(the, &uncaught_handler);
		uncaught_remembered = true;
	}
	mxResult->kind = uncaught_handler.kind == XS_UNDEFINED_KIND ? XS_NULL_KIND : uncaught_handler.kind;
	mxResult->value = uncaught_handler.value;
	uncaught_handler.kind = set ? mxArgv(0)->kind : XS_UNDEFINED_KIND;
	if (set)
		uncaught_handler.value = mxArgv(0)->value;
}

/* reset(main, word): a soft reset; does not return. See board.d.ts. */
void xs_board_reset(txMachine *the) {
	const char *main = NULL;
	if (mxArgc > 0 && mxArgv(0)->kind != XS_UNDEFINED_KIND) {
		// The image's own copy of the name outlives the machine.
		const char *name = fxToString(the, mxArgv(0));
		for (size_t i = 0; !main && modules_specifier(i); i++)
			if (!strcmp(modules_specifier(i), name))
				main = modules_specifier(i);
		if (!main)
			mxReferenceError("reset: there is no module \"%s\" in the image", name);
	}
	if (mxArgc > 1 && mxArgv(1)->kind != XS_UNDEFINED_KIND) {
		const char *text = fxToString(the, mxArgv(1));
		char *copy = c_malloc(strlen(text) + 1);
		if (!copy)
			mxRangeError("reset: there is no memory for the word");
		c_free(next_word);
		next_word = strcpy(copy, text);
	}
	machine_reset(main);
	fxExitToHost(the);
}

/* modules(): the specifiers of the image's modules. */
void xs_board_modules(txMachine *the) {
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	for (size_t i = 0; modules_specifier(i); i++) {
		mxPushStringX((txString)modules_specifier(i));
		fxArrayCacheItem(the, the->stack + 1, the->stack);
		mxPop();
	}
	fxArrayCacheEnd(the, the->stack);
	mxPullSlot(mxResult);
}

/* recover(interrupt, memory, stack, names): see board.js. */
void xs_board_recover(txMachine *the) {
	for (int i = 0; i < RECOVER_COUNT; i++) {
		if (mxArgc <= i || mxArgv(i)->kind != XS_REFERENCE_KIND)
			mxTypeError("recover: no object");
	}
	for (int i = 0; i < RECOVER_COUNT; i++) {
		recover_slots[i].kind = XS_REFERENCE_KIND;
		recover_slots[i].value = mxArgv(i)->value;
		if (!recovers)
			fxRemember(the, &recover_slots[i]);
	}
	recovers = true;
}

/* Whether recover() has been called: someone wants errors where the application would end. */
bool board_xs_recovers(void) {
	return recovers;
}

/* Throws what Ctrl-C throws. */
_Noreturn void board_xs_throw_interrupt(txMachine *the) {
	// As fxThrowMessage makes errors.
	txSlot *slot = fxNewSlot(the);
	slot->kind = XS_INSTANCE_KIND;
	slot->value.instance.garbage = NULL;
	slot->value.instance.prototype = recover_slots[INTERRUPT].value.reference;
	mxException.kind = XS_REFERENCE_KIND;
	mxException.value.reference = slot;
	slot = slot->next = fxNewSlot(the);
	slot->flag = XS_INTERNAL_FLAG;
	slot->kind = XS_ERROR_KIND;
	slot->value.error.info = NULL;
	slot->value.error.which = XS_UNKNOWN_ERROR;
	gxDefaults.captureErrorStack(the, slot, the->frame);
	fxNextStringXProperty(the, slot, (txString) "interrupted by Ctrl-C", mxID(_message), XS_DONT_ENUM_FLAG);
	fxJump(the);
	__builtin_unreachable();
}

/*
 * XS's list of promises that were rejected and that nobody handles has two slots for each: the promise, its reason.
 * When memory ends between the two, fxAddUnhandledRejection leaves the first alone, and whoever walks the list next
 * reads from NULL. Takes such a one out.
 */
static void repair_unhandled(txMachine *the) {
	if (mxUnhandledPromises.kind != XS_REFERENCE_KIND)
		return;
	txSlot **address = &mxUnhandledPromises.value.reference->next;
	while (*address && (*address)->next)
		address = &(*address)->next->next;
	*address = NULL;
}

/* XS cannot go on (see fxAbort): throws the error for it, if there is one. Allocates nothing. */
void board_xs_recover(txMachine *the, int status) {
	int which = status == XS_NOT_ENOUGH_MEMORY_EXIT ? MEMORY
	            : status == XS_STACK_OVERFLOW_EXIT  ? STACK
	            : status == XS_NO_MORE_KEYS_EXIT    ? NAMES
	                                                : -1;
	if (which < 0 || !recovers || machine_stopping() || !the->firstJump)
		return;
	repair_unhandled(the);
	board_error_for(NULL); // who said for which promise may not get to take it back, and free it
	mxException.kind = XS_REFERENCE_KIND;
	mxException.value = recover_slots[which].value;
	fxJump(the);
}

/* The application's machine goes, and with it all that it was asked to keep. */
void board_xs_terminate(void) {
	recovers = uncaught_remembered = false;
	c_free(word);
	word = next_word;
	next_word = NULL;
}

/*
 * Offers mxException to the application's handler. True if there is one and it took it; false if there is none or it
 * threw, in which case mxException is what it threw.
 */
bool board_xs_handle_uncaught(txMachine *the) {
	bool handled = false;
	if (!uncaught_remembered || uncaught_handler.kind == XS_UNDEFINED_KIND)
		return false;
	mxTry(the) {
		mxPushUndefined();
		mxPushSlot(&uncaught_handler);
		mxCall();
		mxPush(mxException);
		mxException = mxUndefined;
		mxRunCount(1);
		mxPop();
		handled = true;
	}
	mxCatch(the) {
	}
	return handled;
}

/* Adds the property `name` to the object whose last property is `slot`. */
static txSlot *add_number(txMachine *the, txSlot *slot, const char *name, uint32_t value) {
	return fxNextIntegerProperty(the, slot, (txInteger)value, fxNewNameX(the, (txString)name), XS_NO_FLAG);
}

// What board_xs_paint() leaves in the parts of the stack that were never used.
#define PAINT 0xa5

/* Marks the unused part of the stack, so that the most that was ever used can be told. */
void board_xs_paint(txMachine *the) {
	memset((void *)the->stackBottom, PAINT, (size_t)((uint8_t *)the->stack - (uint8_t *)the->stackBottom));
}

/* The most slots of the stack that have been in use. */
static uint32_t stack_peak(txMachine *the) {
	const uint8_t *p = (const uint8_t *)the->stackBottom;
	while (p < (const uint8_t *)the->stack && *p == PAINT)
		p++;
	return (uint32_t)(the->stackTop - the->stackBottom) -
	       (uint32_t)((size_t)(p - (const uint8_t *)the->stackBottom) / sizeof(txSlot));
}

/* memory(): see board.d.ts. */
void xs_board_memory(txMachine *the) {
	static const struct {
		const char *name;
		memp_t pool;
	} pools[] = {
#define LWIP_MEMPOOL(name, num, size, desc) {#name, MEMP_##name},
#include "lwip/priv/memp_std.h"
	};
	fxCollectGarbage(the);
	txSize chunks = the->currentChunksSize, slots = the->currentHeapCount;
	mxPush(mxObjectPrototype);
	txSlot *slot = fxLastProperty(the, fxNewObjectInstance(the));
	slot = add_number(the, slot, "chunks", (uint32_t)chunks);
	slot = add_number(the, slot, "slots", (uint32_t)slots);
	slot = add_number(the, slot, "size", the->heap ? the->heap->size : 0);
	slot = add_number(the, slot, "chunks_room", (uint32_t)the->maximumChunksSize);
	slot = add_number(the, slot, "slots_room", (uint32_t)the->maximumHeapCount);
	slot = add_number(the, slot, "taken", the->heap ? the->heap->used : 0);
	slot = add_number(the, slot, "stack", (uint32_t)(the->stackTop - the->stack));
	slot = add_number(the, slot, "stack_peak", stack_peak(the));
	slot = add_number(the, slot, "stack_room", (uint32_t)(the->stackTop - the->stackBottom));
	txSlot *object = slot;
	mxPush(mxObjectPrototype);
	slot = fxLastProperty(the, fxNewObjectInstance(the));
	for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
		slot = add_number(the, slot, pools[i].name, lwip_stats.memp[pools[i].pool]->used);
	add_number(the, slot, "MEM", (uint32_t)lwip_stats.mem.used);
	object = fxNextSlotProperty(the, object, the->stack, fxNewNameX(the, (txString) "pools"), XS_NO_FLAG);
	mxPop();
	mxPush(mxObjectPrototype);
	slot = fxLastProperty(the, fxNewObjectInstance(the));
	for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
		slot = add_number(the, slot, pools[i].name, lwip_stats.memp[pools[i].pool]->max);
	add_number(the, slot, "MEM", (uint32_t)lwip_stats.mem.max);
	fxNextSlotProperty(the, object, the->stack, fxNewNameX(the, (txString) "pools_peak"), XS_NO_FLAG);
	mxPop();
	mxPullSlot(mxResult);
}

/* write(text, error): text as it is to the console, or where errors go. XS keeps U+0000 as the two bytes C0 80. */
void xs_console_write(txMachine *the) {
	if (mxArgc < 1)
		return;
	const char *text = fxToString(the, mxArgv(0));
	bool error = mxArgc > 1 && fxToBoolean(the, mxArgv(1));
	void (*write)(const void *data, size_t size) = error ? board_write_error : board_write;
	for (const char *zero; (zero = strstr(text, "\xc0\x80")); text = zero + 2) {
		write(text, (size_t)(zero - text));
		write("", 1);
	}
	write(text, strlen(text));
}
