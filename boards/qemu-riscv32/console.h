// SPDX-License-Identifier: MIT
// The serial line: a 16550 UART. Bytes out are board_write (board.h); bytes in are collected by its interrupt.
#ifndef CAMSOCK_CONSOLE_H
#define CAMSOCK_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void console_start(void);

/* The UART's interrupt. */
void console_interrupt(void);

/* Waits until everything that was written has left the UART. */
void console_flush(void);

/* Takes up to `size` bytes that have come; gives how many. */
size_t console_read(uint8_t *data, size_t size);

/* True while there are bytes to take. */
bool console_ready(void);

#endif
