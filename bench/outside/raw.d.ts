// SPDX-License-Identifier: MIT
// Types of raw.js.

/** Echoes what clients send to this port, all of them at a time, from now on. @throws Error if lwIP refuses */
export function listen(port: number): void;
