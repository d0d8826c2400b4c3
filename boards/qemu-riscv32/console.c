// SPDX-License-Identifier: MIT
// The serial line. Read console.h first.
//
// What comes is looked at by the interrupt, so that it gets through while JavaScript runs or a native function waits. A
// break (the line held low; QEMU's chardev-send-break) ends the application, a second one at once, should a native
// function not give way. So does Ctrl-C of a terminal until an application opens the line: then it gets every byte.
// Only Ctrl-T, as in BSD's terminals, always asks for the line about the memory. While there is no room, the UART is
// left full, and the sender waits.
#include "console.h"

#include "board.h"
#include "hardware.h"
#include "settings.h"

// Registers of the 16550, and their bits.
#define DATA (UART_BASE + 0)
#define INTERRUPT_ENABLE (UART_BASE + 1)
#define FIFO_CONTROL (UART_BASE + 2)
#define LINE_STATUS (UART_BASE + 5)
#define RECEIVED 0x01 // interrupt, and status
#define ROOM 0x02     // interrupt
#define BREAK 0x10
#define SENDABLE 0x20
#define ALL_SENT 0x40
#define FIFO_ON 0x07 // and emptied
#define FIFO_SIZE 16

#define CTRL_C 0x03
#define CTRL_T 0x14

// Status of an application that did not give way, as a shell has it for SIGINT.
#define FORCED 130
// Milliseconds that a line gets that takes nothing, once somebody wants an end, or if it may be that nobody reads.
#define PATIENCE 500

// A power of two. More than a person pastes at a time.
#define RING_SIZE 1024

static struct {
	uint8_t data[RING_SIZE];
	volatile uint16_t head, tail; // count on; written by the interrupt, and by the reader
	volatile bool interrupted;
	bool open;
	bool full;    // the reader has no room
	bool unsent;  // not all that was to be written could be
	bool stalled; // nobody has read for a while: output is lost
	bool report_at_end;
	uint8_t kind; // LINE_*
	uint16_t columns;
} line;

/* Which interrupts are wanted. */
static void enable(void) {
	bool room = (uint16_t)(line.head - line.tail) < RING_SIZE;
	REGISTER8(INTERRUPT_ENABLE) = (uint8_t)((room ? RECEIVED : 0) | (line.unsent ? ROOM : 0));
}

void console_configure(const struct settings *given) {
	line.report_at_end = given->report != 0;
	line.kind = (uint8_t)given->line;
	line.columns = (uint16_t)given->columns;
}

void console_start(void) {
	console_interrupt(); // what has come already: switching the FIFO on empties it
	REGISTER8(FIFO_CONTROL) = FIFO_ON;
	enable();
}

/* Somebody wants the application to end. */
static void interrupt(void) {
	if (line.interrupted)
		end(FORCED);
	line.interrupted = true;
	if (line.report_at_end)
		board_request_report();
	board_interrupt();
}

/* The line's status. Reading it forgets a break: so whoever reads it has to see to that. */
static uint8_t read_status(void) {
	uint8_t status = REGISTER8(LINE_STATUS);
	if (status & BREAK)
		interrupt();
	return status;
}

void console_interrupt(void) {
	for (;;) {
		uint8_t status = read_status();
		if (!(status & RECEIVED))
			break;
		if ((uint16_t)(line.head - line.tail) == RING_SIZE)
			break;                      // until somebody reads
		uint8_t byte = REGISTER8(DATA); // of a break it is 0
		if (status & BREAK)
			continue;
		if (byte == CTRL_C && !line.open && !(line.kind & LINE_ELSEWHERE)) {
			interrupt();
		} else if (byte == CTRL_T) {
			board_request_report();
		} else {
			line.data[line.head % RING_SIZE] = byte;
			line.head++;
			board_wake();
		}
	}
	// An interrupt for room has done its work when it has ended the sleep: console_ready() tells.
	bool wanted = line.unsent;
	line.unsent = false;
	enable();
	line.unsent = wanted;
}

bool console_ready(void) {
	if (!line.open)
		return false;
	return (line.tail != line.head && !line.full) || (line.unsent && read_status() & SENDABLE);
}

bool board_serial_open(void) {
	if (line.kind & LINE_OUTPUT)
		return false;
	line.open = true;
	line.full = line.unsent = false;
	return true;
}

size_t board_serial_read(void *data, size_t size) {
	uint8_t *to = data;
	size_t count = 0;
	line.full = size == 0;
	while (count < size && line.tail != line.head) {
		to[count++] = line.data[line.tail % RING_SIZE];
		line.tail++;
	}
	if (count)
		enable();
	return count;
}

size_t board_serial_write(const void *data, size_t size) {
	const uint8_t *from = data;
	size_t count = 0;
	while (count < size && read_status() & SENDABLE)
		for (unsigned room = FIFO_SIZE; room && count < size; room--)
			REGISTER8(DATA) = from[count++]; // it is empty
	line.unsent = count < size;
	enable();
	return count;
}

unsigned board_serial_columns(void) {
	return line.columns;
}

bool board_serial_colours(void) {
	return line.kind & LINE_COLOURS;
}

/* Waits for a bit of the status. False if the line takes nothing and somebody wants an end, or it may be that nobody
 * reads; then it is not waited for again until it takes something. */
static bool wait_for(uint8_t bit) {
	for (uint32_t start = 0; !(read_status() & bit);) {
		if (line.stalled)
			return false;
		if (!line.interrupted && !(line.kind & LINE_ELSEWHERE))
			continue;
		const uint32_t now = board_real_milliseconds();
		if (!start)
			start = now | 1; // which may be a millisecond from now
		if ((int32_t)(now - start) > PATIENCE) {
			line.stalled = line.kind & LINE_ELSEWHERE;
			return false;
		}
	}
	line.stalled = false;
	return true;
}

void console_flush(void) {
	wait_for(ALL_SENT);
}

void board_write(const void *data, size_t size) {
	for (const uint8_t *byte = data; size && wait_for(SENDABLE); byte++, size--)
		REGISTER8(DATA) = *byte;
}

/* There is one line. */
void board_write_error(const void *data, size_t size) {
	board_write(data, size);
}
