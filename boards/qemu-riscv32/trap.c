// SPDX-License-Identifier: MIT
// Interrupts and exceptions.
//
// Only the UART interrupts a program that runs. The network's and the timer's interrupts end a sleep (wfi), which works
// with interrupts off: see board_network_step.
//
// An exception is the end: a reason, the registers, the JavaScript that ran, and status 70 (72 if the stack ran into
// its guard). One inside of that ends at once. What is not ours to touch is guarded by the processor (PMP), so that a
// wild pointer does not go unseen: the flash can be executed and read, RAM read and written, nothing is beyond its end.
#include "trap.h"

#include "board.h"
#include "console.h"
#include "hardware.h"
#include "machine.h"

// The PLIC, for machine mode of the one processor.
#define PLIC_PRIORITY(number) (PLIC_BASE + 4 * (number))
#define PLIC_ENABLE (PLIC_BASE + 0x2000)
#define PLIC_THRESHOLD (PLIC_BASE + 0x200000)
#define PLIC_CLAIM (PLIC_BASE + 0x200004)

// mcause of an interrupt has this bit.
#define IS_INTERRUPT 0x80000000u

// Bits of a PMP entry.
#define PMP_READ 0x01
#define PMP_WRITE 0x02
#define PMP_EXECUTE 0x04
#define PMP_RANGE 0x18  // a power of two, aligned to it
#define PMP_LOCKED 0x80 // counts in machine mode too

static const char *const register_names[31] = {
    "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5", "a6",
    "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};

// Registers of who was interrupted: x1 to x31. And a stack for the interrupts.
uint32_t trap_registers[31];
uint8_t trap_stack[768] __attribute__((aligned(16)));

void trap_entry(void);
void trap_interrupt(uint32_t cause);
_Noreturn void trap_exception(uint32_t cause);

/*
 * Every trap comes here, with interrupts off. mscratch holds the address of the registers' room, or 0 inside of a trap:
 * a trap then is a second one, and no stack can be trusted.
 */
__attribute__((naked, aligned(4))) void trap_entry(void) {
	__asm__ volatile("csrrw t6, mscratch, t6\n"
	                 "beqz t6, 2f\n"
	                 "sw ra, 0(t6)\n"
	                 "sw sp, 4(t6)\n"
	                 "sw gp, 8(t6)\n"
	                 "sw tp, 12(t6)\n"
	                 "sw t0, 16(t6)\n"
	                 "sw t1, 20(t6)\n"
	                 "sw t2, 24(t6)\n"
	                 "sw s0, 28(t6)\n"
	                 "sw s1, 32(t6)\n"
	                 "sw a0, 36(t6)\n"
	                 "sw a1, 40(t6)\n"
	                 "sw a2, 44(t6)\n"
	                 "sw a3, 48(t6)\n"
	                 "sw a4, 52(t6)\n"
	                 "sw a5, 56(t6)\n"
	                 "sw a6, 60(t6)\n"
	                 "sw a7, 64(t6)\n"
	                 "sw s2, 68(t6)\n"
	                 "sw s3, 72(t6)\n"
	                 "sw s4, 76(t6)\n"
	                 "sw s5, 80(t6)\n"
	                 "sw s6, 84(t6)\n"
	                 "sw s7, 88(t6)\n"
	                 "sw s8, 92(t6)\n"
	                 "sw s9, 96(t6)\n"
	                 "sw s10, 100(t6)\n"
	                 "sw s11, 104(t6)\n"
	                 "sw t3, 108(t6)\n"
	                 "sw t4, 112(t6)\n"
	                 "sw t5, 116(t6)\n"
	                 "csrrw t0, mscratch, zero\n" // t6 of who was interrupted
	                 "sw t0, 120(t6)\n"
	                 ".option push\n"
	                 ".option norelax\n"
	                 "la gp, __global_pointer$\n"
	                 ".option pop\n"
	                 "csrr a0, mcause\n"
	                 "bgez a0, 1f\n"
	                 "la sp, trap_stack + 768\n"
	                 "call trap_interrupt\n"
	                 "la t6, trap_registers\n"
	                 "csrw mscratch, t6\n"
	                 "lw ra, 0(t6)\n"
	                 "lw sp, 4(t6)\n"
	                 "lw gp, 8(t6)\n"
	                 "lw t0, 16(t6)\n"
	                 "lw t1, 20(t6)\n"
	                 "lw t2, 24(t6)\n"
	                 "lw a0, 36(t6)\n"
	                 "lw a1, 40(t6)\n"
	                 "lw a2, 44(t6)\n"
	                 "lw a3, 48(t6)\n"
	                 "lw a4, 52(t6)\n"
	                 "lw a5, 56(t6)\n"
	                 "lw a6, 60(t6)\n"
	                 "lw a7, 64(t6)\n"
	                 "lw t3, 108(t6)\n"
	                 "lw t4, 112(t6)\n"
	                 "lw t5, 116(t6)\n"
	                 "lw t6, 120(t6)\n"
	                 "mret\n"
	                 // An exception never goes back: what it reports with may have the whole stack.
	                 "1: la sp, memory_stack_end\n"
	                 "la tp, memory_tls\n"
	                 "call trap_exception\n"
	                 // A trap inside of a trap.
	                 "2: li t0, %0\n"
	                 "li t1, %1\n"
	                 "sw t1, 0(t0)\n"
	                 "3: j 3b\n" ::"i"(TEST_BASE),
	                 "i"(BOARD_PANIC << 16 | 0x3333));
}

void trap_serve(void) {
	for (uint32_t number; (number = REGISTER32(PLIC_CLAIM)) != 0; REGISTER32(PLIC_CLAIM) = number) {
		if (number == UART_INTERRUPT)
			console_interrupt();
		else // the network's: its rings tell what there is
			REGISTER32(VIRTIO_BASE + 0x64) = REGISTER32(VIRTIO_BASE + 0x60);
	}
}

void trap_interrupt(uint32_t cause) {
	(void)cause;
	trap_serve();
}

/* What an exception is called. */
static const char *reason(uint32_t cause) {
	switch (cause) {
	case 0:
		return "an instruction address that is odd";
	case 1:
		return "a jump to where no code is";
	case 2:
		return "an instruction that there is not";
	case 3:
		return "a breakpoint, or abort()";
	case 4:
	case 6:
		return "an address that is not aligned";
	case 5:
		return "a read from where nothing is";
	case 7:
		return "a write to where nothing may be written";
	default:
		return "an exception";
	}
}

_Noreturn void trap_exception(uint32_t cause) {
	uint32_t pc = CSR_READ(mepc), address = CSR_READ(mtval);
	bool overflow = address >= (uintptr_t)memory_guard && address < (uintptr_t)memory_stack;
	if (overflow)
		report_line("stack overflow: C's stack of %u bytes is full", (unsigned)(memory_stack_end - memory_stack));
	else
		report_line("the firmware has crashed: %s", reason(cause));
	report_line(" cause %u, address %08x, pc %08x", (unsigned)cause, (unsigned)address, (unsigned)pc);
	for (unsigned i = 0; i < 31; i += 4) {
		char line[80];
		int length = 0;
		for (unsigned j = i; j < i + 4 && j < 31; j++)
			length += snprintf(line + length, sizeof line - (size_t)length, " %3s %08x", register_names[j],
			                   (unsigned)trap_registers[j]);
		report_line("%s", line);
	}
	if (machine)
		report_frames(machine); // which may well trap again
	end(overflow ? BOARD_STACK_OVERFLOW : BOARD_PANIC);
}

/* The address field of a PMP entry for `size` bytes, a power of two that `start` is aligned to. */
static uint32_t range(const void *start, uint32_t size) {
	return ((uint32_t)(uintptr_t)start >> 2) | ((size >> 3) - 1);
}

/* Sets the guards up. */
static void guard(void) {
	// The lowest entry that matches counts.
	uint32_t flash = (uint32_t)(memory_flash_end - memory_flash_start);
	uint32_t ram = (uint32_t)(memory_ram_end - memory_ram_start);
	CSR_WRITE(pmpaddr0, range(memory_guard, (uint32_t)(memory_stack - memory_guard)));
	CSR_WRITE(pmpaddr1, range(memory_ram_start, ram));
	CSR_WRITE(pmpaddr2, range(memory_flash_start, flash));
	CSR_WRITE(pmpaddr3, range((void *)0x80000000u, 0x80000000u));
	CSR_WRITE(pmpcfg0, (PMP_LOCKED | PMP_RANGE) | (PMP_LOCKED | PMP_RANGE | PMP_READ | PMP_WRITE) << 8 |
	                       (uint32_t)(PMP_LOCKED | PMP_RANGE | PMP_READ | PMP_EXECUTE) << 16 |
	                       (uint32_t)(PMP_LOCKED | PMP_RANGE) << 24);
}

void trap_start(bool guarded) {
	CSR_WRITE(mtvec, (uintptr_t)trap_entry);
	CSR_WRITE(mscratch, (uintptr_t)trap_registers);
	if (guarded)
		guard();
	REGISTER32(PLIC_PRIORITY(UART_INTERRUPT)) = 1;
	REGISTER32(PLIC_PRIORITY(VIRTIO_INTERRUPT)) = 1;
	REGISTER32(PLIC_THRESHOLD) = 0;
	REGISTER32(PLIC_ENABLE) = 1u << UART_INTERRUPT | 1u << VIRTIO_INTERRUPT;
	CSR_SET(mie, MIE_EXTERNAL);
	CSR_SET(mstatus, MSTATUS_MIE);
}
