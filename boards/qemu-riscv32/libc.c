// SPDX-License-Identifier: MIT
// What picolibc asks of the machine under it: memory for malloc, streams, and an end.
#include "board.h"
#include "hardware.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* More memory for malloc. */
void *sbrk(ptrdiff_t size) {
	static uint8_t *next = memory_malloc;
	if (size > memory_malloc_end - next) {
		errno = ENOMEM;
		return (void *)-1;
	}
	void *start = next;
	next += size;
	return start;
}

/* A character of a stream: XS prints nothing, but its sources name the streams. */
static int put(char c, FILE *stream) {
	(void)stream;
	board_write_error(&c, 1);
	return (unsigned char)c;
}

static FILE console = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdout = &console;
FILE *const stderr = &console;

_Noreturn void _exit(int status) {
	end(status);
}

/* The registers of who called it are shown: trap.c. */
_Noreturn void abort(void) {
	__asm__ volatile("ebreak");
	end(BOARD_PANIC);
}
