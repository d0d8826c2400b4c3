// SPDX-License-Identifier: MIT
// The board that the application runs on. See board.js.

/** The board's name, as in boards/ (`"native-sim"`). */
export const name: string;

/**
 * The words that whoever started the program has given to it; on native-sim those after `--`, with `npm run exec` those
 * after the file.
 */
export let args: readonly string[];

/** Sets `args`, for who runs a program within the application. */
export function setArguments(words: readonly string[]): void;

/**
 * Ends the application: sockets are closed, and the process (or board) ends. In a program that `npm run exec` runs it
 * ends the program.
 *
 * @param status 0 to 255; what a shell sees. Default 0.
 * @throws RangeError for any other number
 */
export function exit(status?: number): never;

/**
 * Says what `exit` calls first, for who runs a program within the application. If the handler throws, the application
 * goes on.
 *
 * @returns the handler until now
 */
export function onexit(handler: ((status: number) => void) | null): ((status: number) => void) | null;

/**
 * A soft reset: the application ends, all of its sockets are closed, connections that are not over after a second are
 * reset, and it starts anew in an empty heap. The network stays up.
 *
 * @param main the module to start with; default that of the manifest
 * @param word one more for the `args` of the application that starts, after those of the board, and for it alone: what it
 * needs to go on where this one ends
 * @throws ReferenceError if there is no such module in the image
 * @throws RangeError if there is no memory for the word
 */
export function reset(main?: string, word?: string): never;

/**
 * For who lets a person run code, such as the REPL: from now Ctrl-C throws an error of this class into JavaScript that
 * does not give way within a moment, and running out of memory, stack or names throws a RangeError, where the application
 * would end otherwise. An error that nobody has caught, onuncaught()'s handler neither, is a soft reset.
 */
export function recover(interrupt: new () => Error): void;

/** The specifiers of all modules in the image. */
export function modules(): string[];

/** What {@link memory} tells. All figures are of this moment, and after a collection of garbage. */
export interface Memory {
	/** Bytes of chunks (strings, buffers, arrays) in the application's heap. */
	chunks: number;
	/** Slots (16 bytes each on a 32-bit board) in the application's heap. */
	slots: number;
	/** Bytes that the heap is limited to (`creation.static`), 0 for no limit. */
	size: number;
	/** Bytes and slots that the heap has set aside for each; it never gives them back. */
	chunks_room: number;
	slots_room: number;
	/** Bytes of the heap that are set aside for chunks, slots and the stack together. */
	taken: number;
	/** Slots of the stack in use now, at most so far, and at all. */
	stack: number;
	stack_peak: number;
	stack_room: number;
	/** lwIP's pools by name (TCP_PCB, TCP_SEG, PBUF_POOL, …): elements in use. `MEM` is its heap: bytes in use. */
	pools: Record<string, number>;
	/** The same at their highest since the board started. */
	pools_peak: Record<string, number>;
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
