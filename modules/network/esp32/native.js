// SPDX-License-Identifier: MIT
// The native functions of modules/network on the camera boards. Types are in native.d.ts.

export function list() @ "xs_network_list";
export function errno(code) @ "xs_network_errno";
export function random(size) @ "xs_network_random";
export function wpa2Only() @ "xs_network_wpa2_only";
export function mac() @ "xs_network_mac";
