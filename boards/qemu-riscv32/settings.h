// SPDX-License-Identifier: MIT
// What whoever starts the board gives it: QEMU's loader device writes it to memory beyond the board's own
// (tools/qemu/machine.ts). To be read before trap_start(), which shuts that memory off.
#ifndef CAMSOCK_SETTINGS_H
#define CAMSOCK_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct settings {
	uint32_t magic;    // SETTINGS_MAGIC; anything else: nothing is given
	uint32_t prepare;  // not 0: prepare the root machine, with memory from this address on; see prepare.c
	uint32_t count;    // not 0: tell at the end how many instructions there were
	uint32_t report;   // not 0: when a break ends the application, tell how much memory there was in use
	uint32_t line;     // LINE_*: what is at the other end of the serial line
	uint32_t columns;  // the width of the terminal there, 0 if that is not known
	uint32_t seed[8];  // of board_real_random()
	const char text[]; // the words for the application, each with a '/' before it and encoded as in a URL
};

#define SETTINGS_MAGIC 0x434d5332 // "2SMC"

#define LINE_OUTPUT 1u // no more than output: applications get no line to read from
#define LINE_ELSEWHERE                                                                                                 \
	2u                  // a line that programs connect with, and leave: what is sent while nobody reads is lost, and
	                    // what comes, Ctrl-C too, waits until an application opens the line
#define LINE_COLOURS 4u // a terminal that wants colours

/* The settings, or empty ones. */
const struct settings *settings(void);

/* Makes board_arguments of the text. False if there is no memory. */
bool settings_arguments(void);

#endif
