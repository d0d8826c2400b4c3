// SPDX-License-Identifier: MIT
// The board's clock. Types and documentation are in time.d.ts; the functions are in time_xs.c.

export function startVirtualTime(seed) @ "xs_time_virtual";
export function stopVirtualTime() @ "xs_time_real";
export function isVirtualTime() @ "xs_time_is_virtual";
export function now() @ "xs_time_now";
