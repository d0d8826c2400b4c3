// SPDX-License-Identifier: MIT
// Types of console_native.js.

/** Writes text as it is to the console. */
export function write(text: string): void;
