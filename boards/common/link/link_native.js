// SPDX-License-Identifier: MIT
// What link.ts is made of; the functions are in link_xs.c.

export function up(seed) @ "xs_link_up";
export function down() @ "xs_link_down";
export function isUp() @ "xs_link_is_up";
export function isQuiet() @ "xs_link_is_quiet";
export function setFaults(direction, numbers) @ "xs_link_set_faults";
export function counts(direction) @ "xs_link_counts";
export function waiting() @ "xs_link_waiting";
export function setAddress(end, has) @ "xs_link_set_address";
export function digest() @ "xs_link_digest";
export function note(text) @ "xs_link_note";
export function trace(on) @ "xs_link_trace";
