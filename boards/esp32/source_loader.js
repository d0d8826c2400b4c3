// SPDX-License-Identifier: MIT
// Modules from source text, in the SDK's table of modules: source_loader_xs.c. Types are in source_loader.d.ts.

export function enter(specifier) @ "xs_loader_enter";
export function leave(specifier) @ "xs_loader_leave";
