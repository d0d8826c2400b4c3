// SPDX-License-Identifier: MIT
// Types and documentation of async_socket.js; "sockets/async" exports what is public here. Names that start with _ are the
// module's own.
import type { Address, Data, Socket } from "sockets/socket";

/** The last argument of every operation that may wait. */
export interface Timeout {
	/** Seconds that this operation may wait; `null` is as long as it takes. What `settimeout` set if not given. */
	timeout?: number | null;
}

/** What `accept` gives. */
export type Accepted = [connection: AsyncSocket, address: Address];

export class AsyncSocket<Item = Uint8Array<ArrayBuffer>> {
	constructor(family?: number, type?: number, options?: { fileno?: number });
	constructor(socket: Socket | AsyncSocket);
	connect(address: Address, options?: Timeout): Promise<void>;
	connect_ex(address: Address, options?: Timeout): Promise<number>;
	bind(address: Address): void;
	listen(backlog?: number): void;
	accept(options?: Timeout): Promise<Accepted>;
	send(data: Data, options?: Timeout): Promise<number>;
	send(data: Data, flags?: number, options?: Timeout): Promise<number>;
	sendall(data: Data, options?: Timeout): Promise<void>;
	sendall(data: Data, flags?: number, options?: Timeout): Promise<void>;
	recv(size: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	recv(size: number, flags?: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	recv_into(buffer: ArrayBufferLike | ArrayBufferView, options?: Timeout): Promise<number>;
	recv_into(buffer: ArrayBufferLike | ArrayBufferView, size?: number, options?: Timeout): Promise<number>;
	recv_into(
		buffer: ArrayBufferLike | ArrayBufferView,
		size?: number,
		flags?: number,
		options?: Timeout,
	): Promise<number>;
	read(options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	read(size?: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	readexactly(size: number, options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	readline(options?: Timeout): Promise<Uint8Array<ArrayBuffer>>;
	shutdown(how: number): void;
	detach(): number;
	fileno(): number;
	close(): void;
	settimeout(seconds: number | null): void;
	setblocking(flag: boolean): void;
	gettimeout(): number | null;
	setsockopt(level: 1, name: 13, value: [onoff: number | boolean, seconds: number]): void;
	setsockopt(level: number, name: number, value: number | boolean): void;
	getsockopt(level: 1, name: 13): [onoff: number, seconds: number];
	getsockopt(level: number, name: number): number;
	getsockname(): Address;
	getpeername(): Address;
	[Symbol.dispose](): void;
	[Symbol.asyncDispose](): Promise<void>;
	[Symbol.asyncIterator](): AsyncIterableIterator<Item>;
}
