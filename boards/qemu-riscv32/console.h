// SPDX-License-Identifier: MIT
// The serial line: a 16550 UART. Bytes out are board_write (board.h). Bytes in are collected by its interrupt; until an
// application has opened the line they are looked at for Ctrl-C alone.
#ifndef CAMSOCK_CONSOLE_H
#define CAMSOCK_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings;

/* What is at the other end of the line, and whether a break shall have the line about the memory printed before the
 * end. */
void console_configure(const struct settings *given);

void console_start(void);

/* The UART's interrupt. */
void console_interrupt(void);

/* Waits until everything that was written has left the UART; not for ever, if somebody wants an end. */
void console_flush(void);

/* True if whoever has opened the line has something to do: bytes to take, or room for what it could not write. */
bool console_ready(void);

/* Takes the line for an application: every byte comes through from now, Ctrl-C too, but Ctrl-T (console.c). False if it
 * is for output alone. */
bool board_serial_open(void);

/* Takes up to `size` bytes that have come; gives how many. With size 0: the caller has no room now. */
size_t board_serial_read(void *data, size_t size);

/* Sends as many bytes as the line takes now; gives how many. */
size_t board_serial_write(const void *data, size_t size);

/* The terminal's width, 0 if it is not known, and whether it wants colours, as whoever has started the board says. */
unsigned board_serial_columns(void);
bool board_serial_colours(void);

#endif
