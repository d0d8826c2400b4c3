// SPDX-License-Identifier: MIT
// What the firmware says when something is wrong: one line that names it, then where. Nothing here allocates, except
// for reading an error's `stack` property, so that it works when memory is out.
#include "machine.h"

#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

// Frames shown of a stack that is too deep to show: the innermost and the outermost.
#define FIRST_FRAMES 12
#define LAST_FRAMES 4

/* Writes text as it is. */
void report_text(const char *text) {
	board_write_error(text, strlen(text));
}

/* Writes one line of at most 255 characters. */
void report_line(const char *format, ...) {
	char line[256];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(line, sizeof line - 1, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	if ((size_t)length > sizeof line - 2)
		length = sizeof line - 2;
	line[length] = '\n';
	board_write_error(line, (size_t)length + 1);
}

/* Writes one frame, as error stacks show them. */
static void report_frame(txMachine *the, txSlot *frame, const txByte *code) {
	txSlot *function = frame + 3;
	if (function->kind != XS_REFERENCE_KIND || !mxIsFunction(function->value.reference))
		return;
	function = function->value.reference;
	bool constant;
	txID path;
	uint32_t line = error_stack_line(function, code, &path);
	const char *name = error_stack_name(the, function, &constant);
	const char *file = path == XS_NO_ID ? NULL : fxGetKeyName(the, path);
	const char *space = name && *name ? " " : "";
	if (file)
		report_line(" at%s%s (%s:%u)", space, name ? name : "", file, (unsigned)line);
	else
		report_line(" at%s%s ()", space, name ? name : "");
}

/* Writes the stack of calls that the machine is in. */
void report_frames(txMachine *the) {
	unsigned depth = 0;
	for (txSlot *frame = the->frame; frame && frame->next; frame = frame->next)
		depth++;
	unsigned index = 0;
	const txByte *code = the->code;
	for (txSlot *frame = the->frame; frame && frame->next; frame = frame->next, index++) {
		if (depth <= FIRST_FRAMES + LAST_FRAMES || index < FIRST_FRAMES || index >= depth - LAST_FRAMES)
			report_frame(the, frame, code);
		else if (index == FIRST_FRAMES)
			report_line(" ... %u more", depth - FIRST_FRAMES - LAST_FRAMES);
		code = frame->value.frame.code;
	}
}

// Causes of causes that are shown.
#define CAUSE_LIMIT 4

/* Writes the value on top of the stack: an error's `stack` if it has one, else as text. */
static void report_value(txMachine *the) {
	bool shown = false;
	if (the->stack->kind == XS_REFERENCE_KIND) {
		mxDub();
		mxGetID(mxID(_stack));
		if (mxIsStringPrimitive(the->stack)) {
			report_text(the->stack->value.string);
			shown = true;
		}
		mxPop();
	}
	if (!shown) {
		mxDub();
		if (the->stack->kind == XS_SYMBOL_KIND)
			fxSymbolToString(the, the->stack);
		report_text(fxToString(the, the->stack));
		mxPop();
	}
	report_text("\n");
}

/* Replaces the error on top of the stack by its cause; false if it has none. */
static bool take_cause(txMachine *the) {
	if (the->stack->kind != XS_REFERENCE_KIND ||
	    !mxBehaviorHasProperty(the, the->stack->value.reference, mxID(_cause), 0))
		return false;
	mxGetID(mxID(_cause));
	return true;
}

/* Writes `what` and mxException, with its stack and causes if it is an error that has them. */
void report_exception(txMachine *the, const char *what) {
	report_text(what);
	report_text(": ");
	mxTry(the) {
		mxPush(mxException);
		report_value(the);
		for (int causes = 0; causes < CAUSE_LIMIT && take_cause(the); causes++) {
			report_text("caused by: ");
			report_value(the);
		}
		mxPop();
	}
	mxCatch(the) {
		report_text("an error that cannot be shown\n");
	}
}

/* Writes one line about lwIP's TCP pcbs: how many there are in each state, of the states that there are. */
static void report_pcbs(void) {
	unsigned counts[TIME_WAIT + 1] = {0};
	char line[160] = "";
	size_t length = 0;
	for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next)
		counts[LISTEN]++;
	struct tcp_pcb *const lists[] = {tcp_bound_pcbs, tcp_active_pcbs, tcp_tw_pcbs};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (const struct tcp_pcb *pcb = lists[i]; pcb; pcb = pcb->next)
			counts[pcb->state]++;
	for (unsigned state = CLOSED; state <= TIME_WAIT; state++) {
		if (counts[state] == 0)
			continue;
		int more = snprintf(line + length, sizeof line - length, " %s=%u", tcp_debug_state_str((enum tcp_state)state),
		                    counts[state]);
		if (more < 0 || (size_t)more >= sizeof line - length)
			break;
		length += (size_t)more;
	}
	report_line("pcbs:%s", line);
}

/* Writes a few lines about the memory in use, after a collection of garbage, and what the board has to say. */
void report_memory(txMachine *the) {
	fxCollectGarbage(the);
	report_line(
	    "memory: chunks=%d slots=%d TCP_PCB=%u TCP_PCB_LISTEN=%u TCP_SEG=%u UDP_PCB=%u PBUF=%u PBUF_POOL=%u MEM=%u",
	    (int)the->currentChunksSize, (int)the->currentHeapCount, (unsigned)lwip_stats.memp[MEMP_TCP_PCB]->used,
	    (unsigned)lwip_stats.memp[MEMP_TCP_PCB_LISTEN]->used, (unsigned)lwip_stats.memp[MEMP_TCP_SEG]->used,
	    (unsigned)lwip_stats.memp[MEMP_UDP_PCB]->used, (unsigned)lwip_stats.memp[MEMP_PBUF]->used,
	    (unsigned)lwip_stats.memp[MEMP_PBUF_POOL]->used, (unsigned)lwip_stats.mem.used);
	report_pcbs();
	board_report_memory();
}
