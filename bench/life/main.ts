// SPDX-License-Identifier: MIT
// What the life of a connection costs, over the board's loopback; the instructions of a run are counted from outside, see
// tools/bench/life.ts. `CASE ROUNDS [CONNECTIONS]`; a case whose name begins with `c-` is in C on lwIP's raw API.

import { address, allocated, connect, rotate, turn } from "bench/life/raw";
import { args, exit, memory, reset } from "board";
import { create_connection, create_server, IPPROTO_TCP, type Socket, TCP_NODELAY } from "sockets";

const SIZE = 16;
const message = new Uint8Array(SIZE).fill(7);
const buffer = new Uint8Array(SIZE);

const [name = "", rounds = 0, connections = 1] = [args[0], Number(args[1]), Number(args[2] ?? 1)];

function echo(client: Socket, server: Socket): void {
	client.sendall(message);
	let there = server.recv_into(buffer);
	while (there < SIZE) there += server.recv_into(buffer.subarray(there));
	server.sendall(buffer);
	there = client.recv_into(buffer);
	while (there < SIZE) there += client.recv_into(buffer.subarray(there));
}

function live(withEcho: boolean): void {
	using listener = create_server(["127.0.0.1", 7]);
	for (let i = 0; i < rounds; i++) {
		const client = create_connection(["127.0.0.1", 7]);
		const [server] = listener.accept();
		if (withEcho) {
			for (const end of [client, server]) end.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
			echo(client, server);
		}
		client.close();
		server.close();
	}
}

/** What the application has of the board's memory, in bytes. */
function inUse(): number {
	memory(); // what it gives is garbage for the second time: else that counts for the first alone
	const { chunks, slots } = memory();
	return chunks + slots * 16 + allocated();
}

const cases: Record<string, () => void> = {
	connect: () => live(false),
	"c-connect": () => connect(rounds, false),
	life: () => live(true),
	"c-life": () => connect(rounds, true),
	rotate() {
		const clients: Socket[] = [];
		const servers: Socket[] = [];
		using listener = create_server(["127.0.0.1", 7]);
		for (let i = 0; i < connections; i++) {
			clients.push(create_connection(["127.0.0.1", 7]));
			servers.push(listener.accept()[0]);
			for (const end of [clients[i], servers[i]]) end?.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
		}
		let turn = 0;
		for (let i = 0; i < rounds; i++) {
			echo(clients[turn] as Socket, servers[turn] as Socket);
			if (++turn === connections) turn = 0;
		}
	},
	"c-rotate": () => rotate(connections, rounds),
	/** Up to the point where a client can come. */
	boot() {
		address("10.0.2.15");
		create_server(["0.0.0.0", 9000]);
	},
	/** From listening to listening, by a soft reset each time. */
	reset() {
		create_server(["0.0.0.0", 9000]);
		if (turn() < rounds) reset();
	},
	/** Nothing: what there is before main.ts. */
	nothing() {},
	memory() {
		// Room for all: what holds the sockets is none of theirs.
		const all: (Socket | undefined)[] = new Array(2 * connections).fill(undefined);
		using listener = create_server(["127.0.0.1", 7]);
		const open = (i: number) => {
			all[i] = create_connection(["127.0.0.1", 7]);
			all[i + 1] = listener.accept()[0];
		};
		open(0); // the first ones bring what all share
		const before = inUse();
		for (let i = 2; i < 2 * connections; i += 2) open(i);
		console.log(`bytes: ${(inUse() - before) / (2 * connections - 2)}`);
	},
};

const run = cases[name];
if (run === undefined) throw new RangeError(`there is no case '${name}'`);
run();
exit(0);
