// SPDX-License-Identifier: MIT
// Types of link_native.js. Nothing here checks what it is given: link.ts does.

/** Directions and ends: 0 is "to far" and "near". */
type Which = 0 | 1;

export function up(seed: number): void;
export function down(): void;
export function isUp(): boolean;
export function isQuiet(): boolean;
/**
 * @param numbers ten words, native byte order: loss, duplicate, corrupt, reorder (of 2^32); delay, jitter, hold (milliseconds);
 * rate (bits a second); partition (0 or 1); 0
 */
export function setFaults(direction: Which, numbers: ArrayBuffer): void;
/** In the order of struct link_counts. */
export function counts(direction: Which): number[];
export function waiting(): number;
export function setAddress(end: Which, has: boolean): void;
/** 16 hexadecimal digits. */
export function digest(): string;
export function note(text: string): void;
export function trace(on: boolean): void;
