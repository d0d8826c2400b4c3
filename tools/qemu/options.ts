// SPDX-License-Identifier: MIT
// The command line of the emulated machine: the same options as native-sim has (boards/native-sim/options.c).
import { isIPv4 } from "node:net";
import { Failure } from "../cli/report.js";
import type { Forward } from "./machine.js";

export const usage = `usage: qemu-riscv32 IMAGE [options] [-- words for the application]

Runs a firmware image in QEMU, with a network of its own: the board is 10.0.2.15, this machine 10.0.2.2.

  --forward [HOST:]PORT:BOARDPORT  connections to PORT of this machine go to BOARDPORT of the board; may be
                                   repeated; PORT 0 takes a free one, which is printed (default 9000:9000)
  --no-forward                     no port leads to the board
  --serial WHERE                   the serial line with the prompt: stdio (this terminal, the default in one), pty (a
                                   pseudo-terminal, whose name is printed), unix:PATH (a socket), none
  --allow-remote                   HOST may be other than loopback: other machines can reach the board
  --count                          no network; each run takes the same instructions, and tells how many
  --report                         tell at the end, if a signal brings it, how much memory there was in use
  --help                           this text

Exit status: 0 ended by a signal or by the application; 1 an error that nobody caught; 2 wrong options;
70 the firmware is broken; 71 out of memory; 72 stack overflow; 73 out of names.
`;

export interface Options {
	image: string;
	help: boolean;
	count: boolean;
	report: boolean;
	forwards: Forward[];
	/** Where the serial line is: line.ts. */
	serial: string | undefined;
	words: string[];
}

/**
 * Reads the words behind the program's name.
 * @throws {Failure} for what does not fit
 */
export function readOptions(args: readonly string[]): Options {
	const end = args.indexOf("--");
	const words = end < 0 ? [] : args.slice(end + 1);
	const [image = "", ...options] = end < 0 ? args : args.slice(0, end);
	const given: string[] = [];
	let help = image === "--help" || image === "";
	let count = false;
	let report = false;
	let none = false;
	let serial: string | undefined;
	let allowRemote = false;
	for (let i = 0; i < options.length; i++) {
		const option = options[i];
		if (option === "--help") help = true;
		else if (option === "--count") count = none = true;
		else if (option === "--report") report = true;
		else if (option === "--allow-remote") allowRemote = true;
		else if (option === "--no-forward") none = true;
		else if (option === "--serial") {
			serial = options[++i];
			if (serial === undefined) throw new Failure("--serial needs none, stdio, pty or unix:PATH", 2);
		} else if (option === "--forward") {
			const value = options[++i];
			if (value === undefined) throw new Failure("--forward needs [HOST:]PORT:BOARDPORT", 2);
			given.push(value);
		} else throw new Failure(`unknown option '${option}'; --help tells which there are`, 2);
	}
	const wanted = given.length === 0 && !none ? ["9000:9000"] : given;
	return { image, help, count, report, serial, words, forwards: wanted.map((text) => readForward(text, allowRemote)) };
}

function readForward(text: string, allowRemote: boolean): Forward {
	const [, name = "127.0.0.1", from, to] = /^(?:([^:]*):)?(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
	const port = Number(from);
	const boardPort = Number(to);
	if (!(port <= 65535 && boardPort >= 1 && boardPort <= 65535)) {
		throw new Failure(`--forward ${text}: expected [HOST:]PORT:BOARDPORT, as in 9000:9000`, 2);
	}
	const host = name === "localhost" ? "127.0.0.1" : name;
	if (!isIPv4(host)) throw new Failure(`--forward ${text}: HOST must be an IPv4 address such as 127.0.0.1`, 2);
	if (!host.startsWith("127.") && !allowRemote) {
		throw new Failure(`--forward ${text}: would let other machines reach the board; add --allow-remote if so meant`, 2);
	}
	return { host, port, boardPort };
}
