// SPDX-License-Identifier: MIT
// What the stack holds, for tests and the REPL. Typed and documented in stats.d.ts; the C is sockets_stats_xs.c.

function stats() @ "xs_sockets_stats";
function settle(milliseconds) @ "xs_sockets_settle";

export { settle, stats };
export function list() @ "xs_sockets_list";
