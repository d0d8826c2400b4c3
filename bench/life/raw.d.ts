// SPDX-License-Identifier: MIT
// Types of raw.js.

/** Opens so many connections and makes so many round trips of 16 bytes, on each in turn. @throws Error if it fails */
export function rotate(connections: number, rounds: number): void;

/** Connects and closes so many times, with a round trip of 16 bytes between if `echo`. @throws Error if it fails */
export function connect(rounds: number, echo: boolean): void;

/** Gives the board's interface this address. */
export function address(text: string): void;

/** How often this was called since the board's start, soft resets or not. */
export function turn(): number;

/** Bytes that C's library has given out. */
export function allocated(): number;
