// SPDX-License-Identifier: MIT
// qemu-riscv32: the firmware as an image for a bare machine. This file ties the board together; read hardware.h and
// link.ld, then boards/common/board.h.
#include "board.h"
#include "console.h"
#include "hardware.h"
#include "network.h"
#include "prepare.h"
#include "random.h"
#include "settings.h"
#include "trap.h"

#include "machine.h"

#include <malloc.h>

const char board_name[] = "qemu-riscv32";
bool board_collect_always;

// Left of C's stack when XS stops: for the functions that do not check, and those that report.
#define STACK_MARGIN 4096

static bool counting; // as the settings have it

/* The test device ends QEMU with a status. */
_Noreturn void end(int status) {
	if (counting) {
		uint64_t count = clock_instructions();
		report_line("instructions: %08x%08x", (unsigned)(count >> 32), (unsigned)count);
	}
	console_flush();
	REGISTER32(TEST_BASE) = status ? (uint32_t)status << 16 | 0x3333 : 0x5555;
	for (;;)
		__asm__ volatile("wfi");
}

_Noreturn void board_panic(const char *message, const char *file, int line) {
	report_line("%s: %s (%s:%d)", board_name, message, file, line);
	if (machine)
		report_frames(machine);
	end(BOARD_PANIC);
}

char *board_stack_limit(void) {
	return (char *)memory_stack + STACK_MARGIN;
}

/* malloc's memory, and the most that there was in use of what link.ld reserves. Stack: it was painted at the start. */
void board_report_memory(void) {
	report_line("malloc: used=%u", (unsigned)mallinfo().uordblks);
	const uint8_t *used = memory_stack;
	while (used < memory_stack_end && *used == STACK_PAINT)
		used++;
	report_line("most: stack=%u heap=%u malloc=%u", (unsigned)(memory_stack_end - used),
	            (unsigned)application_heap.used, (unsigned)(libc_memory_used() - memory_malloc));
}

/* The heap of the application's machine is where link.ld has made room for it. */
void *board_memory(size_t size) {
	return size <= (size_t)(memory_heap_end - memory_heap) ? memory_heap : NULL;
}

int main(void) {
	random_start(settings()->seed);
	counting = settings()->count != 0;
	console_configure(settings());
	uint32_t preparation = settings()->prepare;
	bool arguments = preparation || settings_arguments();
	trap_start(!preparation);
	console_start();
	if (!arguments) {
		report_line("out of memory: no room for the words of the command line");
		return BOARD_OUT_OF_MEMORY;
	}
	if (preparation)
		return prepare(preparation);
	if (!board_prepared())
		board_panic("the image has no root machine: it was not built to its end", __FILE__, __LINE__);
	network_start();
	return board_run();
}
