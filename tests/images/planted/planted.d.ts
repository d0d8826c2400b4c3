// SPDX-License-Identifier: MIT
// Natives with bugs on purpose; planted_xs.c says which.

export function clean(buffer: ArrayBuffer): number;
export function buffer(buffer: ArrayBuffer): number;
export function string(text: string): number;
export function past(buffer: ArrayBuffer): number;
export function overflow(number: number): number;
export function leak(): void;
