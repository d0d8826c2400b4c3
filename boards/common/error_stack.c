// SPDX-License-Identifier: MIT
// Error stacks with file and line, in an XS that is built for release.
//
// XS keeps the current line only when it is built with its debugger, which costs on every statement. But the bytecode
// that we compile keeps its FILE and LINE instructions, which a release XS skips; and each frame knows the address that
// it will go on from. So the line is found when an error is made, by reading the function from its start to that
// address.
//
// An error that ends what an async function awaits is made while nothing of that function is on the stack. Who makes it
// says for which promise (board_error_for), and the stack goes on with the functions that await it.
//
// The linker puts __wrap_fxCaptureErrorStack where XS (xsError.c) has its own, by --wrap=fxCaptureErrorStack.
#include "machine.h"

/* The length of the instruction at `p` without the body of a nested function. `body` is that body's length. */
static size_t instruction(const uint8_t *p, size_t *body) {
	int size = (int8_t)gxCodeSizes[*p];
	*body = 0;
	switch (*p) {
	case XS_CODE_CODE_1:
	case XS_CODE_CODE_ARCHIVE_1:
		*body = p[1];
		break;
	case XS_CODE_CODE_2:
	case XS_CODE_CODE_ARCHIVE_2:
		*body = p[1] | (size_t)p[2] << 8;
		break;
	case XS_CODE_CODE_4:
	case XS_CODE_CODE_ARCHIVE_4:
		*body = p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24;
		break;
	default:
		break;
	}
	switch (size) {
	case 0:
		return 1 + sizeof(txID);
	case -1:
		return 2 + (size_t)p[1];
	case -2:
		return 3 + (p[1] | (size_t)p[2] << 8);
	case -4:
		return 5 + (p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16 | (size_t)p[4] << 24);
	default:
		return (size_t)size;
	}
}

/*
 * The line that `function` is in when it will go on from `code`, and the id of its file; 0 and XS_NO_ID if that is not
 * known (a native function, code without debug instructions).
 */
uint32_t error_stack_line(txSlot *function, const txByte *code, txID *path) {
	txSlot *slot = mxFunctionInstanceCode(function);
	uint32_t line = 0;
	*path = XS_NO_ID;
	if (!code || (slot->kind != XS_CODE_KIND && slot->kind != XS_CODE_X_KIND))
		return 0;
	const uint8_t *p = (const uint8_t *)slot->value.code.address, *end = (const uint8_t *)code;
	while (p < end) {
		size_t body, size = instruction(p, &body);
		if (*p == XS_CODE_FILE)
			*path = (txID)(p[1] | p[2] << 8);
		else if (*p == XS_CODE_LINE)
			line = (uint32_t)(p[1] | p[2] << 8);
		p += size + body;
	}
	return line;
}

/* The function's name, or NULL. `constant` tells whether XS may move the string. Allocates nothing. */
txString error_stack_name(txMachine *the, txSlot *function, bool *constant) {
	txSlot *name = mxBehaviorGetProperty(the, function, mxID(_name), 0, XS_OWN);
	*constant = false;
	if (name && (name->kind == XS_STRING_KIND || name->kind == XS_STRING_X_KIND)) {
		*constant = name->kind == XS_STRING_X_KIND;
		return name->value.string;
	}
	txSlot *code = mxFunctionInstanceCode(function);
	txSlot *key = code->ID != XS_NO_ID ? fxGetKey(the, code->ID) : NULL;
	if (!key)
		return NULL;
	*constant = key->kind == XS_KEY_X_KIND;
	return key->value.key.string;
}

// Functions that await each other that are shown.
#define AWAITING_LIMIT 16

// The promise that errors are made for, or NULL.
static const txSlot *error_promise;

void board_error_for(const void *promise) {
	error_promise = promise;
}

/*
 * The async function, as XS keeps it between two steps, that awaits a promise; NULL if none does. A promise has
 * reactions; each has the two functions of the promise that `then` gave, none for `await`, and then the two handlers,
 * which for `await` have the async function as their home.
 */
static txSlot *awaiting_function(txSlot *promise) {
	txSlot *first = mxPromiseThens(promise)->value.reference->next;
	if (!first)
		return NULL;
	txSlot *handler = first->value.reference->next->next->next;
	if (handler->kind != XS_REFERENCE_KIND || !mxIsFunction(handler->value.reference))
		return NULL;
	txSlot *home = mxFunctionInstanceHome(handler->value.reference);
	if (!home || home->kind != XS_HOME_KIND || !home->value.home.object)
		return NULL;
	txSlot *kept = home->value.home.object->next;
	return kept && (kept->flag & XS_INTERNAL_FLAG) && kept->kind == XS_STACK_KIND ? kept : NULL;
}

/* Adds an entry to the list of slots that a stack is written from. */
static txSlot *add_entry(txMachine *the, txSlot *list, txSlot *function, const txByte *code) {
	txID path;
	uint32_t line = error_stack_line(function, code, &path);
	txSlot *entry = list->next = fxNewSlot(the);
	entry->flag = XS_GET_ONLY;
	bool constant;
	entry->value.key.string = error_stack_name(the, function, &constant);
	entry->value.key.sum = line;
	entry->kind = constant ? XS_KEY_X_KIND : XS_KEY_KIND;
	entry->ID = path;
	return entry;
}

/*
 * Adds who awaits the promise, and who awaits those. What XS keeps of an async function is its stack: the function, the
 * number of `try` blocks that it is in, four numbers for each of those, where its frame and its scope are, and where
 * its code goes on. Its promise is the second slot behind that.
 */
static void add_awaiting(txMachine *the, txSlot *list, txSlot *promise) {
	for (int i = 0; i < AWAITING_LIMIT && mxIsPromise(promise); i++) {
		txSlot *kept = awaiting_function(promise);
		if (!kept || kept->value.stack.length < 2)
			return;
		txSlot *saved = kept->value.stack.address, *function = saved->value.reference;
		txIndex at = 1 + (txIndex)saved[1].value.integer * 4 + 3;
		if (at >= kept->value.stack.length)
			return;
		txSlot *code = mxFunctionInstanceCode(function);
		if (code->kind != XS_CODE_KIND && code->kind != XS_CODE_X_KIND)
			return;
		list = add_entry(the, list, function, code->value.code.address + saved[at].value.integer);
		txSlot *next = kept->next ? kept->next->next : NULL;
		if (!next || next->kind != XS_REFERENCE_KIND)
			return;
		promise = next->value.reference;
	}
}

/*
 * XS calls this for a new error: `internal` is the error's own slot, `frame` the first frame to show. Makes the list of
 * slots that the `stack` property is written from: per frame a name, the id of a file and a line.
 */
void __wrap_fxCaptureErrorStack(txMachine *the, txSlot *internal, txSlot *frame);
void __wrap_fxCaptureErrorStack(txMachine *the, txSlot *internal, txSlot *frame) {
	txSlot *list = internal->value.reference = fxNewSlot(the);
	list->kind = XS_INSTANCE_KIND;
	list->value.instance.garbage = NULL;
	list->value.instance.prototype = NULL;

	// A frame holds where its caller goes on; the innermost one goes on from the->code.
	const txByte *code = the->code;
	for (txSlot *inner = the->frame; inner && inner != frame; inner = inner->next)
		code = inner->value.frame.code;
	for (; frame && frame->next; code = frame->value.frame.code, frame = frame->next) {
		txSlot *function = frame + 3;
		if (function->kind != XS_REFERENCE_KIND || !mxIsFunction(function->value.reference))
			continue;
		list = add_entry(the, list, function->value.reference, code);
	}
	if (error_promise)
		add_awaiting(the, list, error_promise->value.reference);
}
