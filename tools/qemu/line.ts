// SPDX-License-Identifier: MIT
// Where the emulated machine's serial line is (--serial), as native-sim has it (boards/native-sim/serial.c): QEMU has the
// pseudo-terminal, or the Unix socket, and the board is told what it is.
import { once } from "node:events";
import { lstatSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { colours, Failure } from "../cli/report.js";
import { asOption, lineId, type SerialLine } from "./machine.js";
import type { Monitor } from "./monitor.js";

/** Bytes of a Unix socket's path at most: unix(7). */
const PATH_LIMIT = 107;

export interface Where extends SerialLine {
	kind: "stdio" | "pty" | "unix" | "none";
	/** Of the socket. */
	path?: string;
}

/**
 * The line that --serial asks for; without it this terminal, if stdin and stdout are one.
 * @throws {Failure} if it is none of those that there are
 */
export function readLine(where: string | undefined): Where {
	const { stdin, stdout, env } = process;
	const terminal = stdin.isTTY === true && stdout.isTTY === true;
	const chosen = where ?? (terminal ? "stdio" : "none");
	if (chosen === "none") return { kind: "none", device: "stdio,signal=off", output: true };
	if (chosen === "stdio") {
		const wanted = terminal && colours(stdout) && env.TERM !== "dumb";
		return { kind: "stdio", device: "stdio,signal=off", colours: wanted, columns: terminal ? stdout.columns : 0 };
	}
	if (chosen === "pty") return { kind: "pty", device: "pty", elsewhere: true };
	if (!chosen.startsWith("unix:")) {
		throw new Failure(`--serial ${chosen}: expected none, stdio, pty or unix:PATH`, 2);
	}
	const path = chosen.slice("unix:".length);
	if (path === "" || Buffer.byteLength(path) > PATH_LIMIT) {
		throw new Failure(`--serial unix:PATH: PATH must have 1 to ${PATH_LIMIT} bytes`, 2);
	}
	return { kind: "unix", device: `socket,path=${asOption(path)},server=on,wait=off`, elsewhere: true, path };
}

/** Whether the line is this process's stdin and stdout. */
export function isHere({ kind }: Where): boolean {
	return kind === "stdio" || kind === "none";
}

/**
 * Sees to it that there is nothing where the socket shall be: QEMU would replace it, whatever it is. One that a process
 * left behind is taken away.
 * @throws {Failure} if there is something else
 */
export async function clearPath({ path }: Where): Promise<void> {
	const found = path === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
	if (path === undefined || found === undefined) return;
	if (!found.isSocket()) throw new Failure(`--serial unix:${path}: it exists, and is no socket`);
	const probe = connect(path);
	try {
		await once(probe, "connect");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") return rmSync(path);
		throw new Failure(`--serial unix:${path}: ${(error as Error).message}`);
	} finally {
		probe.destroy();
	}
	throw new Failure(`--serial unix:${path}: another program has it`);
}

/** Says where the line is, if it is not here: a pseudo-terminal's name nobody could know. */
export async function tellLine(monitor: Monitor, { kind, path }: Where): Promise<void> {
	// Whichever it is: an answer says that it has been made.
	const devices = (await monitor.execute("query-chardev")) as { label: string; filename: string }[] | undefined;
	const { filename = "" } = devices?.find(({ label }) => label === lineId) ?? {};
	process.stderr.write(`serial line: ${kind === "pty" ? filename.replace(/^pty:/, "") : `unix:${path}`}\n`);
}
