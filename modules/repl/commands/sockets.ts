// SPDX-License-Identifier: MIT
// .sockets: every socket of the board, whoever has it.

import type { Context } from "repl/commands";
import { list, stats } from "sockets/stats";

export const usage = "";
export const summary = "every socket: local and remote address, state, bytes that wait each way";

export function run(_words: string[], { print }: Context): void {
	const row = (...[local, remote, state, incoming, outgoing]: string[]) =>
		print(
			`${`${local}`.padEnd(22)}${`${remote}`.padEnd(22)}${`${state}`.padEnd(12)}${`${incoming}`.padStart(8)}${`${outgoing}`.padStart(8)}\n`,
		);
	row("local", "remote", "state", "to read", "to send");
	for (const { local, remote, state, unread, unsent } of list()) {
		row(local.join(":"), remote ? remote.join(":") : "-", state, String(unread), String(unsent));
	}
	const { closing, time_wait } = stats();
	if (closing + time_wait > 0) print(`closed, and not over yet: ${closing} closing, ${time_wait} in TIME_WAIT\n`);
}
