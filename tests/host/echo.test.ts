// SPDX-License-Identifier: MIT
// The firmware itself, main.ts, driven from outside by real TCP clients: what a person does with `npm start` and a
// laptop; on each emulated board. After each test the next client must be served.

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Launch } from "#tools/boards/board.js";
import { boardNames } from "#tools/boards/boards.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { memory } from "./support/memory.js";
import { close, closedPort, noise, open, readAll, readExactly, withServer, writeAll } from "./support/net.js";

for (const name of boardNames) {
	describe(`the firmware on ${name}`, function () {
		this.timeout(2 * GUARD);
		let launch: Launch;
		let board: Board;
		let port: number;

		before(async function () {
			this.timeout(0);
			launch = await buildImage({ board: name });
			board = new Board(launch, { options: ["--forward", "0:9000"] });
			port = await board.port();
		});

		after(async () => {
			assert.deepEqual(await board.stop(), { status: 0, signal: null });
			const said = new Set([...board.stdout.all, ...board.stderr.all]);
			const ours = /^(forwarding|memory:|pcbs:|malloc:|most:|en1:|listening|client|camsock on) /;
			const prompt = /^(> )?$/; // where the console is the serial line
			const unexpected = [...said].filter((line) => !ours.test(line) && !prompt.test(line));
			assert.deepEqual(unexpected, []);
		});

		/** Sends and gets back, then closes. */
		async function exchange(message: Uint8Array): Promise<void> {
			const socket = await open(port);
			socket.end(message);
			assert(Buffer.from(message).equals(await readAll(socket)), "other bytes came back");
		}

		afterEach(async () => exchange(Buffer.from("the next client is served")));

		it("prints its address, and that it listens", async () => {
			await board.expect(/^\w+: \d+\.\d+\.\d+\.\d+$/);
			await board.expect(/^listening on 0\.0\.0\.0:9000$/);
		});

		it("echoes one byte", async () => exchange(Buffer.from([0])));

		it("echoes a line to a client that stays, again and again", async () => {
			const socket = await open(port);
			for (let i = 0; i < 100; i++) {
				const line = `line ${i}\n`;
				socket.write(line);
				assert.equal((await readExactly(socket, line.length)).toString(), line);
			}
			await close(socket);
		});

		it("echoes 1 MB sent in one write", async () => exchange(noise(1 << 20)));

		it("echoes 10 MB sent in odd-sized pieces by a client that reads meanwhile", async () => {
			const bytes = noise(10 << 20);
			const sizes = [1, 3, 535, 536, 1435, 1436, 1437, 5743, 5745, 65_537, 99_991];
			function* pieces() {
				for (let at = 0, i = 0; at < bytes.length; i++) {
					const size = sizes[i % sizes.length] as number;
					yield bytes.subarray(at, at + size);
					at += size;
				}
			}
			const socket = await open(port);
			const [received] = await Promise.all([readAll(socket), writeAll(socket, pieces()).then(() => socket.end())]);
			assert(bytes.equals(received), "other bytes came back");
		});

		it("takes clients that connect and close without a word, twenty at once", async () => {
			await Promise.all(
				Array.from({ length: 20 }, async () => {
					const socket = await open(port);
					socket.end();
					assert.equal((await readAll(socket)).length, 0);
				}),
			);
		});

		it("sends the rest to a client that has closed its write side", async () => {
			const bytes = noise(200_000);
			const socket = await open(port);
			socket.end(bytes);
			// Nothing was read yet: all of it is in the buffers between here and the board, or to be sent still.
			await once(socket, "finish");
			assert(bytes.equals(await readAll(socket)), "other bytes came back");
		});

		it("goes on after a client that resets in the middle of its data", async () => {
			for (let i = 0; i < 5; i++) {
				const socket = await open(port);
				socket.write(noise(100_000));
				await readExactly(socket, 1000);
				socket.resetAndDestroy();
				await once(socket, "close");
			}
		});

		it("goes on after a client that resets at once", async () => {
			for (let i = 0; i < 5; i++) {
				const socket = await open(port);
				socket.resetAndDestroy();
				await once(socket, "close");
			}
		});

		it("serves others while one stays", async () => {
			const first = await open(port);
			first.write("1");
			await readExactly(first, 1);
			await Promise.all(Array.from({ length: 8 }, (_, i) => exchange(Buffer.from(`client ${i}`))));
			first.write("2");
			assert.equal((await readExactly(first, 1)).toString(), "2");
			await close(first);
		});

		it("tells of each client that comes and goes", async () => {
			const socket = await open(port);
			socket.write("123456");
			await readExactly(socket, 6);
			const address = `10\\.0\\.2\\.2:${socket.localPort}`;
			await board.expect(new RegExp(`^client ${address}: connected, 1 now$`));
			await close(socket);
			await board.expect(new RegExp(`^client ${address}: 6 bytes; 0 now, \\d+ served, \\d+ bytes in all$`));
		});

		it("uses no more memory after 1,000 connections one after the other", async () => {
			const message = Buffer.from("hello\n");
			// Pcbs in TIME_WAIT pile up at first, to their limit.
			for (let i = 0; i < 50; i++) await exchange(message);
			const before = await memory(board, () => exchange(message));
			for (let i = 0; i < 1000; i++) await exchange(message);
			const after = await memory(board, () => exchange(message));
			assert("slots" in before && "chunks" in before && "TCP_PCB" in before && "PBUF_POOL" in before);
			assert.deepEqual(after, before);
		});
	});

	describe(`the firmware as a client on ${name}`, function () {
		this.timeout(2 * GUARD);
		let launch: Launch;

		before(async function () {
			this.timeout(0);
			launch = await buildImage({ board: name });
		});

		it("prints the reply of a server on this machine", async () => {
			// In several pieces.
			const message = noise(3600).toString("base64");
			await withServer(
				(socket) => socket.pipe(socket),
				async (port) => {
					const board = new Board(launch, { words: ["client", "10.0.2.2", `${port}`, message] });
					const [, reply] = await board.expect(/^reply: (.*)$/);
					assert.equal(reply, message);
					assert.deepEqual(await board.end(), { status: 0, signal: null });
				},
			);
		});

		it("prints what comes before the server closes", async () => {
			await withServer(
				(socket) => socket.resume().end("bye"),
				async (port) => {
					const board = new Board(launch, { words: ["client", "10.0.2.2", `${port}`, "hello"] });
					await board.expect(/^reply: bye$/);
					assert.deepEqual(await board.end(), { status: 0, signal: null });
				},
			);
		});

		it("tells that nobody listens, and ends with status 1", async () => {
			const board = new Board(launch, { words: ["client", "10.0.2.2", `${await closedPort()}`] });
			await board.expect(/ECONNREFUSED|refused/i, board.errors);
			assert.deepEqual(await board.end(), { status: 1, signal: null });
		});

		it("tells what its arguments are, and ends with status 2", async () => {
			for (const words of [["serve"], ["client"], ["client", "10.0.2.2", "x"]]) {
				const board = new Board(launch, { words });
				await board.expect(/client HOST PORT \[MESSAGE\]/);
				assert.deepEqual(await board.end(), { status: 2, signal: null });
			}
		});
	});
}
