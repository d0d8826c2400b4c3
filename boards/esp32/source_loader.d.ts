// SPDX-License-Identifier: MIT
// Types of source_loader.js; source.ts uses it.

/**
 * Has `import(specifier)` find the module that was defined.
 *
 * @throws RangeError no memory, or too many modules
 */
export function enter(specifier: string): void;

/** Frees the code of a module. Who has imported it still has it. */
export function leave(specifier: string): void;
