// SPDX-License-Identifier: MIT
// The first instructions after reset: registers, RAM, then main(). Read link.ld first.
#include "hardware.h"

#include <string.h>

extern uint8_t memory_data[], memory_data_end[], memory_data_load[], memory_bss[], memory_bss_end[];

void start(void);
void start_c(void);
int main(void);

/* Where the processor starts: link.ld puts it first in flash. */
__attribute__((naked, section(".text.start"))) void start(void) {
	__asm__ volatile(".option push\n"
	                 ".option norelax\n"
	                 "la gp, __global_pointer$\n"
	                 ".option pop\n"
	                 "la sp, memory_stack_end\n"
	                 "la tp, memory_tls\n" // errno is a variable of the thread
	                 "j start_c\n");
}

/* Fills RAM and paints the stack, so that what of it was used can be told. */
void start_c(void) {
	memcpy(memory_data, memory_data_load, (size_t)(memory_data_end - memory_data));
	memset(memory_bss, 0, (size_t)(memory_bss_end - memory_bss));
	uint8_t here;
	memset(memory_stack, STACK_PAINT, (size_t)(&here - memory_stack) - 256);
	end(main());
}
