// SPDX-License-Identifier: MIT
// Bugs in C, on purpose. Types and documentation are in crashes.d.ts, the functions in crashes_xs.c.

export function crash(how) @ "xs_crashes_crash";
export function takeBuffers() @ "xs_crashes_take_buffers";
export function giveBuffersBack() @ "xs_crashes_give_buffers_back";
