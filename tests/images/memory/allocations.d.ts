// SPDX-License-Identifier: MIT
// Types of allocations.js: memory that ends in the middle of a call.

/**
 * Counts allocations from now on, and has the one with this number (from 1 on) fail.
 *
 * @param what "error": one in XS's heap, which is a RangeError for who has called recover() of "board"; "turn": the same, in a
 *   turn of the main loop that settles operations; "reset": one in XS's heap, which is the end of the application's machine, as
 *   it is for who has not called recover(), but that another one follows; "core": a malloc or calloc
 */
export function begin(what: "error" | "turn" | "reset" | "core", number: number): void;

/** Ends the counting. True if an allocation was there to fail. */
export function end(): boolean;

/** What setState() of this or an earlier machine of this process was given. */
export function state(): [scenario: number, number: number];

/** Keeps two numbers for the next machine. */
export function setState(scenario: number, number: number): void;

/** Prints a line "# site ADDRESS calls failures" for each place that has called malloc or calloc while "core" was counted. */
export function report(): void;
