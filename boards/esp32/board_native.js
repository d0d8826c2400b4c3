// SPDX-License-Identifier: MIT
// The native functions of the module "board", in board_xs.c. Types are in board_native.d.ts.

export function begin() @ "xs_board_begin";
export function restart() @ "xs_board_restart";
export function recover(prototype) @ "xs_board_recover";
export function modules() @ "xs_board_modules";
export function memory() @ "xs_board_memory";
export function deadline(milliseconds) @ "xs_board_deadline";
