// SPDX-License-Identifier: MIT
// The firmware from outside, through QEMU's user network: how long a client waits, and how much goes through, as ratios to an
// echo server in C (bench/outside) on the same machine in the same run. Times, so never the same twice.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { Launch } from "../boards/board.js";
import { buildImage } from "../build/images.js";
import { Failure } from "../cli/report.js";

/** Milliseconds. */
export interface Times {
	/** From the start of the board's program to the line that it listens. */
	listening: number;
	/** Connect, echo of 32 bytes, close: the median. */
	client: number;
	/** Echo of 32 bytes on a connection that is there: the median. */
	echo: number;
	/** Echo of 4 MB. */
	bulk: number;
}

const CLIENTS = 100;
const ECHOES = 500;
const BULK = 4 << 20;
/** Milliseconds for all of it. */
const GUARD = 120_000;

/** Sends bytes and ends; checks that they come back. */
function exchange(port: number, bytes: Buffer): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true, noDelay: true });
		const chunks: Buffer[] = [];
		socket.on("error", reject);
		socket.on("data", (chunk) => chunks.push(chunk));
		socket.on("end", () => {
			if (Buffer.concat(chunks).equals(bytes)) resolve();
			else reject(new Failure("other bytes came back"));
		});
		socket.end(bytes);
	});
}

async function echoes(port: number): Promise<number[]> {
	const socket = connect({ host: "127.0.0.1", port, noDelay: true });
	await once(socket, "connect");
	const message = Buffer.alloc(32, 7);
	const times: number[] = [];
	for (let i = 0; i < ECHOES; i++) {
		const start = performance.now();
		socket.write(message);
		for (let there = 0; there < message.length; ) {
			const [data] = (await once(socket, "data")) as [Buffer];
			there += data.length;
		}
		times.push(performance.now() - start);
	}
	const closed = once(socket, "close");
	socket.end();
	await closed;
	return times;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Times an echo server on the board's port 9000. */
export async function measureOutside({ command, args }: Launch): Promise<Times> {
	const started = performance.now();
	const board = spawn(command, [...args, "--forward", "0:9000"], { stdio: ["ignore", "pipe", "pipe"] });
	const guard = setTimeout(() => board.kill("SIGKILL"), GUARD);
	try {
		const [[, port]] = await Promise.all([
			line(board, "stderr", /^forwarding \S+:(\d+) -> /),
			line(board, "stdout", /^listening/),
		]);
		const listening = performance.now() - started;
		const clients: number[] = [];
		for (let i = 0; i < CLIENTS; i++) {
			const start = performance.now();
			await exchange(Number(port), Buffer.alloc(32, i));
			clients.push(performance.now() - start);
		}
		const echo = median(await echoes(Number(port)));
		const start = performance.now();
		await exchange(Number(port), Buffer.alloc(BULK, "0123456789"));
		return { listening, client: median(clients), echo, bulk: performance.now() - start };
	} finally {
		clearTimeout(guard);
		const ended = once(board, "close");
		board.kill();
		await ended;
	}
}

/** Waits for a line of a stream; gives the match. */
function line(board: ChildProcess, name: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
	const stream = board[name];
	if (stream === null) throw new Error("no pipe");
	return new Promise((resolve, reject) => {
		const lines = createInterface({ input: stream });
		lines.on("line", (text) => {
			// The prompt is on the same line, with what moves a terminal's cursor.
			const match = pattern.exec(stripVTControlCharacters(text));
			if (match) resolve(match);
		});
		lines.on("close", () => reject(new Failure(`the board ended before it said ${pattern}`)));
	});
}

/** Measures the firmware and the server in C; gives lines with what there is to say. */
export async function compareOutside(board: string): Promise<string[]> {
	const firmware = await measureOutside(await buildImage({ board }));
	const c = await measureOutside(await buildImage({ board, manifest: "bench/outside/manifest.json" }));
	const row = (what: string, key: keyof Times) => {
		return `${what}: ${firmware[key].toFixed(2)} ms, ${(firmware[key] / c[key]).toFixed(2)}× of C`;
	};
	return [
		row("start of the program to listening", "listening"),
		row("connect, echo of 32 bytes, close", "client"),
		row("echo of 32 bytes", "echo"),
		row("echo of 4 MB", "bulk"),
	];
}
