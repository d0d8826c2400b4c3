// SPDX-License-Identifier: MIT
// The benchmark's program on the board: `CASE SIZE ROUNDS CONNECTIONS` runs so many round trips of a message of that size over the board's loopback, and
// prints how long they took. tools/commands/bench.ts runs it and counts its instructions.

import { type Ends, rounds as many, pictures, printMemory } from "bench/async";
import { echo, frames } from "bench/raw";
import { args, exit } from "board";
import {
	AF_INET,
	create_connection,
	create_server,
	IPPROTO_TCP,
	MSG_WAITALL,
	POLLIN,
	poll,
	SOCK_STREAM,
	Socket,
	TCP_NODELAY,
} from "sockets";
import { AsyncSocket } from "sockets/async";

/** So many connections, both ends on this board. */
function connect(count: number): Ends<Socket> {
	using listener = create_server(["127.0.0.1", 0]);
	const ends: Ends<Socket> = { clients: [], servers: [] };
	for (let i = 0; i < count; i++) {
		const client = create_connection(listener.getsockname());
		const [server] = listener.accept();
		for (const end of [client, server]) end.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
		ends.clients.push(client);
		ends.servers.push(server);
	}
	return ends;
}

/** The round trips of each case; each gets connected ends and a message, and gives the last reply. */
const cases: Record<string, (client: Socket, server: Socket, message: Uint8Array, rounds: number) => Uint8Array> = {
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

/** Runs an awaited case with the sockets of these ends, which are given back. */
async function awaited(
	{ clients, servers }: Ends<Socket>,
	run: (ends: Ends<AsyncSocket>) => Promise<Uint8Array>,
): Promise<[left: Socket[], reply: Uint8Array]> {
	const take = (sockets: Socket[]) => sockets.map((socket) => new AsyncSocket(socket));
	const taken = { clients: take(clients), servers: take(servers) };
	const reply = await run(taken);
	const back = [...taken.clients, ...taken.servers].map(
		(end) => new Socket(AF_INET, SOCK_STREAM, { fileno: end.detach() }),
	);
	return [back, reply];
}

const [name = "", size = 0, rounds = 0, connections = 1] = [args[0], ...args.slice(1).map(Number)];
const message = new Uint8Array(size);
for (let i = 0; i < size; i++) message[i] = i * 7;
let start = Date.now();
if (name === "memory") {
	await printMemory(connect);
} else if (name === "c") {
	echo(size, rounds, connections);
} else if (name === "c pictures") {
	frames(size, rounds, connections);
} else {
	const ends = connect(connections);
	let left = [...ends.clients, ...ends.servers];
	let reply: Uint8Array;
	start = Date.now();
	const one = cases[name];
	if (one !== undefined) {
		reply = one(ends.clients[0] as Socket, ends.servers[0] as Socket, message, rounds);
	} else if (name === "recv of many") {
		reply = many.recv(ends, message, rounds);
	} else if (name === "awaited" || name === "sends") {
		[left, reply] = await awaited(ends, (taken) => many[name](taken, message, rounds));
	} else if (name === "pictures") {
		[left, reply] = await awaited(ends, (taken) => pictures(taken, message, rounds));
	} else {
		throw new RangeError(`there is no case '${name}'`);
	}
	const milliseconds = Date.now() - start;
	check(left, message, reply);
	start = Date.now() - milliseconds;
}
console.log(`milliseconds: ${Date.now() - start}`);
exit(0);
