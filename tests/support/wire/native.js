// SPDX-License-Identifier: MIT
// The wire of wire.c for device tests. Typed and documented in native.d.ts.

function add() @ "xs_wire_add";
function remove() @ "xs_wire_remove";
function send(frame) @ "xs_wire_send";
function take() @ "xs_wire_take";
function lost() @ "xs_wire_lost";
function pass(milliseconds) @ "xs_wire_pass";

export { add, lost, pass, remove, send, take };
