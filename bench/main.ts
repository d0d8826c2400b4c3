// SPDX-License-Identifier: MIT
// The benchmark's program on the board: `CASE SIZE ROUNDS` runs so many round trips of a message of that size over the board's loopback, and
// prints how long they took. tools/commands/bench.ts runs it and counts its instructions.

import { echo } from "bench/raw";
import { args, exit } from "board";
import { create_connection, create_server, IPPROTO_TCP, MSG_WAITALL, type Socket, TCP_NODELAY } from "sockets";

function ends(): [client: Socket, server: Socket] {
	using listener = create_server(["127.0.0.1", 0]);
	const client = create_connection(listener.getsockname());
	const [server] = listener.accept();
	for (const end of [client, server]) end.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
	return [client, server];
}

/** The round trips of each case; each gets connected ends and a message. */
const cases: Record<string, (client: Socket, server: Socket, message: Uint8Array, rounds: number) => void> = {
	/** recv_into buffers that are there: nothing is allocated, unless a message comes in pieces. */
	into(client, server, message, rounds) {
		const size = message.length;
		const request = new Uint8Array(size);
		const reply = new Uint8Array(size);
		while (rounds--) {
			client.sendall(message);
			let there = server.recv_into(request);
			while (there < size) there += server.recv_into(request.subarray(there));
			server.sendall(request);
			there = client.recv_into(reply);
			while (there < size) there += client.recv_into(reply.subarray(there));
		}
	},

	/** recv, which makes an array for what came. */
	recv(client, server, message, rounds) {
		const size = message.length;
		const all = MSG_WAITALL;
		while (rounds--) {
			client.sendall(message);
			server.sendall(server.recv(size, all));
			client.recv(size, all);
		}
	},
};

const [name = "", size = 0, rounds = 0] = [args[0], Number(args[1]), Number(args[2])];
let start: number;
if (name === "c") {
	start = Date.now();
	echo(size, rounds);
} else {
	const run = cases[name];
	if (run === undefined) throw new RangeError(`there is no case '${name}'`);
	const message = new Uint8Array(size);
	for (let i = 0; i < size; i++) message[i] = i * 7;
	const [client, server] = ends();
	start = Date.now();
	run(client, server, message, rounds);
}
console.log(`milliseconds: ${Date.now() - start}`);
exit(0);
