// SPDX-License-Identifier: MIT
// A prompt, and a server beside it: TCP echo on port 9000, which looks after its sockets from a timer. With the word
// `quiet` there is no server.

import { args } from "board";
import { up } from "network";
import { start } from "repl";
import { create_server, MSG_DONTWAIT, OSError, type Socket } from "sockets";

/** What there is now, undefined if there is nothing yet. */
function now<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch (error) {
		if (error instanceof OSError && (error.code === "EAGAIN" || error.code === "ETIMEDOUT")) return undefined;
		throw error;
	}
}

function serve(): void {
	const server = create_server(["", 9000]);
	server.setblocking(false);
	const clients = new Set<Socket>();
	setInterval(() => {
		const accepted = now(() => server.accept());
		if (accepted) clients.add(accepted[0]);
		for (const client of clients) {
			const data = now(() => client.recv(1024, MSG_DONTWAIT));
			if (data === undefined) continue;
			if (data.length > 0) {
				client.sendall(data);
				continue;
			}
			client.close();
			clients.delete(client);
			console.log("a client has gone");
		}
	}, 2);
	console.log("listening on 0.0.0.0:9000");
}

if (!start()) console.log("no serial line");
if (args[0] !== "quiet") {
	await up();
	serve();
}
