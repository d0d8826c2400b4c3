// SPDX-License-Identifier: MIT
// .serve: a TCP echo server beside the prompt.

import type { Context } from "repl/commands";
import { port, serve } from "repl/echo";

export const usage = "[port]";
export const summary = "starts a TCP echo server, on port 9000 if none is given";

export async function run([word = "9000"]: string[], { print }: Context): Promise<void> {
	const [host, number] = await serve(port(word), (line) => console.log(line));
	print(`listening on ${host}:${number}; .stop ends it\n`);
}
