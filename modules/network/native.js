// SPDX-License-Identifier: MIT
// The binding of modules/network: network_xs.c. Types and documentation are in native.d.ts.

export function start(changed) @ "xs_network_start";
export function stop() @ "xs_network_stop";
export function list() @ "xs_network_list";
export function errno(code) @ "xs_network_errno";
