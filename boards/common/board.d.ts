// SPDX-License-Identifier: MIT
// The board that the application runs on. See board.js.

/** The board's name, as in boards/ (`"native-sim"`). */
export const name: string;

/** The words that whoever started the board has given to the application; on native-sim those after `--`. */
export const args: readonly string[];

/**
 * Ends the application: sockets are closed, and the process (or board) ends.
 *
 * @param status 0 to 255; what a shell sees. Default 0.
 * @throws RangeError for any other number
 */
export function exit(status?: number): never;

/** What {@link memory} tells. All figures are of this moment, and after a collection of garbage. */
export interface Memory {
	/** Bytes of chunks (strings, buffers, arrays) in the application's heap. */
	chunks: number;
	/** Slots (16 bytes each on a 32-bit board) in the application's heap. */
	slots: number;
	/** Bytes that the heap is limited to (`creation.static`), 0 for no limit. */
	size: number;
	/** lwIP's pools by name (TCP_PCB, TCP_SEG, PBUF_POOL, …): elements in use. `MEM` is its heap: bytes in use. */
	pools: Record<string, number>;
}

/** Collects garbage, then tells how much memory is in use. */
export function memory(): Memory;

/**
 * Sets a time that everything has to be done by. Once it has passed, JavaScript that runs is interrupted by an Error that
 * can be caught, and a native function that waits throws KeyboardInterrupt; again and again, until this is called anew.
 * What the main loop calls (timers) runs before the deadline or after it, not because of it.
 *
 * @param milliseconds from now; null for none
 * @returns whether the deadline that was in force has passed
 */
export function deadline(milliseconds: number | null): boolean;

/**
 * Says what is called with an error that nobody has caught, or the reason of a promise that was rejected and that nobody
 * handles. Without a handler, or if it throws, such an error is reported and the application ends with status 1.
 *
 * @returns the handler until now
 */
export function onuncaught(handler: ((error: unknown) => void) | null): ((error: unknown) => void) | null;
