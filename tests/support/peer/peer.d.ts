// SPDX-License-Identifier: MIT
// Types of peer.js: the other end of a connection, which works while the program under test is blocked in a call, as
// another machine would. There is one peer; it serves, or makes, one connection at a time, on the board's loopback.

/** Sends back what comes, until the other end has finished; then closes. */
export type Echo = 0;
/** Keeps what comes, until the other end has finished; then closes. */
export type Sink = 1;
/** Sends its data and closes. */
export type Source = 2;

/** Listens at 127.0.0.1; gives the port, a free one. @throws Error no memory */
export function listen(kind: Echo | Sink | Source, data: ArrayBuffer): number;

/**
 * Connects to 127.0.0.1 as a client that sends its data, reads as many bytes and closes; `count` times, one after the other.
 *
 * @throws Error no memory
 */
export function connect(port: number, data: ArrayBuffer, count: number): void;

/** What came on all connections, up to 16 KB. */
export function received(): ArrayBuffer;

/** How many connections ended in order. */
export function ended(): number;

/** How many connections were refused or reset. */
export function failed(): number;

/** Ends all, and forgets what came. */
export function stop(): void;
