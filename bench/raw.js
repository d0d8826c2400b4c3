// SPDX-License-Identifier: MIT
// What is measured in C, and with C. Typed and documented in raw.d.ts; the C is raw_echo.c.

function echo(size, rounds, connections) @ "xs_bench_raw_echo";
function frames(size, rounds, connections) @ "xs_bench_raw_frames";
function allocated() @ "xs_bench_allocated";

export { allocated, echo, frames };
