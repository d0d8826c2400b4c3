// SPDX-License-Identifier: MIT
// Types of raw.js.

/**
 * So many round trips of a message of `size` bytes, both ends in C on lwIP's raw API, on one of so many connections after the other.
 * @throws Error if the echo is wrong
 */
export function echo(size: number, rounds: number, connections: number): void;

/** So many times `size` bytes from the server to each of so many clients at once. @throws Error if what comes is wrong */
export function frames(size: number, rounds: number, connections: number): void;

/** Bytes that C's malloc has given out. */
export function allocated(): number;
