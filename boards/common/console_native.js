// SPDX-License-Identifier: MIT
// Bytes to the console: the function is in board_xs.c, console.ts uses it.

export function write(text, error) @ "xs_console_write";
