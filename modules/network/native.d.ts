// SPDX-License-Identifier: MIT
// Types of native.js; network.ts is what applications use.

import type { Interface } from "network/interface";

/** The codes of this module's errors. */
export type Code = "ENETDOWN" | "ENOBUFS" | "ETIMEDOUT";

/**
 * Asks for an address by DHCP. `changed` is called from the main loop whenever the state of the interface changes.
 *
 * @returns what is wrong: `ENETDOWN` no interface, or no link; `ENOBUFS` no memory; undefined if all is well
 */
export function start(changed: () => void): Code | undefined;

/** `changed` is not called any more. An address, and DHCP's renewing of it, stay. */
export function stop(): void;

/** The interfaces as they are now. */
export function list(): Interface[];

/** The platform's number for an error. */
export function errno(code: Code): number;
