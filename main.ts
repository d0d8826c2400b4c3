// SPDX-License-Identifier: MIT
// The firmware: brings the network up and serves TCP echo on port 9000, one client after the other, for ever. The echo
// server itself is modules/echo/server.ts. With the words `client HOST PORT [MESSAGE]` as the board's arguments it is the
// echo client instead.

import { args, exit } from "board";
import { client } from "echo/client";
import { listen, serve } from "echo/server";
import { up } from "network";

const PORT = 9000;

/** Seconds that a client may stay silent: one that has lost its power must not keep the others waiting for ever. */
const IDLE_LIMIT = 120;

const { name, address } = await up();
console.log(`${name}: ${address}`);

const [command, host, port, message] = args;
if (command === undefined) {
	using server = listen(["0.0.0.0", PORT], { backlog: 8 });
	console.log(`listening on 0.0.0.0:${PORT}`);
	serve(server, {
		timeout: IDLE_LIMIT,
		onclose([host, port], bytes, error) {
			console.log(`client ${host}:${port}: ${bytes} bytes${error ? `, ${error}` : ""}`);
		},
	});
} else if (command === "client" && host !== undefined && Number(port) > 0) {
	client([host, Number(port)], message);
	exit(0);
} else {
	console.error("the firmware's arguments are: client HOST PORT [MESSAGE]");
	exit(2);
}
