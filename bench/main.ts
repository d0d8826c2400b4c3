// SPDX-License-Identifier: MIT
// The benchmark's program on the board: `CASE SIZE ROUNDS` runs so many round trips of a message of that size over the board's loopback, and
// prints how long they took. tools/commands/bench.ts runs it and counts its instructions.

import { echo } from "bench/raw";
import { args, exit } from "board";
import {
	create_connection,
	create_server,
	IPPROTO_TCP,
	MSG_WAITALL,
	POLLIN,
	poll,
	type Socket,
	TCP_NODELAY,
} from "sockets";
import { AsyncSocket } from "sockets/async";

function ends(): [client: Socket, server: Socket] {
	using listener = create_server(["127.0.0.1", 0]);
	const client = create_connection(listener.getsockname());
	const [server] = listener.accept();
	for (const end of [client, server]) end.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
	return [client, server];
}

/** The round trips of each case; each gets connected ends and a message, and gives the last reply. */
const cases: Record<
	string,
	(client: Socket, server: Socket, message: Uint8Array, rounds: number) => Uint8Array | Promise<Uint8Array>
> = {
	/** recv_into buffers that are there: nothing is allocated. */
	into(client, server, message, rounds) {
		const size = message.length;
		const request = new Uint8Array(size);
		const reply = new Uint8Array(size);
		const all = MSG_WAITALL;
		while (rounds--) {
			client.sendall(message);
			server.recv_into(request, size, all);
			server.sendall(request);
			client.recv_into(reply, size, all);
		}
		return reply;
	},

	/** recv, which makes an array for what came. */
	recv(client, server, message, rounds) {
		const size = message.length;
		const all = MSG_WAITALL;
		while (--rounds) {
			client.sendall(message);
			server.sendall(server.recv(size, all));
			client.recv(size, all);
		}
		client.sendall(message);
		server.sendall(server.recv(size, all));
		return client.recv(size, all);
	},

	/** Both recv awaited. */
	async awaited(blockingClient, blockingServer, message, rounds) {
		const client = new AsyncSocket(blockingClient);
		const server = new AsyncSocket(blockingServer);
		const size = message.length;
		const all = MSG_WAITALL;
		while (rounds--) {
			client.sendall(message);
			server.sendall(await server.recv(size, all));
			await client.recv(size, all);
		}
		client.sendall(message);
		server.sendall(await server.recv(size, all));
		return client.recv(size, all);
	},

	/** Everything awaited. */
	async sends(blockingClient, blockingServer, message, rounds) {
		const client = new AsyncSocket(blockingClient);
		const server = new AsyncSocket(blockingServer);
		const size = message.length;
		const all = MSG_WAITALL;
		while (rounds--) {
			await client.sendall(message);
			await server.sendall(await server.recv(size, all));
			await client.recv(size, all);
		}
		await client.sendall(message);
		await server.sendall(await server.recv(size, all));
		return client.recv(size, all);
	},
};

/** Throws unless the reply is the message, and nothing else has come. */
function check(ends: Socket[], message: Uint8Array, reply: Uint8Array): void {
	if (reply.length !== message.length || reply.some((byte, i) => byte !== message[i])) throw new Error("a wrong echo");
	const [left] = poll(
		ends.map((end) => [end, POLLIN]),
		0,
	);
	if (left !== undefined) throw new Error("more than one reply to a message");
}

const [name = "", size = 0, rounds = 0] = [args[0], Number(args[1]), Number(args[2])];
let start: number;
let milliseconds: number;
if (name === "c") {
	start = Date.now();
	echo(size, rounds);
	milliseconds = Date.now() - start;
} else {
	const run = cases[name];
	if (run === undefined) throw new RangeError(`there is no case '${name}'`);
	const message = new Uint8Array(size);
	for (let i = 0; i < size; i++) message[i] = i * 7;
	const [client, server] = ends();
	start = Date.now();
	const reply = await run(client, server, message, rounds);
	milliseconds = Date.now() - start;
	check([client, server], message, reply);
}
console.log(`milliseconds: ${milliseconds}`);
exit(0);
