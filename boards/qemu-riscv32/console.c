// SPDX-License-Identifier: MIT
// The serial line. Read console.h first.
//
// What comes is looked at by the interrupt, so that it gets through while JavaScript runs or a native function waits:
// Ctrl-C and a break (the line held low; QEMU's chardev-send-break) end the application, a second one at once, should a
// native function not give way; Ctrl-T, as in BSD's terminals, asks for the line about the memory. Everything else is
// kept until somebody reads it. While there is no room, the UART is left full, and the sender waits.
#include "console.h"

#include "board.h"
#include "hardware.h"

// Registers of the 16550, and their bits.
#define DATA (UART_BASE + 0)
#define INTERRUPT_ENABLE (UART_BASE + 1)
#define FIFO_CONTROL (UART_BASE + 2)
#define LINE_STATUS (UART_BASE + 5)
#define RECEIVED 0x01
#define BREAK 0x10
#define SENDABLE 0x20
#define ALL_SENT 0x40
#define FIFO_ON 0x07 // and emptied

#define CTRL_C 0x03
#define CTRL_T 0x14

// Status of an application that did not give way, as a shell has it for SIGINT.
#define FORCED 130

// A power of two. More than a person pastes at a time.
#define RING_SIZE 1024

static struct {
	uint8_t data[RING_SIZE];
	volatile uint16_t head, tail; // count on; written by the interrupt, and by the reader
	bool interrupted;
} ring;

void console_start(void) {
	console_interrupt(); // what has come already: switching the FIFO on empties it
	REGISTER8(FIFO_CONTROL) = FIFO_ON;
	REGISTER8(INTERRUPT_ENABLE) = RECEIVED;
}

/* Somebody wants the application to end. */
static void interrupt(void) {
	if (ring.interrupted)
		end(FORCED);
	ring.interrupted = true;
	board_interrupt();
}

void console_interrupt(void) {
	for (;;) {
		uint8_t status = REGISTER8(LINE_STATUS);
		if (!(status & RECEIVED))
			return;
		if ((uint16_t)(ring.head - ring.tail) == RING_SIZE) {
			REGISTER8(INTERRUPT_ENABLE) = 0; // until console_read
			return;
		}
		uint8_t byte = REGISTER8(DATA);
		if (status & BREAK || byte == CTRL_C) {
			interrupt();
		} else if (byte == CTRL_T) {
			board_request_report();
		} else {
			ring.data[ring.head % RING_SIZE] = byte;
			ring.head++;
			board_wake();
		}
	}
}

size_t console_read(uint8_t *data, size_t size) {
	size_t count = 0;
	while (count < size && ring.tail != ring.head) {
		data[count++] = ring.data[ring.tail % RING_SIZE];
		ring.tail++;
	}
	if (count)
		REGISTER8(INTERRUPT_ENABLE) = RECEIVED;
	return count;
}

bool console_ready(void) {
	return ring.tail != ring.head;
}

void board_write(const void *data, size_t size) {
	for (const uint8_t *byte = data; size; byte++, size--) {
		while (!(REGISTER8(LINE_STATUS) & SENDABLE))
			;
		REGISTER8(DATA) = *byte;
	}
}

void console_flush(void) {
	while (!(REGISTER8(LINE_STATUS) & ALL_SENT))
		;
}

/* There is one line. */
void board_write_error(const void *data, size_t size) {
	board_write(data, size);
}
