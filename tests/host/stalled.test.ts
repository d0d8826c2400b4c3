// SPDX-License-Identifier: MIT
// Clients that stop reading while the board sends to them: every buffer between the two fills up, the firmware waits in
// sendall(), and then the client goes, one way or another. The next one must be served.

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { noise, open, readAll } from "./support/net.js";

/** Milliseconds in which not one piece more is taken when all buffers are full. */
const STILL = 300;

/** Sends without reading until nothing moves any more. */
async function fill(socket: Socket): Promise<void> {
	const piece = noise(65_536);
	for (;;) {
		const taken = new Promise<boolean>((resolve) => socket.write(piece, () => resolve(true)));
		if (!(await Promise.race([taken, sleep(STILL, false)]))) return;
	}
}

describe("the firmware, with a client that does not read", function () {
	this.timeout(2 * GUARD);
	let board: Board;
	let port: number;

	before(async function () {
		this.timeout(0);
		board = new Board(await buildImage({ board: "native-sim" }), { options: ["--forward", "0:9000"] });
		port = await board.port();
		await board.expect(/^listening/);
	});

	after(async () => {
		assert.deepEqual(await board.stop(), { status: 0, signal: null });
	});

	afterEach(async () => {
		const socket = await open(port);
		socket.end("the next client is served");
		assert.equal((await readAll(socket)).toString(), "the next client is served");
	});

	it("goes on when the client closes, which resets what it has not read", async () => {
		const socket = await open(port);
		socket.pause();
		socket.on("error", () => {});
		await fill(socket);
		socket.destroy();
		await once(socket, "close");
	});

	it("goes on when the client resets", async () => {
		const socket = await open(port);
		socket.pause();
		socket.on("error", () => {});
		await fill(socket);
		socket.resetAndDestroy();
		await once(socket, "close");
	});

	it("goes on when the client reads after all, and has lost nothing", async () => {
		const socket = await open(port);
		socket.pause();
		await fill(socket);
		socket.end();
		const bytes = await readAll(socket);
		assert.equal(bytes.length, socket.bytesWritten);
		const piece = bytes.subarray(0, 65_536);
		for (let at = 0; at < bytes.length; at += piece.length) {
			assert(piece.equals(bytes.subarray(at, at + piece.length)), `other bytes came back at ${at}`);
		}
	});
});
