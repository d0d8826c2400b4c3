// SPDX-License-Identifier: MIT
// The board: who it is, how it was started, how it ends. Types and documentation are in board.d.ts, the functions in
// board_xs.c.

function getName() @ "xs_board_name";
function getArguments() @ "xs_board_arguments";

export const name = getName();

// This module is preloaded, perhaps long before this start: machine.c calls begin() at each.
export let args;
export function begin() {
	args = Object.freeze(getArguments());
}

export function exit(status) @ "xs_board_exit";
export function memory() @ "xs_board_memory";
export function deadline(milliseconds) @ "xs_board_deadline";
export function onuncaught(handler) @ "xs_board_onuncaught";
