// SPDX-License-Identifier: MIT
// QEMU's riscv32 `virt` machine, as far as the firmware uses it (QEMU, hw/riscv/virt.c), and the few instructions of
// the processor that C has no words for. link.ld has the memory.
#ifndef CAMSOCK_HARDWARE_H
#define CAMSOCK_HARDWARE_H

#include <stdint.h>

// Where the devices are.
#define TEST_BASE 0x00100000u     // sifive_test: ends QEMU
#define RTC_BASE 0x00101000u      // goldfish RTC: the time of day
#define CLINT_BASE 0x02000000u    // the timer
#define PLIC_BASE 0x0c000000u     // the interrupts of devices
#define UART_BASE 0x10000000u     // 16550
#define VIRTIO_BASE 0x10001000u   // the first of eight virtio-mmio slots
#define SETTINGS_BASE 0x80f00000u // no device: where QEMU's command line has put settings

// Numbers of their interrupts.
#define VIRTIO_INTERRUPT 1u
#define UART_INTERRUPT 10u

// Ticks of the timer in a millisecond.
#define TICKS 10000u

// Bits of mstatus and mie.
#define MSTATUS_MIE 0x8u
#define MIE_TIMER 0x80u
#define MIE_EXTERNAL 0x800u

#define REGISTER8(address) (*(volatile uint8_t *)(uintptr_t)(address))
#define REGISTER16(address) (*(volatile uint16_t *)(uintptr_t)(address))
#define REGISTER32(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define CSR_READ(name)                                                                                                 \
	({                                                                                                                 \
		uint32_t csr_value;                                                                                            \
		__asm__ volatile("csrr %0, " #name : "=r"(csr_value)::"memory");                                               \
		csr_value;                                                                                                     \
	})
#define CSR_WRITE(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"((uint32_t)(value)) : "memory")
#define CSR_SET(name, bits) __asm__ volatile("csrs " #name ", %0" ::"r"((uint32_t)(bits)) : "memory")
#define CSR_CLEAR(name, bits) __asm__ volatile("csrc " #name ", %0" ::"r"((uint32_t)(bits)) : "memory")

/* What was written before is seen by devices before what is written after. */
#define FENCE() __asm__ volatile("fence" ::: "memory")

// The memory, from link.ld.
extern uint8_t memory_flash_start[], memory_flash_end[], memory_ram_start[], memory_ram_end[];
extern uint8_t memory_guard[], memory_stack[], memory_stack_end[]; // the guard is below the stack
extern uint8_t memory_heap[], memory_heap_end[];                   // of the application's machine
extern uint8_t memory_malloc[], memory_malloc_end[];

// start.c: what of the stack was never used has this in each byte.
#define STACK_PAINT 0xa5

// clock.c
void clock_sleep(uint32_t milliseconds);
uint64_t clock_instructions(void);

// libc.c
void libc_memory(uint8_t *start, uint8_t *end);
uint8_t *libc_memory_used(void);

// main.c
_Noreturn void end(int status);

#endif
