// SPDX-License-Identifier: MIT
// Types of native.js; network.ts and wifi.ts are what applications use.

import type { Interface } from "network/interface";

/** The codes of this module's errors. */
export type Code = "ENETDOWN" | "ENOBUFS" | "ETIMEDOUT";

/** The interfaces as they are now. */
export function list(): Interface[];

/** The platform's number for an error. */
export function errno(code: Code): number;

/** So many random bytes, at most 64, from the chip's generator. */
export function random(size: number): ArrayBuffer;

/** Has the access point that is open take WPA2 alone. */
export function wpa2Only(): void;

/** The chip's hardware address, 6 bytes. */
export function mac(): ArrayBuffer;
