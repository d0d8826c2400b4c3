// SPDX-License-Identifier: MIT
// Timers. Types and documentation are in timers.d.ts, the functions in timers_xs.c; globals.ts makes them global.

export function setTimeout(callback, delay) @ "xs_timers_set_timeout";
export function setInterval(callback, delay) @ "xs_timers_set_interval";
export function setImmediate(callback) @ "xs_timers_set_immediate";
export function setRealTimeout(callback, delay) @ "xs_timers_set_real_timeout";
export function clear(id) @ "xs_timers_clear";
