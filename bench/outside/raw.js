// SPDX-License-Identifier: MIT
// The echo server in C. Typed and documented in raw.d.ts; the C is raw_server.c.

export function listen(port) @ "xs_bench_outside_listen";
