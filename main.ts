// SPDX-License-Identifier: MIT
// The firmware: brings the network up and serves TCP echo on port 9000, many clients at a time, for ever; the
// prompt is on the serial line meanwhile. The echo server itself is modules/echo/async_server.ts. With the words `client HOST PORT [MESSAGE]` as the board's arguments it is the
// echo client instead.

import { args, exit, reset } from "board";
import { start as startEcho } from "echo/async_server";
import { client } from "echo/client";
import { up } from "network";
import { start as startRepl } from "repl";

const PORT = 9000;

/**
 * Clients that are served at a time; more wait, as connections that nobody has accepted. The heap has room for so many with the
 * prompt in use, also when all of them send at once: whoever can reach the port cannot fill it.
 */
const MAX_CLIENTS = 8;

/** Seconds that a client may stay silent: one that has lost its power must not keep its place for ever. */
const IDLE_LIMIT = 120;

const [command, host, port, message] = args;
if (command === undefined) startRepl();

const { name, address } = await up();
console.log(`${name}: ${address}`);

if (command === undefined) {
	const server = await startEcho(["0.0.0.0", PORT], {
		max_clients: MAX_CLIENTS,
		timeout: IDLE_LIMIT,
		onopen([host, port], { clients }) {
			console.log(`client ${host}:${port}: connected, ${clients} now`);
		},
		onclose([host, port], bytes, { clients, served, bytes: all }, error) {
			const failure = error ? `, ${error}` : "";
			console.log(
				`client ${host}:${port}: ${bytes} bytes${failure}; ${clients} now, ${served} served, ${all} bytes in all`,
			);
		},
	});
	console.log(`listening on 0.0.0.0:${PORT}`);
	// It accepts for ever. Should it not, the board starts anew by itself.
	server.closed.catch(() => reset());
} else if (command === "client" && host !== undefined && Number(port) > 0) {
	client([host, Number(port)], message);
	exit(0);
} else {
	console.error("the firmware's arguments are: client HOST PORT [MESSAGE]");
	exit(2);
}
