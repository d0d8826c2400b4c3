// SPDX-License-Identifier: MIT
// A prompt, and an echo server beside it, on port 9000. With the word `quiet` there is no server.

import { args } from "board";
import { start as startEcho } from "echo/async_server";
import { up } from "network";
import { start } from "repl";

if (!start()) console.log("no serial line");
if (args[0] !== "quiet") {
	await up();
	await startEcho(["0.0.0.0", 9000], {
		onclose(_address, bytes) {
			console.log(`a client has gone after ${bytes} bytes`);
		},
	});
	console.log("listening on 0.0.0.0:9000");
}
