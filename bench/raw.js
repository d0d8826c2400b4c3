// SPDX-License-Identifier: MIT
// The echo in C. Typed and documented in raw.d.ts; the C is raw_echo.c.

function echo(size, rounds) @ "xs_bench_raw_echo";

export { echo };
