// SPDX-License-Identifier: MIT
// An echo server with a fault that is planted on purpose, for the test of the soak: a word says which.

import { args } from "board";
import { up } from "network";
import { start as startRepl } from "repl";
import { create_server, start_server } from "sockets/async";

const [fault] = args;
/** What is kept of each connection, and never looked at again. */
const kept: unknown[] = [];
let count = 0;

startRepl();
await up();
await start_server(
	async (connection) => {
		count++;
		if (fault === "keeps a little of each connection") kept.push(new Uint8Array(16));
		if (fault === "listens once more now and then" && count % 60 === 0) kept.push(create_server(["127.0.0.1", 0]));
		for await (const data of connection) {
			const last = data.length - 1;
			if (fault === "changes a byte now and then" && count > 90) data[last] = (data[last] as number) ^ 1;
			await connection.sendall(data);
		}
	},
	["0.0.0.0", 9000],
	{ max_clients: 12, onerror() {} },
);
