// SPDX-License-Identifier: MIT
// The native functions of the modules "board" (board.js) and "console" (console_native.js).
#include "machine.h"

#include "lwip/memp.h"
#include "lwip/stats.h"

// The handler of board.onuncaught(), or undefined.
static txSlot uncaught_handler;
static bool uncaught_remembered;

/* name: the board's name. */
void xs_board_name(txMachine *the) {
	fxStringX(the, mxResult, (txString)board_name);
}

/* arguments(): an array of the words for the application. */
void xs_board_arguments(txMachine *the) {
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	for (size_t i = 0; i < board_argument_count; i++) {
		mxPushStringC((txString)board_arguments[i]);
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
	txSlot *object = slot;
	mxPush(mxObjectPrototype);
	slot = fxLastProperty(the, fxNewObjectInstance(the));
	for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
		slot = add_number(the, slot, pools[i].name, lwip_stats.memp[pools[i].pool]->used);
	add_number(the, slot, "MEM", (uint32_t)lwip_stats.mem.used);
	fxNextSlotProperty(the, object, the->stack, fxNewNameX(the, (txString) "pools"), XS_NO_FLAG);
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
