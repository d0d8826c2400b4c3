// SPDX-License-Identifier: MIT
/** Writes `text` as it is: to the console, or, if `error`, to where errors go (the same on a board with one line). */
export function write(text: string, error?: boolean): void;
