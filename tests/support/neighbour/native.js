// SPDX-License-Identifier: MIT
// The machine of tcp_neighbour.c for device tests. Typed and documented in native.d.ts.

function start(part) @ "xs_neighbour_start";
function stop() @ "xs_neighbour_stop";

export { start, stop };
