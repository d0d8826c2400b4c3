// SPDX-License-Identifier: MIT
// The firmware with many clients at a time: as many as it serves, thousands one after the other, and those that do not behave.
// echo.test.ts has what one client sees.

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { buildImage } from "#tools/build/images.js";
import { SERVED } from "#tools/soak/soak.js";
import { Board, GUARD } from "./support/board.js";
import { memory } from "./support/memory.js";
import { close, noise, open, readAll, readExactly } from "./support/net.js";

/** Bytes that each client of many sends. */
const LARGE = 1 << 20;

/** Numbers from 0 to 1, the same ones every time. */
function* dice(seed: number): Generator<number, never> {
	const bytes = noise(4096, seed);
	for (let i = 0; ; i = (i + 2) % bytes.length) yield bytes.readUInt16LE(i) / 65_536;
}

/** Sends bytes in pieces of random sizes, reading meanwhile, and checks that the very same come back. */
async function echo(socket: Socket, bytes: Buffer, seed: number): Promise<void> {
	const random = dice(seed);
	const send = async () => {
		for (let at = 0; at < bytes.length; ) {
			// Up to 4 KB mostly, now and then up to 64.
			const most = random.next().value < 0.05 ? 65_536 : 4096;
			const piece = bytes.subarray(at, at + 1 + Math.floor(random.next().value * most));
			at += piece.length;
			if (!socket.write(piece)) await once(socket, "drain");
		}
		socket.end();
	};
	const [received] = await Promise.all([readAll(socket), send()]);
	assert.equal(received.length, bytes.length);
	assert(bytes.equals(received), "other bytes came back");
}

/** Closes hard, whatever is on its way. */
async function destroy(socket: Socket, reset: boolean): Promise<void> {
	socket.on("error", () => {});
	if (reset) socket.resetAndDestroy();
	else socket.destroy();
	if (!socket.closed) await once(socket, "close");
}

describe("the firmware, with many clients", function () {
	this.timeout(10 * GUARD);
	let board: Board;
	let port: number;

	/** Sends and gets back, then closes. */
	async function exchange(message: Buffer): Promise<void> {
		const socket = await open(port);
		socket.end(message);
		assert(message.equals(await readAll(socket)), "other bytes came back");
	}

	const measure = () =>
		memory(board, async () => {
			await exchange(Buffer.from("hello\n"));
			await board.expect(/; 0 now/);
		});

	/** A client that the board serves already. */
	async function served(): Promise<Socket> {
		const socket = await open(port);
		socket.write("!");
		assert.equal((await readExactly(socket, 1)).toString(), "!");
		return socket;
	}

	before(async function () {
		this.timeout(0);
		board = new Board(await buildImage({ board: "native-sim" }), { options: ["--forward", "0:9000"] });
		port = await board.port();
		await board.expect(/^listening/);
		// Pcbs in TIME_WAIT pile up at first, to their limit.
		for (let i = 0; i < 50; i++) await exchange(Buffer.from("hello\n"));
	});

	after(async () => {
		assert.deepEqual(await board.stop(), { status: 0, signal: null });
		const unexpected = board.stderr.all.filter((line) => !/^(forwarding|memory:|pcbs:|malloc:) /.test(line));
		assert.deepEqual(unexpected, []);
	});

	it(`echoes 1 MB of each of ${SERVED - 1} at once, while one more reads 1 KB a second`, async () => {
		const before = await measure();
		const slow = await served();
		const clients = await Promise.all(Array.from({ length: SERVED - 1 }, served));
		await board.expect(new RegExp(`: connected, ${SERVED} now$`));
		slow.pause();
		slow.write(noise(LARGE, 99));
		slow.on("error", () => {});
		let read = 0;
		const drip = setInterval(() => {
			read += (slow.read(1024) as Buffer | null)?.length ?? 0;
		}, 1000);
		try {
			await Promise.all(clients.map((socket, i) => echo(socket, noise(LARGE, i + 1), i + 1)));
		} finally {
			clearInterval(drip);
		}
		// It is still being served, and has not been given more than the buffers in between hold.
		slow.read();
		await once(slow, "readable");
		await destroy(slow, false);
		assert.ok(read < LARGE / 2, `the slow client has read ${read} bytes`);
		assert.deepEqual(await measure(), before);
	});

	it("serves the client that is one too many as soon as another goes", async () => {
		const clients = await Promise.all(Array.from({ length: SERVED }, served));
		const late = await open(port);
		late.write("when it is my turn");
		await Promise.race([once(late, "readable"), sleep(300)]);
		assert.equal(late.readableLength, 0);
		const [first, ...rest] = clients as [Socket, ...Socket[]];
		for (const socket of rest) {
			socket.write("?");
			assert.equal((await readExactly(socket, 1)).toString(), "?");
		}
		await close(first);
		assert.equal((await readExactly(late, 18)).toString(), "when it is my turn");
		await Promise.all([late, ...rest].map(close));
	});

	it("serves 10,000 short connections, ten at a time", async () => {
		const before = await measure();
		const random = dice(7);
		let next = 0;
		const worker = async () => {
			while (next < 10_000) {
				const number = next++;
				await exchange(Buffer.from(`connection ${number} ${"x".repeat(Math.floor(random.next().value * 200))}`));
			}
		};
		await Promise.all(Array.from({ length: 10 }, worker));
		assert.deepEqual(await measure(), before);
	});

	it("goes on beside clients that reset, half-close, stall or say nothing", async () => {
		const before = await measure();
		const random = dice(11);
		/** What a client does that is not like the others. */
		const deeds: (() => Promise<void>)[] = [
			// Resets at once.
			async () => destroy(await open(port), true),
			// Resets in the middle of its data.
			async () => {
				const socket = await open(port);
				socket.on("error", () => {});
				socket.write(noise(50_000));
				await readExactly(socket, 1000);
				await destroy(socket, true);
			},
			// Has sent all, and reads to the end.
			async () => exchange(noise(30_000, 5)),
			// Stops reading when all buffers are full, and goes.
			async () => {
				const socket = await open(port);
				socket.on("error", () => {});
				socket.pause();
				socket.write(noise(400_000));
				await sleep(random.next().value * 50);
				await destroy(socket, random.next().value < 0.5);
			},
			// Says nothing for a while.
			async () => {
				const socket = await open(port);
				await sleep(random.next().value * 50);
				await close(socket);
			},
		];
		let going = true;
		const odd = async () => {
			while (going) await (deeds[Math.floor(random.next().value * deeds.length)] as () => Promise<void>)();
		};
		const others = Promise.all(Array.from({ length: 5 }, odd));
		try {
			await Promise.all(
				Array.from({ length: 5 }, async (_, i) => {
					for (let round = 0; round < 3; round++) await echo(await served(), noise(LARGE / 4, 20 + i), i + round);
				}),
			);
		} finally {
			going = false;
			await others;
		}
		// Connections that were reset while they waited to be accepted, or to end, are gone by now.
		assert.deepEqual(await measure(), before);
	});

	it("ends cleanly while it serves", async () => {
		const clients = await Promise.all(Array.from({ length: 5 }, served));
		const ends = clients.map(async (socket) => {
			socket.on("error", () => {});
			socket.resume();
			if (!socket.closed) await once(socket, "close");
		});
		for (const socket of clients) socket.on("end", () => socket.end());
		assert.deepEqual(await board.stop("SIGINT"), { status: 0, signal: null });
		await Promise.all(ends);
	});
});
