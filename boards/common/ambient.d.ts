// SPDX-License-Identifier: MIT
// Types of the global names that the boards define (globals.ts) beyond those of the language.

import type * as timers from "./timers";

interface Console {
	/** Prints one line: strings as they are, other values as a person can read them. */
	log(...values: unknown[]): void;
	/** As `log`. */
	info(...values: unknown[]): void;
	/** As `log`. */
	warn(...values: unknown[]): void;
	/** As `log`. */
	error(...values: unknown[]): void;
	/** As `log`. */
	debug(...values: unknown[]): void;
}

declare global {
	const console: Console;

	const setTimeout: typeof timers.setTimeout;
	const setInterval: typeof timers.setInterval;
	const setImmediate: typeof timers.setImmediate;
	const clearTimeout: typeof timers.clear;
	const clearInterval: typeof timers.clear;
	const clearImmediate: typeof timers.clear;

	/** Calls `callback` once the code that runs now has ended, before any timer. What it throws is an uncaught error. */
	function queueMicrotask(callback: () => void): void;

	/** UTF-8 encoder, as in the Encoding standard. */
	class TextEncoder {
		/** The bytes of `text`. */
		encode(text?: string): Uint8Array;
		/** Writes as many whole characters of `text` as fit. */
		encodeInto(text: string, bytes: Uint8Array): { read: number; written: number };
	}

	/** UTF-8 decoder, as in the Encoding standard. */
	class TextDecoder {
		/**
		 * @param label "utf-8", the only one there is
		 * @throws RangeError for another label
		 */
		constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
		/**
		 * The text of `bytes`; what is no UTF-8 becomes U+FFFD.
		 *
		 * @param options `stream`: more bytes follow, and the start of a character at the end waits for them
		 * @throws TypeError for what is no UTF-8, if the decoder is `fatal`
		 */
		decode(bytes?: ArrayBufferLike | ArrayBufferView, options?: { stream?: boolean }): string;
		readonly encoding: string;
		readonly fatal: boolean;
		readonly ignoreBOM: boolean;
	}
}
