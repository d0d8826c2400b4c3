// SPDX-License-Identifier: MIT
// Types of crashes.js.

/** Does what the name says; comes back only if there is no bug of that name. */
export function crash(how: string): void;

/** Takes all that is left of lwIP's pool of packet buffers. @returns how many there were */
export function takeBuffers(): number;

/** Gives them back. */
export function giveBuffersBack(): void;
