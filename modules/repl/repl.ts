// SPDX-License-Identifier: MIT
// The serial REPL: a person at the prompt (session.ts), or a program in raw mode (raw.ts), on the board's serial line.
// docs/repl.md is for those who use it.

import { onuncaught, recover } from "board";
import { onprint } from "board/console";
import { again, colours, open, read } from "console/line";
import { begin } from "repl/clock";
import { RawMode } from "repl/raw";
import { Session } from "repl/session";
import { KeyboardInterrupt } from "sockets/errors";

/**
 * Starts the REPL on the board's serial line. From now what `console` prints appears above the input line, and errors
 * that nobody catches are shown instead of ending the application. Never throws.
 *
 * @param options `raw`: begin in raw mode, for a program at the other end
 * @returns false if the board has no serial line, or its stdin is no terminal; then nothing has changed
 * @example
 * ```ts
 * import { start } from "repl";
 *
 * start();
 * console.log("the prompt stays below"); // → the prompt stays below
 * ```
 */
export function start({ raw = false }: { raw?: boolean } = {}): boolean {
	const session = new Session(false, () => mode.enter());
	const mode: RawMode = new RawMode(session, () => session.begin());
	const opened = open((interrupt) => {
		if (interrupt) {
			if (!mode.active || session.busy) session.interrupt();
		}
		while (!session.busy || mode.active) {
			if (mode.active) {
				mode.feed();
				if (mode.active) return;
			}
			const bytes = read();
			if (!bytes) return;
			session.feed(new Uint8Array(bytes));
		}
	});
	if (!opened) return false;
	recover(KeyboardInterrupt);
	begin();
	session.colours = colours();
	session.onidle = again;
	onprint((text) => (mode.active ? mode.print(text) : session.print(text)));
	onuncaught((error) => {
		if (mode.active) mode.uncaught(error);
		else session.uncaught(error);
	});
	if (raw) mode.enter(true);
	else session.begin();
	return true;
}
