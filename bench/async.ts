// SPDX-License-Identifier: MIT
// What is measured of awaited sockets: round trips, many connections, one picture for many clients, memory. main.ts calls it.
import { allocated } from "bench/raw";
import { memory } from "board";
import { MSG_WAITALL, Socket } from "sockets";
import { AsyncSocket } from "sockets/async";

/** Both ends of some connections. Not pairs: taking those apart for each message would cost more than much of what is measured. */
export interface Ends<Kind> {
	clients: Kind[];
	servers: Kind[];
}

/** Round trips over one connection after the other. Each gives the last reply. */
export const rounds = {
	/** Blocking, for comparison. */
	recv({ clients, servers }: Ends<Socket>, message: Uint8Array, count: number): Uint8Array {
		const size = message.length;
		let reply = message;
		for (let i = 0; i < count; i++) {
			const client = clients[i % clients.length] as Socket;
			const server = servers[i % clients.length] as Socket;
			client.sendall(message);
			server.sendall(server.recv(size, MSG_WAITALL));
			reply = client.recv(size, MSG_WAITALL);
		}
		return reply;
	},

	/** Both recv awaited. */
	async awaited({ clients, servers }: Ends<AsyncSocket>, message: Uint8Array, count: number): Promise<Uint8Array> {
		const size = message.length;
		let reply = message;
		for (let i = 0; i < count; i++) {
			const client = clients[i % clients.length] as AsyncSocket;
			const server = servers[i % clients.length] as AsyncSocket;
			client.sendall(message);
			server.sendall(await server.recv(size, MSG_WAITALL));
			reply = await client.recv(size, MSG_WAITALL);
		}
		return reply;
	},

	/** Everything awaited. */
	async sends({ clients, servers }: Ends<AsyncSocket>, message: Uint8Array, count: number): Promise<Uint8Array> {
		const size = message.length;
		let reply = message;
		for (let i = 0; i < count; i++) {
			const client = clients[i % clients.length] as AsyncSocket;
			const server = servers[i % clients.length] as AsyncSocket;
			await client.sendall(message);
			await server.sendall(await server.recv(size, MSG_WAITALL));
			reply = await client.recv(size, MSG_WAITALL);
		}
		return reply;
	},
};

/** Sends a picture so many times to all clients at once, as a camera does; gives what the last one received. */
export async function pictures(
	{ clients, servers }: Ends<AsyncSocket>,
	picture: Uint8Array,
	count: number,
): Promise<Uint8Array> {
	const buffers = clients.map(() => new Uint8Array(picture.length));
	for (let i = 0; i < count; i++) {
		const waiting: Promise<unknown>[] = servers.map((server) => server.sendall(picture));
		for (const [at, client] of clients.entries()) {
			waiting.push(client.recv_into(buffers[at] as Uint8Array, picture.length, MSG_WAITALL));
		}
		await Promise.all(waiting);
	}
	return buffers[buffers.length - 1] as Uint8Array;
}

/** The echo of one client: all that it needs is what it keeps while it waits. */
async function echo(connection: AsyncSocket, buffer: Uint8Array): Promise<void> {
	for (let size = await connection.recv_into(buffer); size > 0; size = await connection.recv_into(buffer)) {
		await connection.sendall(buffer.subarray(0, size));
	}
}

/** How many are made of what is weighed: as many as there can be connections with both ends on the board, or fewer. */
const WEIGHED = 6;

/** What one of so many takes: of XS's heap slots and bytes of chunks, of C's bytes; beyond what was there. */
async function weigh(make: (number: number) => unknown): Promise<{ slots: number; chunks: number; c: number }> {
	const kept: unknown[] = new Array(WEIGHED).fill(null);
	const before = { slots: 0, chunks: 0, c: 0 };
	const after = { slots: 0, chunks: 0, c: 0 };
	await null; // as below, so that the engine keeps hold of the same there
	look(before);
	look(before); // as garbage is when it is looked at for the second time
	for (let i = 0; i < WEIGHED; i++) kept[i] = make(i);
	await null;
	look(after);
	look(after);
	return {
		slots: (after.slots - before.slots) / WEIGHED,
		chunks: (after.chunks - before.chunks) / WEIGHED,
		c: (after.c - before.c) / WEIGHED,
	};
}

/** Notes what is in use, in numbers that are there already. */
function look(into: { slots: number; chunks: number; c: number }): void {
	const { slots, chunks } = memory();
	into.slots = slots;
	into.chunks = chunks;
	into.c = allocated();
}

/** Prints what an idle socket of each kind takes, and what an awaited echo client does beside its socket and its buffer. */
export async function printMemory(connect: (count: number) => Ends<Socket>): Promise<void> {
	const print = (what: string, weight: object) => console.log(`memory: ${JSON.stringify({ what, ...weight })}`);
	await weigh(() => 0); // what is made once, by the first of its kind
	print("Socket", await weigh(() => new Socket()));
	print("AsyncSocket", await weigh(() => new AsyncSocket()));
	const { clients, servers } = connect(WEIGHED + 1);
	const served = servers.map((server) => new AsyncSocket(server));
	const buffers = served.map(() => new Uint8Array(1024));
	const serve = (i: number) => echo(served[i] as AsyncSocket, buffers[i] as Uint8Array);
	const first = serve(WEIGHED); // the first operation that waits has the machine make what all share
	print("awaited echo client", await weigh(serve));
	for (const client of clients) client.close();
	await first;
}
