// SPDX-License-Identifier: MIT
// Types of raw.js.

/** So many round trips of a message of `size` bytes, both ends in C on lwIP's raw API. @throws Error if the echo is wrong */
export function echo(size: number, rounds: number): void;
