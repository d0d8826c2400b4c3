// SPDX-License-Identifier: MIT
// qemu-riscv32 under load from outside: as many clients at a time as are served, and as there are pcbs; a flood of connections. The virtio
// driver is what this is about; bytes lost or mixed up anywhere show here.

import assert from "node:assert/strict";
import { buildImage } from "#tools/build/images.js";
import { SERVED } from "#tools/soak/soak.js";
import { Board, GUARD } from "./support/board.js";
import { noise, open, readAll } from "./support/net.js";

const board = "qemu-riscv32";

/** MEMP_NUM_TCP_PCB of boards/common/lwip/lwipopts.h. */
const PCBS = 16;
describe(`${board} from outside`, function () {
	this.timeout(4 * GUARD);

	/** Starts an image whose echo server is on port 9000; gives its port here. */
	async function start(manifest?: string): Promise<{ machine: Board; port: number }> {
		const machine = new Board(await buildImage({ board, manifest }), { options: ["--forward", "0:9000"] });
		const port = await machine.port();
		await machine.expect(/^listening/);
		return { machine, port };
	}

	/** Sends bytes of its own and wants them back. */
	async function exchange(port: number, number: number, size: number): Promise<void> {
		const bytes = Buffer.alloc(size);
		noise(size).copy(bytes);
		bytes.writeUInt32BE(number);
		const socket = await open(port);
		socket.end(bytes);
		assert.ok(bytes.equals(await readAll(socket)), `other bytes came back on connection ${number}`);
	}

	/** So many clients, all there before any of them ends. */
	async function atOnce(port: number, clients: number): Promise<void> {
		const sockets = await Promise.all(Array.from({ length: clients }, () => open(port)));
		const bytes = sockets.map((_, i) => noise(20_000 + i));
		const received = sockets.map((socket) => readAll(socket));
		for (const [i, socket] of sockets.entries()) socket.write(bytes[i] as Buffer);
		for (const socket of sockets) socket.end();
		for (const [i, data] of received.entries()) {
			assert.ok((bytes[i] as Buffer).equals(await data), `other bytes came back on connection ${i}`);
		}
	}

	for (const [what, clients, manifest] of [
		["JavaScript", SERVED],
		["JavaScript with a heap of 128 KB", PCBS, "tests/images/echo/manifest.json"],
		["C", PCBS, "bench/outside/manifest.json"],
	] as const) {
		it(`serves ${clients} clients at once, in ${what}, with nothing lost`, async () => {
			const { machine, port } = await start(manifest);
			await atOnce(port, clients);
			assert.deepEqual(await machine.stop(), { status: 0, signal: null });
		});
	}

	it("serves 2,000 connections, eight at a time, with nothing lost", async () => {
		const { machine, port } = await start();
		let next = 0;
		const client = async () => {
			while (next < 2000) await exchange(port, next++, 1500);
		};
		await Promise.all(Array.from({ length: 8 }, client));
		const { status } = await machine.stop();
		assert.equal(status, 0);
		assert.equal(machine.stdout.all.filter((line) => /^client \S+: 1500 bytes;/.test(line)).length, 2000);
	});
});
