// SPDX-License-Identifier: MIT
// Memory that ends in the middle of a call: typed and documented in allocations.d.ts, the C is allocations_xs.c.

function begin(what, number) @ "xs_allocations_begin";
function end() @ "xs_allocations_end";
function state() @ "xs_allocations_state";
function setState(scenario, number) @ "xs_allocations_set_state";
function report() @ "xs_allocations_report";

export { begin, end, report, setState, state };
