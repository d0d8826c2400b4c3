// SPDX-License-Identifier: MIT
// Types of dns.js: a name server on the board's own loopback, so that no query of a test leaves the machine.

/**
 * Answers at 127.0.0.1:53, and makes that the board's name server: board.test is 127.0.0.1 and other.test is 10.1.2.3, names that
 * start with "silent" get no answer, all others do not exist.
 *
 * @throws Error if there was no memory for it
 */
export function start(): void;

/** Ends it, and gives the board the name servers back that it had. */
export function stop(): void;

/** How many queries came since the start. */
export function queries(): number;
