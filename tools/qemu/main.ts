// SPDX-License-Identifier: MIT
// `node main.js IMAGE [options] [-- words]`: an emulated machine as a program, with the options, the streams, the signals
// and the exit statuses that native-sim has. Read machine.ts for the machine itself.
//
// stdin and stdout are the board's serial line, if it is not elsewhere (line.ts). Ctrl-C on a terminal is a byte for the
// board, Ctrl-] leaves; that, or a signal to this process, is a break on the line (boards/qemu-riscv32/console.c), the
// second one ends QEMU. SIGUSR1 is Ctrl-T.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { Failure } from "../cli/report.js";
import { clearPath, isHere, readLine, tellLine, type Where } from "./line.js";
import { emulator, type Forward, lineId, machineArguments, machineEnvironment } from "./machine.js";
import { Monitor } from "./monitor.js";
import { type Options, readOptions, usage } from "./options.js";

const CTRL_T = "\x14";
/** Ctrl-] on this terminal leaves the board, as it does in `npm run repl`. */
const LEAVE = 0x1d;

function complain(text: string): void {
	process.stderr.write(`qemu-riscv32: ${text}\n`);
}

/** What QEMU says of a port that is taken, or a socket that cannot be made, in our words; anything else as it is. */
function explain(said: string): string {
	const lines = said.trim().split("\n");
	const rule = lines
		.map((line) => /host forwarding rule 'tcp:([\d.]+):(\d+)-:(\d+)'/.exec(line))
		.find((match) => match);
	const [, path, reason] = /Failed to bind socket to (.*): (.*)/.exec(said) ?? [];
	if (path !== undefined) return `--serial unix:${path}: ${reason}`;
	if (!rule) return said.trim();
	const [, host, port, boardPort] = rule;
	return (
		`port ${port} of ${host} is taken by another program: choose another with --forward PORT:${boardPort} ` +
		"(0 takes a free one)"
	);
}

/** Says which ports lead to the board: for port 0 that is the only way to know which it is. */
async function tellPorts(monitor: Monitor, forwards: readonly Forward[]): Promise<void> {
	const text = await monitor.human("info usernet");
	const ports = [...text.matchAll(/TCP\[HOST_FORWARD\]\s+\d+\s+(\S+)\s+(\d+)\s+\S+\s+(\d+)/g)];
	for (const { host, port, boardPort } of forwards) {
		const at = ports.findIndex(
			([, from, number, to]) => from === host && Number(to) === boardPort && (port === 0 || Number(number) === port),
		);
		const [found] = at < 0 ? [] : ports.splice(at, 1);
		process.stderr.write(`forwarding ${host}:${found?.[2] ?? port} -> ${boardPort}\n`);
	}
}

/** Hands the bytes of stdin, a terminal's too, to the board. */
function connectInput(child: ChildProcess, leave: () => void): void {
	const { stdin } = process;
	if (stdin.isTTY) {
		stdin.setRawMode(true);
		process.on("exit", () => {
			process.stdout.write("\n"); // what follows, on a line of its own
			stdin.setRawMode(false);
		});
	}
	stdin.on("error", () => {});
	stdin.on("data", (data) => {
		child.stdin?.write(data);
		if (stdin.isTTY && data.includes(LEAVE)) leave();
	});
}

/** What ends the board: the first time it is asked, the second time it is not. */
function ender(child: ChildProcess, monitor: Monitor): () => void {
	let asked = false;
	return () => {
		if (asked) child.kill("SIGKILL");
		else void monitor.execute("chardev-send-break", { id: lineId });
		asked = true;
	};
}

/** Says where the board can be reached, and then has it start. */
async function announce(monitor: Monitor, line: Where, forwards: readonly Forward[]): Promise<void> {
	if (!isHere(line)) await tellLine(monitor, line);
	if (forwards.length > 0) await tellPorts(monitor, forwards);
	await monitor.execute("cont");
}

async function start({ image, count, report, forwards, words, serial }: Options): Promise<void> {
	const line = readLine(serial);
	await clearPath(line);
	const more = ["-chardev", "socket,id=monitor,fd=3", "-mon", "chardev=monitor,mode=control", "-S"];
	// Should this process be killed, QEMU shall not stay. (Of util-linux, which every Debian has.)
	const command = [
		"--pdeathsig",
		"KILL",
		emulator,
		...machineArguments({ image, count, report, forwards, words, line, more }),
	];
	const child = spawn("setpriv", command, {
		// QEMU tells on stdout which pseudo-terminal it has; so do we.
		stdio: ["pipe", isHere(line) ? "inherit" : "ignore", "pipe", "pipe"],
		env: machineEnvironment(),
		// Ctrl-C on a terminal that is not raw reaches this process, which passes it on.
		detached: true,
	});
	let said = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	child.stdin?.on("error", () => {});
	child.on("error", (error: NodeJS.ErrnoException) => {
		complain(`cannot run ${emulator}: ${error.code === "ENOENT" ? "it is not installed" : error.message}`);
		process.exit(1);
	});
	child.on("close", (status, signal) => {
		if (line.path !== undefined) rmSync(line.path, { force: true });
		const text = explain(said);
		if (text) complain(text);
		process.exit(status ?? 128 + constants.signals[signal ?? "SIGKILL"]);
	});
	const monitor = new Monitor(child.stdio[3] as Duplex);
	void announce(monitor, line, forwards);
	const end = ender(child, monitor);
	if (isHere(line)) connectInput(child, end);
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, end);
	process.on("SIGUSR1", () => {
		if (isHere(line)) child.stdin?.write(CTRL_T);
		else complain("SIGUSR1 asks for the memory where the line is this terminal; on another Ctrl-T does, or .mem");
	});
}

try {
	const options = readOptions(process.argv.slice(2));
	if (options.help) process.stdout.write(usage);
	else await start(options);
} catch (error) {
	if (!(error instanceof Failure)) throw error;
	complain(error.message);
	process.exitCode = error.status;
}
