// SPDX-License-Identifier: MIT
// Types of board_native.js; board.ts is what programs use.

/** The application's machine runs: Ctrl-C is for it. */
export function begin(): void;
/** Starts the chip anew. */
export function restart(): never;
/** Ctrl-C throws an error with this prototype. */
export function recover(prototype: object): void;
/** The specifiers of the image's modules. */
export function modules(): string[];
/** Bytes and slots: ../common/board.d.ts says what each is. */
export interface Figures {
	chunks: number;
	slots: number;
	size: number;
	chunks_room: number;
	slots_room: number;
	taken: number;
	stack: number;
	stack_peak: number;
	stack_room: number;
	/** Bytes that the chip's heap has left, now and at least so far. */
	system_free: number;
	system_least_free: number;
}
export function memory(): Figures;
/** As in ../common/board.d.ts. */
export function deadline(milliseconds: number | null): boolean;
