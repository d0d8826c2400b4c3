// SPDX-License-Identifier: MIT
// Text to the console: the function is in board_xs.c, ../common/console.ts uses it.

export function write(text) @ "xs_console_write";
