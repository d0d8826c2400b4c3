// SPDX-License-Identifier: MIT
// The server that `start_server` of "sockets/async" gives: accepts, and runs a handler for each client.
import type { Accepted, AsyncSocket } from "sockets/async_socket";
import { OSError } from "sockets/errors";
import { clearTimer, report, setTimer, type Timer } from "sockets/host";
import type { Address } from "sockets/socket";

/** What is called for each client. The connection is closed when it ends. */
export type Handler = (connection: AsyncSocket, address: Address) => unknown;

/** Options of `start_server`. */
export interface ServerOptions {
	/** How many clients are served at a time; further ones wait in the backlog. If not given, as many as there is room for. */
	max_clients?: number;
	/** Told of what a handler throws; the console if not given. */
	onerror?: (error: unknown, address: Address) => void;
}

/** Checks what a server is made of. @throws TypeError, RangeError */
export function checkServer(handler: Handler, { max_clients = Infinity, onerror = tell }: ServerOptions): void {
	if (typeof handler !== "function") throw new TypeError("handler: not a function");
	if (typeof onerror !== "function") throw new TypeError("onerror: not a function");
	if (typeof max_clients !== "number") throw new TypeError("max_clients: not a number");
	if (max_clients !== Infinity && !(Number.isInteger(max_clients) && max_clients > 0)) {
		throw new RangeError("max_clients: not a whole number from 1 on");
	}
}

/** Milliseconds until accepting is tried again, if no client has gone before; as asyncio's ACCEPT_RETRY_DELAY. */
const RETRY = 1000;

/** What is given back when memory has run out, so that there is enough to wait until there is more. */
function reserve(): unknown {
	return Array.from({ length: 32 }, () => new Object());
}

/** Whether an error of accept() is want of memory, or of the client's making: a reason to try again, not to end. */
function passes(error: unknown): boolean {
	if (error instanceof RangeError) return true;
	return error instanceof OSError && ["ENOBUFS", "ENOMEM", "ECONNABORTED"].includes(error.code);
}

/** A server that listens, until it is closed. */
export class AsyncServer {
	/**
	 * Fulfilled once the server is closed and all handlers have ended. Rejected if accepting fails, as nothing else does; not for want of
	 * memory: a client for whom there is none is turned away, and the server accepts again a second later.
	 */
	readonly closed: Promise<void>;
	readonly #socket: AsyncSocket<Accepted>;
	readonly #handler: Handler;
	readonly #onerror: (error: unknown, address: Address) => void;
	readonly #limit: number;
	readonly #clients = new Set<AsyncSocket>();
	/** Wakes who waits for a client to go. */
	#gone: (() => void) | undefined;
	#closing = false;
	#reserve: unknown = reserve();
	/** The clients that are left are being cut off. */
	#cut = false;
	#timer: Timer | undefined;

	/** @internal */
	constructor(
		socket: AsyncSocket<Accepted>,
		handler: Handler,
		{ max_clients = Infinity, onerror = tell }: ServerOptions,
	) {
		this.#socket = socket;
		this.#handler = handler;
		this.#onerror = onerror;
		this.#limit = max_clients;
		this.closed = this.#run();
	}

	/**
	 * How many clients are served now. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { start_server } from "sockets/async";
	 *
	 * await using server = await start_server(() => {}, ["", 8080]);
	 * console.log(server.clients); // → 0
	 * ```
	 */
	get clients(): number {
		return this.#clients.size;
	}

	/**
	 * The address that the server listens at.
	 *
	 * @throws OSError `EBADF` once it is closed
	 * @example
	 * ```ts
	 * import { start_server } from "sockets/async";
	 *
	 * await using server = await start_server(() => {}, ["127.0.0.1", 0]);
	 * console.log(server.getsockname().join(":")); // → 127.0.0.1:…
	 * ```
	 */
	getsockname(): Address {
		return this.#socket.getsockname();
	}

	/**
	 * Stops accepting, at once: clients that wait in the backlog are reset. Those that are served already go on.
	 *
	 * @param options.drain seconds that their handlers get to finish; then their connections are closed, and what they wait for ends with
	 * `ECANCELED`. Without it they have as long as they want.
	 * @returns as `closed`: a handler that awaits it waits for itself
	 * @throws RangeError, TypeError for another `drain`
	 * @see asyncio.Server.close
	 * @example
	 * ```ts
	 * import { start_server } from "sockets/async";
	 *
	 * const server = await start_server(async (connection) => void (await connection.read()), ["", 8080]);
	 * await server.close({ drain: 2 });
	 * console.log(server.clients, "left"); // → 0 left
	 * ```
	 */
	async close(options: { drain?: number } = {}): Promise<void> {
		const { drain } = options;
		if (drain !== undefined && typeof drain !== "number") throw new TypeError("drain: not a number");
		if (drain !== undefined && !(drain >= 0)) throw new RangeError("drain: a number of seconds from 0 on");
		this.#closing = true;
		this.#socket.close();
		this.#wake();
		clearTimer(this.#timer);
		if (drain === 0) this.#cutOff();
		else if (drain !== undefined) this.#timer = setTimer(() => this.#cutOff(), drain * 1000);
		return this.closed;
	}

	/**
	 * Closes the server and its clients' connections, and waits for their handlers: `await using server = await start_server(…)`. Never throws.
	 *
	 * @example
	 * ```ts
	 * import { open_connection, start_server } from "sockets/async";
	 *
	 * await using server = await start_server(async (connection) => connection.sendall("hi"), ["127.0.0.1", 0]);
	 * await using s = await open_connection(server.getsockname());
	 * console.log((await s.read()).length, "bytes"); // → 2 bytes
	 * ```
	 */
	async [Symbol.asyncDispose](): Promise<void> {
		return this.close({ drain: 0 });
	}

	/** Closes the connections of the clients that are left. */
	#cutOff(): void {
		this.#cut = true;
		for (const connection of this.#clients) connection.close();
	}

	/** Accepts, then waits until all handlers have ended. */
	async #run(): Promise<void> {
		try {
			while (!this.#closing) {
				if (this.#clients.size >= this.#limit) {
					await this.#oneGone();
					continue;
				}
				try {
					this.#reserve ??= reserve();
					const [connection, address] = await this.#socket.accept();
					// close() may have come between its being accepted and this.
					if (this.#closing) connection.close();
					else this.#serve(connection, address);
				} catch (error) {
					if (this.#closing || !passes(error)) throw error;
					this.#reserve = undefined;
					await this.#oneGoneOr(RETRY);
					tellShortage(error);
				}
			}
		} catch (error) {
			if (!this.#closing) {
				this.#socket.close();
				throw error;
			}
		}
		while (this.#clients.size > 0) await this.#oneGone();
		clearTimer(this.#timer);
	}

	/** Fulfilled when a handler has ended, or the server is being closed. */
	#oneGone(): Promise<void> {
		return new Promise((resolve) => {
			this.#gone = resolve;
		});
	}

	/** Wakes who waits in #oneGone, and keeps nothing of it. */
	#wake(): void {
		const gone = this.#gone;
		this.#gone = undefined;
		gone?.();
	}

	/** The same, or when so many milliseconds have passed. */
	async #oneGoneOr(milliseconds: number): Promise<void> {
		const timer = setTimer(() => this.#wake(), milliseconds);
		try {
			await this.#oneGone();
		} finally {
			clearTimer(timer);
		}
	}

	/**
	 * Serves one client. Not an async function: what that keeps while it waits is as much as the handler itself does.
	 *
	 * @throws RangeError if there is no memory for it; then it is closed
	 */
	#serve(connection: AsyncSocket, address: Address): void {
		const end = () => this.#end(connection);
		try {
			this.#clients.add(connection);
			let done: unknown;
			try {
				done = this.#handler(connection, address);
			} catch (error) {
				done = Promise.reject(error);
			}
			Promise.resolve(done).then(end, (error) => {
				end();
				const own = this.#cut && error instanceof OSError && (error.code === "ECANCELED" || error.code === "EBADF");
				if (!own) this.#onerror(error, address);
			});
		} catch (error) {
			end();
			throw error;
		}
	}

	/** A handler has ended. */
	#end(connection: AsyncSocket): void {
		connection.close();
		this.#clients.delete(connection);
		this.#wake();
	}
}

/** Memory may still be short: then nobody is told. */
function tellShortage(error: unknown): void {
	try {
		report(`a client was not accepted: ${error}`);
	} catch {}
}

/** What `onerror` is if there is none. */
function tell(error: unknown, [host, port]: Address): void {
	report(`client ${host}:${port}: ${(error instanceof Error && error.stack) || error}`);
}
