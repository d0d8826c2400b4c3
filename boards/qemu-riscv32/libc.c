// SPDX-License-Identifier: MIT
// What picolibc asks of the machine under it: memory for malloc, streams, and an end.
#include "board.h"
#include "hardware.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct { uint8_t *next, *end; } memory = {memory_malloc, memory_malloc_end};

/* Says where malloc's memory is, before it is first used. */
void libc_memory(uint8_t *start, uint8_t *end) {
	memory.next = start;
	memory.end = end;
}

/* How far malloc's memory has been taken. */
uint8_t *libc_memory_used(void) {
	return memory.next;
}

/* More memory for malloc. */
void *sbrk(ptrdiff_t size) {
	if (size > memory.end - memory.next) {
		errno = ENOMEM;
		return (void *)-1;
	}
	void *start = memory.next;
	memory.next += size;
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
