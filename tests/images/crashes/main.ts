// SPDX-License-Identifier: MIT
// The board's argument is the bug to have. `print` is none, but 200,000 bytes on the console. `buffers` is none either: an echo server that holds all packet buffers until its
// first client has connected and waited for a while.

import { args, exit } from "board";
import { crash, giveBuffersBack, takeBuffers } from "crashes";
import { up } from "network";
import { Socket } from "sockets";

/** Seconds without a buffer. */
const HELD = 0.5;

const how = args[0] as string;
if (how === "buffers") {
	await up();
	using server = new Socket();
	server.bind(["0.0.0.0", 9000]);
	server.listen(1);
	console.log(`taken: ${takeBuffers()}`);
	const [conn] = server.accept();
	conn.settimeout(HELD);
	let error: unknown;
	try {
		conn.recv(1);
	} catch (caught) {
		error = caught;
	}
	console.log(`while there is no buffer: ${(error as { code?: string } | undefined)?.code}`);
	giveBuffersBack();
	conn.settimeout(null);
	let total = 0;
	for (let data = conn.recv(4096); data.length > 0; data = conn.recv(4096)) {
		total += data.length;
		conn.sendall(data);
	}
	conn.close();
	console.log(`echoed: ${total}`);
	exit(0);
}
if (how === "print") {
	for (let i = 0; i < 2000; i++) console.log(`${i}`.padEnd(99, "."));
	exit(0);
}
console.log(`bug: ${how}`);
crash(how);
throw new Error(`no bug '${how}'`);
