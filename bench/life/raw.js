// SPDX-License-Identifier: MIT
// The same in C. Typed and documented in raw.d.ts; the C is raw_life.c.

export function rotate(connections, rounds) @ "xs_bench_life_rotate";
export function connect(rounds, echo) @ "xs_bench_life_connect";
export function address(text) @ "xs_bench_life_address";
export function turn() @ "xs_bench_life_turn";
export function allocated() @ "xs_bench_life_allocated";
