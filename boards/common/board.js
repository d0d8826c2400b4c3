// SPDX-License-Identifier: MIT
// The board: who it is, how it was started, how it ends. Types and documentation are in board.d.ts, the functions in
// board_xs.c.

function getName() @ "xs_board_name";
function getArguments() @ "xs_board_arguments";

function end(status) @ "xs_board_exit";

export const name = getName();

// This module is preloaded, perhaps long before this start: machine.c calls begin() at each.
export let args;
export function begin() {
	args = Object.freeze(getArguments());
}
export function setArguments(words) {
	args = Object.freeze([...words]);
}

let leave;
export function exit(status) {
	if (leave) leave(status === undefined ? 0 : status);
	end(status);
}
export function onexit(handler) {
	const before = leave ?? null;
	leave = handler ?? undefined;
	return before;
}

export function reset(main, word) @ "xs_board_reset";

function remember(interrupt, memory, stack, names) @ "xs_board_recover";
// They are made beforehand, so where they are thrown is not in their stacks.
function fatal(message) {
	return Object.defineProperty(new RangeError(message), "stack", { value: `RangeError: ${message}` });
}
export function recover({ prototype }) {
	remember(
		prototype,
		fatal("out of memory: the heap is full (creation.static in manifest.json)"),
		fatal("stack overflow (creation.stack in manifest.json)"),
		fatal("out of names (creation.keys in manifest.json)"),
	);
}

export function modules() @ "xs_board_modules";
export function memory() @ "xs_board_memory";
export function deadline(milliseconds) @ "xs_board_deadline";
export function onuncaught(handler) @ "xs_board_onuncaught";
