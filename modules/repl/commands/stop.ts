// SPDX-License-Identifier: MIT
// .stop: the end of what .serve has started.

import { type Context, UsageError } from "repl/commands";
import { stop } from "repl/echo";

export const usage = "";
export const summary = "ends the servers that .serve has started";

export async function run(_words: string[], { print }: Context): Promise<void> {
	const ports = await stop();
	if (ports.length === 0) throw new UsageError("no server was started with .serve");
	print(`stopped: port ${ports.join(", ")}\n`);
}
