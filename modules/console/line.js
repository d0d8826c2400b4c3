// SPDX-License-Identifier: MIT
// The serial line, natively: types are in line.d.ts, the functions in console_xs.c.

export function open(handler) @ "xs_console_open";
export function again() @ "xs_console_again";
export function read() @ "xs_console_read";
export function write(text, interruptible) @ "xs_line_write";
export function columns() @ "xs_line_columns";
export function colours() @ "xs_line_colours";
export function milliseconds() @ "xs_line_milliseconds";
export function wait(milliseconds) @ "xs_line_wait";
export function frame() @ "xs_line_frame";
export function send(type, number, text, offset) @ "xs_line_send";
