// SPDX-License-Identifier: MIT
// Native functions with bugs on purpose, each of a kind that is easily made and seldom seen.
// tests/host/sanitize.test.ts asserts that the build with sanitizers reports them; without one they go by unnoticed,
// which is what makes them bad.
#include <stdlib.h>

#include "xsmc.h"
#include "mc.xs.h"

/* The memory of an ArrayBuffer. */
static volatile uint8_t *data(xsMachine *the, xsSlot *buffer) {
	void *address;
	xsUnsignedValue size;
	xsmcGetBufferWritable(*buffer, &address, &size);
	return address;
}

/* Something that allocates; the collector may move every buffer and string. */
static void allocate(xsMachine *the) {
	xsmcSetNewObject(xsVar(0));
}

/* clean(buffer): no bug. The pointer is taken again after what allocates. */
void xs_planted_clean(xsMachine *the) {
	xsmcVars(1);
	int sum = data(the, &xsArg(0))[0];
	allocate(the);
	sum += data(the, &xsArg(0))[1];
	xsmcSetInteger(xsResult, sum);
}

/* buffer(buffer): keeps a pointer into a buffer over an allocation. */
void xs_planted_buffer(xsMachine *the) {
	xsmcVars(1);
	volatile uint8_t *stale = data(the, &xsArg(0));
	allocate(the);
	xsmcSetInteger(xsResult, stale[0]);
}

/* string(text): keeps a pointer into a string over an allocation. */
void xs_planted_string(xsMachine *the) {
	xsmcVars(1);
	volatile char *stale = xsmcToString(xsArg(0));
	allocate(the);
	xsmcSetInteger(xsResult, stale[0]);
}

/* past(buffer): reads the byte after the end of a buffer. */
void xs_planted_past(xsMachine *the) {
	void *address;
	xsUnsignedValue size;
	xsmcGetBufferReadable(xsArg(0), &address, &size);
	xsmcSetInteger(xsResult, ((volatile uint8_t *)address)[size]);
}

/* overflow(number): adds to a number without a look at its size. */
void xs_planted_overflow(xsMachine *the) {
	volatile int number = xsmcToInteger(xsArg(0));
	xsmcSetInteger(xsResult, number + 1);
}

/* leak(): forgets memory. */
void xs_planted_leak(xsMachine *the) {
	(void)the;
	volatile char *lost = malloc(100);
	if (lost)
		lost[0] = 1;
	lost = NULL;
}
