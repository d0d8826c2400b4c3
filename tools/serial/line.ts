// SPDX-License-Identifier: MIT
// A serial line to a board, as a stream of bytes: a serial port, a pseudo-terminal, a Unix socket, or an emulated board
// that is started for it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Duplex } from "node:stream";
import type { Launch } from "../boards/board.js";
import { Failure } from "../cli/report.js";

export interface Line {
	stream: Duplex;
	/** What to call it in messages. */
	name: string;
	/** Resolves, with a reason, when the line is over: the port has gone, the board's process has ended. */
	over: Promise<string>;
	/** Resets the board by the port's control lines, where it has such; boards with an ESP32 are wired so. */
	pulseReset?(): Promise<void>;
	close(): Promise<void>;
}

export const defaultBaud = 115_200;

/** Serial ports that there are. */
export async function listPorts(): Promise<string[]> {
	// The package asks udev, through a program that small systems do not have, and fails badly without it.
	const udev = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "udevadm")));
	if (process.platform !== "linux" || udev) {
		const { SerialPort } = await import("serialport");
		return (await SerialPort.list())
			.filter(({ pnpId, path }) => pnpId ?? !/ttyS\d+$/.test(path))
			.map(({ path }) => path);
	}
	return readdirSync("/dev")
		.filter((name) => /^tty(USB|ACM)\d+$/.test(name))
		.map((name) => `/dev/${name}`)
		.sort();
}

/** The one port that there is. @throws {Failure} that lists them, if there are several or none */
export async function onlyPort(): Promise<string> {
	const ports = await listPorts();
	if (ports.length === 1) return ports[0] as string;
	if (ports.length === 0) throw new Failure("there is no serial port: connect a board, or use --board native-sim");
	throw new Failure(`there are several serial ports, choose one with --port: ${ports.join(", ")}`);
}

/** Opens a port: a device's path, or unix:PATH. @throws {Failure} */
export async function openPort(path: string, baud = defaultBaud): Promise<Line> {
	if (path.startsWith("unix:")) return openSocket(path.slice(5));
	if (!existsSync(path)) {
		const ports = await listPorts();
		const there = ports.length > 0 ? `; there are: ${ports.join(", ")}` : "";
		throw new Failure(`there is no port ${path}${there}`);
	}
	const { SerialPort } = await import("serialport");
	const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
	await new Promise<void>((resolve, reject) => {
		port.open((error) => (error ? reject(new Failure(cannotOpen(path, error))) : resolve()));
	});
	return {
		stream: port,
		name: path,
		over: ended(port, `the port ${path} has gone`),
		async pulseReset() {
			const set = (lines: { dtr: boolean; rts: boolean }) =>
				new Promise<void>((resolve) => port.set(lines, () => resolve())); // a pty has none: no matter
			await set({ dtr: false, rts: true });
			await new Promise((resolve) => setTimeout(resolve, 100));
			await set({ dtr: false, rts: false });
		},
		close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
	};
}

function cannotOpen(path: string, { message }: Error): string {
	const remedy = /permission denied/i.test(message)
		? " (add yourself to the group that has it, mostly dialout: sudo usermod -aG dialout $USER, and log in again)"
		: /lock|busy/i.test(message)
			? " (another program has it)"
			: "";
	return `cannot open ${path}: ${message.replace(/^Error:? /, "")}${remedy}`;
}

function ended(stream: Duplex, reason: string): Promise<string> {
	return new Promise((resolve) => {
		stream.on("close", () => resolve(reason));
		stream.on("error", (error) => resolve(`${reason} (${error.message})`));
	});
}

async function openSocket(path: string): Promise<Line> {
	const socket = connect(path);
	try {
		await once(socket, "connect");
	} catch (error) {
		throw new Failure(`cannot connect to unix:${path}: ${(error as Error).message}`);
	}
	return {
		stream: socket,
		name: `unix:${path}`,
		over: ended(socket, "the board has closed the line"),
		close: async () => void socket.destroy(),
	};
}

/** Starts an emulated board whose serial line is the stream. Its own messages go to this process's stderr. */
export async function startBoard(
	{ command, args }: Pick<Launch, "command" | "args">,
	options: readonly string[],
): Promise<Line> {
	const folder = mkdtempSync(join(tmpdir(), "camsock-"));
	const path = join(folder, "line");
	const child = spawn(command, [...args, "--serial", `unix:${path}`, ...options], { stdio: ["ignore", 2, "pipe"] });
	const exited = new Promise<string>((resolve) => {
		child.on("error", (error) => resolve(`the board did not start: ${error.message}`));
		child.on("exit", (status, signal) => resolve(`the board has ended (${signal ?? `status ${status}`})`));
	});
	const clean = () => rmSync(folder, { recursive: true, force: true });
	const end = () => child.kill("SIGKILL");
	process.on("exit", end);
	try {
		await Promise.race([
			lineAnnounced(child),
			exited.then((reason) => {
				throw new Failure(reason);
			}),
		]);
		const line = await openSocket(path);
		return {
			stream: line.stream,
			name: "the board",
			over: exited,
			close: async () => {
				await line.close();
				child.kill("SIGTERM");
				const guard = setTimeout(end, 3000);
				await exited;
				clearTimeout(guard);
				process.off("exit", end);
				clean();
			},
		};
	} catch (error) {
		end();
		clean();
		throw error;
	}
}

/** Waits until the board says where its line is; passes on what else it says. */
async function lineAnnounced(child: ChildProcess): Promise<void> {
	const { stderr } = child;
	if (!stderr) throw new Error("no pipe");
	await new Promise<void>((resolve) => {
		let text = "";
		stderr.setEncoding("utf8").on("data", (data: string) => {
			text += data;
			for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
				const line = text.slice(0, end + 1);
				text = text.slice(end + 1);
				if (line.startsWith("serial line: ")) resolve();
				else process.stderr.write(line);
			}
		});
	});
}
