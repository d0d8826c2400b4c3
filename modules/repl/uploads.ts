// SPDX-License-Identifier: MIT
// Modules that are sent in raw mode (raw.ts), for one program: their text comes in parts, and becomes a module with the last.

import { define, undefine } from "board/source";
import { freeHeap } from "repl/session";

/** The text of a module that is being received. */
interface Upload {
	specifier: string;
	path: string;
	bytes: Uint8Array<ArrayBuffer>;
	filled: number;
}

export class Uploads {
	#upload: Upload | undefined;
	/** Specifiers of those that have come. */
	readonly #modules: string[] = [];

	/**
	 * A module of `size` bytes follows; `path` is what error stacks call it.
	 *
	 * @throws RangeError if the heap has no room for it
	 */
	begin({ specifier, path, size }: Record<string, unknown>): void {
		if (typeof specifier !== "string" || typeof path !== "string" || typeof size !== "number" || size < 0) {
			throw new TypeError("C: specifier, path and size");
		}
		const free = freeHeap();
		if (size > free) throw new RangeError(tooBig(path, size, free));
		this.#upload = { specifier, path, bytes: new Uint8Array(size), filled: 0 };
	}

	/**
	 * More of the text; the last of it makes it a module.
	 *
	 * @throws SyntaxError or RangeError if it cannot be one
	 */
	data(bytes: Uint8Array): void {
		const upload = this.#upload;
		if (!upload || upload.filled + bytes.length > upload.bytes.length)
			throw new RangeError("D: more than was announced");
		upload.bytes.set(bytes, upload.filled);
		upload.filled += bytes.length;
		if (upload.filled < upload.bytes.length) return;
		this.#upload = undefined;
		const size = define(upload.specifier, upload.bytes.buffer, upload.path);
		this.#modules.push(upload.specifier);
		upload.bytes = new Uint8Array(0);
		const free = freeHeap();
		if (size <= free) return;
		this.forget();
		throw new RangeError(tooBig(upload.path, size, free));
	}

	/** What is being received will not be. */
	stop(): void {
		this.#upload = undefined;
	}

	/** Those that have come are no modules any more. */
	forget(): void {
		for (const specifier of this.#modules.splice(0)) undefine(specifier);
	}
}

function tooBig(path: string, size: number, free: number): string {
	return `${path} is too big: it takes ${size} bytes of the heap, ${free} are free`;
}
