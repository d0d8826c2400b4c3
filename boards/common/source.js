// SPDX-License-Identifier: MIT
// Modules from source text: what the REPL and `npm run exec` run. Types are in source.d.ts, the functions in source_xs.c.

export function check(text) @ "xs_source_check";
export function define(specifier, text, path, interactive) @ "xs_source_define";
export function undefine(specifier) @ "xs_source_undefine";
export function tidy() @ "xs_source_tidy";
export function names() @ "xs_source_names";
export function lookup(name) @ "xs_source_lookup";
