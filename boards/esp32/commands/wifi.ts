// SPDX-License-Identifier: MIT
// .wifi: the networks that are here, joining one, forgetting it. The password is typed at the prompt, is not shown, and
// goes to the board's preferences alone.

import { read, wait, write } from "console/line";
import { connect, forget, joined, scan } from "network/wifi";
import { type Context, UsageError } from "repl/commands";
import { KeyboardInterrupt } from "sockets/errors";

export const usage = "scan | connect NAME | forget";
export const summary = "joins a Wi-Fi network; shows those that are here";

/** Milliseconds of one wait for a key. */
const STEP = 60_000;

export async function run([action]: string[], { print }: Context, text: string): Promise<void> {
	if (action === undefined) {
		print(joined() === undefined ? "access point\n" : `"${joined()}"\n`);
	} else if (action === "scan") {
		for (const { ssid, authentication, rssi } of await scan())
			print(`${String(rssi).padStart(4)} dBm  ${ssid}  ${authentication}\n`);
	} else if (action === "connect") {
		const name = text.trim().slice("connect".length).trim();
		if (name === "") throw new UsageError("which network? .wifi connect NAME");
		connect(name, askPassword(`password of "${name}" (none if it is open): `));
	} else if (action === "forget") {
		forget();
	} else {
		throw new UsageError(`usage: .wifi ${usage}`);
	}
}

/** Reads a line that is not shown. */
function askPassword(question: string): string {
	write(question);
	const bytes: number[] = [];
	for (;;) {
		if (!wait(STEP)) throw new KeyboardInterrupt("interrupted by Ctrl-C");
		const chunk = read();
		if (chunk === undefined) continue;
		for (const byte of new Uint8Array(chunk)) {
			if (byte === 13 || byte === 10) {
				write("\n");
				return new TextDecoder().decode(new Uint8Array(bytes));
			}
			if (byte === 8 || byte === 127) bytes.pop();
			else if (byte >= 32) bytes.push(byte);
		}
	}
}
