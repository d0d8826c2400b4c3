// SPDX-License-Identifier: MIT
// The native functions of the module "console/line" (line.js). console.h has the line itself.
#include <string.h>

#include "xsmc.h"
#include "mc.xs.h"

#include "board.h"
#include "console.h"
#include "console_frame.h"

static void run(void *machine, void *argument);

static struct {
	struct board_task task;
	struct board_end end;
	xsSlot handler; // called with whether Ctrl-C has come
	bool remembered;
	struct console_frame frame; // that is being received
} state = {.task = {.run = run}};

/* The main loop's part. */
static void run(void *machine, void *argument) {
	xsMachine *the = machine;
	(void)argument;
	if (!state.remembered)
		return;
	bool interrupt = board_take_break();
	if (!interrupt && !console_pending())
		return;
	xsmcVars(1);
	xsmcSetBoolean(xsVar(0), interrupt);
	xsCallFunction1(state.handler, xsUndefined, xsVar(0));
	// What a handler has left it wants to take later; it is told again when more comes, or by a read.
}

/* Something has come. */
static void changed(void) {
	board_post(&state.task);
}

/* The machine goes. */
static void end(void) {
	console_close();
	board_unpost(&state.task);
	state.remembered = false;
	memset(&state.frame, 0, sizeof state.frame);
}

/* open(handler): see line.d.ts. */
void xs_console_open(xsMachine *the) {
	if (!console_open(changed)) {
		xsmcSetFalse(xsResult);
		return;
	}
	state.handler = xsArg(0);
	if (!state.remembered)
		xsRemember(state.handler);
	state.remembered = true;
	state.end.run = end;
	board_at_end(&state.end);
	xsmcSetTrue(xsResult);
}

/* again(): the handler is called in the next turn if bytes are there. */
void xs_console_again(xsMachine *the) {
	(void)the;
	if (console_pending())
		board_post(&state.task);
}

/* read(): an ArrayBuffer, or undefined. Ctrl-A ends it: what follows may be for frame(). */
void xs_console_read(xsMachine *the) {
	uint8_t bytes[256];
	size_t size = 0;
	while (size < sizeof bytes && console_take(bytes + size, 1))
		if (bytes[size++] == 1)
			break;
	if (size)
		xsmcSetArrayBuffer(xsResult, bytes, (xsIntegerValue)size);
}

/* Sends text of XS's, where U+0000 is C0 80; line feeds as CR LF. False if interrupted. */
static bool write_text(const char *text, bool interruptible) {
	while (*text) {
		size_t plain = strcspn(text, "\n\xc0");
		if (plain && !console_write((const uint8_t *)text, plain, interruptible))
			return false;
		text += plain;
		if (*text == '\n') {
			if (!console_write((const uint8_t *)"\r\n", 2, interruptible))
				return false;
			text++;
		} else if (*text) {
			bool zero = (uint8_t)text[1] == 0x80;
			if (!console_write((const uint8_t *)(zero ? "" : text), 1, interruptible))
				return false;
			text += zero ? 2 : 1;
		}
	}
	return true;
}

/* write(text, interruptible): whether all was sent. */
void xs_line_write(xsMachine *the) {
	const bool interruptible = xsmcArgc > 1 && xsmcTest(xsArg(1));
	// Nothing allocates in the heap while the line is waited for.
	xsmcSetBoolean(xsResult, write_text(xsmcToString(xsArg(0)), interruptible));
}

/* columns() */
void xs_line_columns(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)board_serial_columns());
}

/* colours() */
void xs_line_colours(xsMachine *the) {
	xsmcSetBoolean(xsResult, board_serial_colours());
}

/* milliseconds() */
void xs_line_milliseconds(xsMachine *the) {
	xsmcSetNumber(xsResult, board_real_milliseconds());
}

/* wait(milliseconds): until something has come on the line; false if Ctrl-C came. */
void xs_line_wait(xsMachine *the) {
	const uint32_t limit = (uint32_t)xsmcToInteger(xsArg(0)), start = board_real_milliseconds();
	bool interrupted = board_interrupted();
	while (!interrupted && !console_pending()) {
		const uint32_t passed = board_real_milliseconds() - start;
		if (passed >= limit)
			break;
		board_network_step(limit - passed);
		interrupted = board_interrupted();
	}
	xsmcSetBoolean(xsResult, !interrupted);
}

/* frame(): what comes next in raw mode; see line.d.ts. */
void xs_line_frame(xsMachine *the) {
	uint8_t byte;
	xsmcVars(1);
	while (console_take(&byte, 1)) {
		switch (console_frame_take(&state.frame, byte)) {
		case CONSOLE_FRAME_NOTHING:
			break;
		case CONSOLE_FRAME_BAD:
			xsmcSetInteger(xsResult, -1);
			return;
		case CONSOLE_FRAME_CONTROL:
			xsmcSetInteger(xsResult, state.frame.control);
			return;
		case CONSOLE_FRAME_GOOD:
			xsmcSetNewArray(xsResult, 0);
			xsmcSetInteger(xsVar(0), state.frame.type);
			xsmcSetIndex(xsResult, 0, xsVar(0));
			xsmcSetInteger(xsVar(0), state.frame.number);
			xsmcSetIndex(xsResult, 1, xsVar(0));
			xsmcSetArrayBuffer(xsVar(0), (void *)state.frame.payload, state.frame.size);
			xsmcSetIndex(xsResult, 2, xsVar(0));
			return;
		}
	}
}

/* Copies text of XS's as standard UTF-8 from byte `*offset` on, as much as fits, whole characters only. */
static size_t copy_text(uint8_t *payload, const char *text, size_t *offset) {
	const uint8_t *from = (const uint8_t *)text + *offset;
	size_t size = 0;
	while (*from) {
		size_t length = *from < 0x80 ? 1 : *from < 0xe0 ? 2 : *from < 0xf0 ? 3 : 4;
		if (size + length > CONSOLE_FRAME_PAYLOAD)
			break;
		if (from[0] == 0xc0 && from[1] == 0x80)
			payload[size++] = 0;
		else
			for (size_t i = 0; i < length && from[i]; i++)
				payload[size++] = from[i];
		from += length;
	}
	*offset = (size_t)(from - (const uint8_t *)text);
	return size;
}

/* send(type, number, text, offset): sends a frame with text from byte `offset` on; the offset that the next one begins
 * at, -1 at the end of the text. */
void xs_line_send(xsMachine *the) {
	static uint8_t payload[CONSOLE_FRAME_PAYLOAD], line[CONSOLE_FRAME_LINE];
	size_t offset = (size_t)xsmcToInteger(xsArg(3));
	const uint8_t type = (uint8_t)xsmcToInteger(xsArg(0)), number = (uint8_t)xsmcToInteger(xsArg(1));
	const char *text = xsmcToString(xsArg(2));
	if (offset > strlen(text))
		xsRangeError("offset");
	const size_t size = copy_text(payload, text, &offset);
	const bool last = text[offset] == 0;
	console_write(line, console_frame_write(line, type, number, payload, size), false);
	xsmcSetInteger(xsResult, last ? -1 : (xsIntegerValue)offset);
}
