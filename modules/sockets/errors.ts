// SPDX-License-Identifier: MIT
// The errors of the socket module. "sockets" exports them.

/**
 * A failed operation of the system, as Python's OSError. `code` says which ("ECONNREFUSED") and is the same
 * everywhere; `errno` is the platform's number for it, which differs between C libraries.
 *
 * @example
 * ```ts
 * import { create_connection, OSError } from "sockets";
 *
 * try {
 * 	create_connection(["192.168.1.20", 9001]);
 * } catch (error) {
 * 	if (!(error instanceof OSError && error.code === "ECONNREFUSED")) throw error;
 * 	console.log("nobody there"); // → nobody there
 * }
 * ```
 */
export class OSError extends Error {
	/** POSIX's name of the error. */
	readonly code: string;
	/** The platform's number of the error, positive. */
	readonly errno: number;

	constructor(message: string, code: string, errno: number) {
		super(message);
		this.code = code;
		this.errno = errno;
	}

	static {
		// On the prototype, so that an error has no slot for it.
		Object.defineProperty(OSError.prototype, "name", { value: "OSError", configurable: true, writable: true });
	}
}

/** A blocked call was ended by Ctrl-C, as Python's KeyboardInterrupt. The socket stays usable. */
export class KeyboardInterrupt extends Error {
	static {
		Object.defineProperty(KeyboardInterrupt.prototype, "name", {
			value: "KeyboardInterrupt",
			configurable: true,
			writable: true,
		});
	}
}

/**
 * The stream ended before there was as much as `readexactly` wanted; as asyncio's IncompleteReadError.
 *
 * @example
 * ```ts
 * import { create_server, EOFError } from "sockets";
 *
 * using server = create_server(["", 9000]);
 * using connection = server.accept()[0];
 * try {
 * 	connection.readexactly(100);
 * } catch (error) {
 * 	if (!(error instanceof EOFError)) throw error;
 * 	console.log(error.partial.length, "bytes"); // → 6 bytes
 * }
 * ```
 */
export class EOFError extends Error {
	/** What there was. */
	readonly partial: Uint8Array<ArrayBuffer>;

	constructor(partial: Uint8Array<ArrayBuffer>) {
		super(`the stream ended after ${partial.length} bytes`);
		this.partial = partial;
	}

	static {
		Object.defineProperty(EOFError.prototype, "name", { value: "EOFError", configurable: true, writable: true });
	}
}
