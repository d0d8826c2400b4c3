// SPDX-License-Identifier: MIT
// Types of native.js: a second machine beside the board, on a network that exists inside the board only.

/**
 * Switches the machine 192.168.1.20 on; the board is 192.168.1.10 for it.
 *
 * @param part "echo": a TCP server on port 9000 that sends back what comes. "call": a client that connects to port 9000 of the
 * board, once; it sends "hello\n" and its end of stream, reads to the end, and closes. Its call comes as soon as the board waits for
 * something, so the port must be open by then.
 * @throws Error if there was no memory for it
 */
export function start(part: "echo" | "call"): void;

/**
 * Switches it off, and forgets the connections in TIME_WAIT, so that the ports are free for the next one.
 *
 * @returns what went wrong with its part: a call that the board did not take
 */
export function stop(): string | undefined;
