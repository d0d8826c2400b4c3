// SPDX-License-Identifier: MIT
// The serial line, without XS: a buffer for what comes, Ctrl-C, output that waits for room. console_xs.c is the
// binding, board.h what the board provides.
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mc.defines.h"

// Bytes that wait for the program: what a person pastes, and a frame and a half of raw mode.
#ifndef MODDEF_CONSOLE_BUFFER
#define MODDEF_CONSOLE_BUFFER 4096
#endif

bool console_open(void (*changed)(void));
void console_close(void);
size_t console_take(uint8_t *data, size_t size);
bool console_pending(void);
bool console_write(const uint8_t *data, size_t size, bool interruptible);

#endif
