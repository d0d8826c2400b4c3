// SPDX-License-Identifier: MIT
// Types of line.js: the board's serial line. docs/console.md tells how it behaves and what a board provides.

/**
 * Takes the serial line. From now Ctrl-C on it interrupts (see `recover` of "board").
 *
 * @param handler called from the main loop when bytes have come, which `read` or `frame` gives; with true if Ctrl-C has
 * come that interrupted nothing
 * @returns false if the board has no line, or its stdin is no terminal
 */
export function open(handler: (interrupt: boolean) => void): boolean;

/** Has the handler called again, if there are bytes that it has left. */
export function again(): void;

/** Takes up to 256 bytes that have come, up to the first Ctrl-A; undefined if there are none. */
export function read(): ArrayBuffer | undefined;

/**
 * Sends text, line feeds as CR LF, and waits while the line has no room.
 *
 * @returns false if Ctrl-C ended it, which it does only if `interruptible`
 */
export function write(text: string, interruptible?: boolean): boolean;

/** The width of the terminal, 0 if the board cannot know it. */
export function columns(): number;

/** Whether the terminal wants colours. */
export function colours(): boolean;

/** Milliseconds since some moment before the start; wraps at 2^32. */
export function milliseconds(): number;

/** Waits, with the network running but no JavaScript, until bytes have come or the time is up; false if Ctrl-C came. */
export function wait(milliseconds: number): boolean;

/**
 * Takes what comes next in raw mode: `[type, number, payload]`, a control character outside of frames, -1 for a frame
 * that came damaged, undefined if there is nothing more.
 */
export function frame(): [type: number, number: number, payload: ArrayBuffer] | number | undefined;

/**
 * Sends one frame of raw mode, with as much of the text as fits from byte `offset` on, and waits while the line has no
 * room.
 *
 * @returns the offset of what is left, -1 if nothing is
 */
export function send(type: number, number: number, text: string, offset: number): number;
