// SPDX-License-Identifier: MIT
// Bugs in C, on purpose: what the processor, the guards of a board and lwIP's assertions must catch.
#include "xsmc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"

// Addresses of the board qemu-riscv32.
#define FLASH 0x20000000u
#define BEHIND_RAM 0x80080000u
#define NOWHERE 0x18000000u

// What the compiler cannot see through, else it would see the bug.
static void (*volatile function)(void);
static uint32_t *volatile nothing = (uint32_t *)(uintptr_t)8;
static volatile uint32_t depth, endless = 1;

/** Calls itself until the stack is full; not as a tail. */
static uint32_t recurse(void) {
	volatile uint8_t local[256];
	local[depth % sizeof local] = (uint8_t)depth;
	depth++;
	return endless ? recurse() + local[0] : 0;
}

static void read_nothing(void) {
	depth = *nothing;
}

static void write_nothing(void) {
	*nothing = 1;
}

static void write_flash(void) {
	*(volatile uint32_t *)(uintptr_t)FLASH = 1;
}

static void write_behind_ram(void) {
	*(volatile uint32_t *)(uintptr_t)BEHIND_RAM = 1;
}

static void jump_nowhere(void) {
	function = (void (*)(void))(uintptr_t)NOWHERE;
	function();
}

static void jump_to_data(void) {
	function = (void (*)(void))(uintptr_t)&depth;
	function();
}

static void lose_stack(void) {
	__asm__ volatile("li sp, 8\n"
	                 "sw zero, 0(sp)" ::
	                     : "memory");
}

static void overflow_stack(void) {
	depth = recurse();
}

static void break_assertion(void) {
	struct pbuf *buffer = pbuf_alloc(PBUF_RAW, 8, PBUF_RAM);
	if (buffer) {
		pbuf_free(buffer);
		pbuf_free(buffer);
	}
}

/** Gives way to nobody, from when it says so. */
static void hang(void) {
	board_write("hanging\n", 8);
	while (endless)
		;
}

static const struct {
	const char *name;
	void (*run)(void);
} bugs[] = {
    {"read nothing", read_nothing},
    {"write nothing", write_nothing},
    {"write flash", write_flash},
    {"write behind RAM", write_behind_ram},
    {"jump nowhere", jump_nowhere},
    {"jump to data", jump_to_data},
    {"lose the stack", lose_stack},
    {"overflow the stack", overflow_stack},
    {"abort", abort},
    {"break an assertion", break_assertion},
    {"hang", hang},
};

/** crash(how) */
void xs_crashes_crash(xsMachine *the) {
	const char *how = xsmcToString(xsArg(0));
	for (size_t i = 0; i < sizeof bugs / sizeof *bugs; i++)
		if (!strcmp(bugs[i].name, how))
			bugs[i].run();
}

static struct pbuf *taken[PBUF_POOL_SIZE];
static xsIntegerValue taken_count;

/** takeBuffers() */
void xs_crashes_take_buffers(xsMachine *the) {
	while (taken_count < PBUF_POOL_SIZE && (taken[taken_count] = pbuf_alloc(PBUF_RAW, 1, PBUF_POOL)) != NULL)
		taken_count++;
	xsmcSetInteger(xsResult, taken_count);
}

/** giveBuffersBack() */
void xs_crashes_give_buffers_back(xsMachine *the) {
	(void)the;
	while (taken_count > 0)
		pbuf_free(taken[--taken_count]);
}
