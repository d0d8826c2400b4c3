// SPDX-License-Identifier: MIT
// The binding of neighbour.c to JavaScript; read native.d.ts first.
#include <stddef.h>
#include <string.h>

#include "xsmc.h"

#include "neighbour.h"

/** start(part) */
void xs_neighbour_start(xsMachine *the) {
	if (!(strcmp(xsmcToString(xsArg(0)), "call") == 0 ? neighbour_call() : neighbour_echo())) {
		(void)neighbour_stop();
		xsUnknownError("no memory for the other machine");
	}
}

/** stop(): string or undefined */
void xs_neighbour_stop(xsMachine *the) {
	(void)the;
	const char *failure = neighbour_stop();
	if (failure != NULL)
		xsmcSetString(xsResult, (xsStringValue)failure);
}
