// SPDX-License-Identifier: MIT
// .connect: the echo client.

import { type Context, UsageError } from "repl/commands";
import { call, port } from "repl/echo";

export const usage = "host port [text]";
export const summary = "connects, sends the text (default: hello), and shows the reply";

export async function run([host, word]: string[], { print }: Context, rest: string): Promise<void> {
	if (host === undefined || word === undefined) throw new UsageError("usage: .connect host port [text]");
	const text = /^\S+\s+\S+\s+(.*)$/.exec(rest)?.[1] ?? "hello";
	const reply = await call([host, port(word)], `${text}\n`);
	print(`${reply.length} bytes: ${new TextDecoder().decode(reply).trimEnd()}\n`);
}
