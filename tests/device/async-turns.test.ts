// SPDX-License-Identifier: MIT
// Awaited sockets and the main loop: who gets a turn when. A "turn" here is one round of it, as timers see it.
import assert from "assert";
import { IPPROTO_TCP, MSG_DONTWAIT, TCP_NODELAY } from "sockets";
import { AsyncSocket, create_server } from "sockets/async";
import { AsyncPair, rejects, turns } from "./support/async.js";
import { text } from "./support/sockets.js";

/** How often `step` is called between two timers that are due at once, over so many of these; the most of them. */
async function mostPerTurn(count: () => number, rounds: number): Promise<number> {
	let most = 0;
	let before = count();
	for (let i = 0; i < rounds; i++) {
		await turns();
		most = Math.max(most, count() - before);
		before = count();
	}
	return most;
}

/** Operations that one socket may do between two timers: 16 at once, and what waited for the turn. */
const MOST = 16 + 2;

describe("a socket that always has something", () => {
	it("leaves the timers and the other sockets their turn: reading", async () => {
		using flood = new AsyncPair();
		using other = new AsyncPair();
		await flood.client.sendall(new Uint8Array(5000));
		await turns();
		let reads = 0;
		let going = true;
		const reader = (async () => {
			while (going && reads < 4000) {
				assert.strictEqual((await flood.server.recv(1)).length, 1);
				reads++;
			}
		})();
		const answered = other.server.readline();
		await other.client.sendall("let me through\n");
		await turns(2);
		const readsThen = reads;
		assert.strictEqual(text(await answered), "let me through\n");
		assert.ok(readsThen <= 4 * MOST, `${readsThen} reads before another socket had its turn`);
		const most = await mostPerTurn(() => reads, 20);
		assert.ok(most > 0 && most <= MOST, `${most} reads between two timers`);
		going = false;
		await reader;
	});

	it("leaves the timers their turn: writing, and reading what was written", async () => {
		using pair = new AsyncPair();
		for (const end of [pair.client, pair.server]) end.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
		let rounds = 0;
		let going = true;
		const echo = (async () => {
			for (let data = await pair.server.recv(100); data.length > 0; data = await pair.server.recv(100)) {
				await pair.server.sendall(data);
			}
		})();
		const flood = (async () => {
			while (going) {
				await pair.client.sendall("ping");
				await pair.client.recv(100);
				rounds++;
			}
			pair.client.close();
		})();
		await turns(3);
		const most = await mostPerTurn(() => rounds, 30);
		assert.ok(most > 0 && most <= MOST, `${most} round trips between two timers`);
		going = false;
		await Promise.all([echo, flood]);
	});

	it("leaves the timers their turn: accepting", async () => {
		using server = create_server(["127.0.0.1", 0]);
		let accepted = 0;
		const accepting = (async () => {
			for await (const [connection] of server) {
				connection.close();
				accepted++;
			}
		})();
		for (let i = 0; i < 40; i++) {
			using client = new AsyncSocket();
			await client.connect(server.getsockname());
			await client.read();
		}
		assert.strictEqual(accepted, 40);
		server.close();
		await accepting;
	});

	it("still says EAGAIN only when there is nothing, however often it is asked", async () => {
		using pair = new AsyncPair();
		await pair.client.sendall(new Uint8Array(100));
		await turns(2);
		for (let i = 0; i < 100; i++) assert.strictEqual((await pair.server.recv(1, MSG_DONTWAIT)).length, 1);
		await rejects("EAGAIN", pair.server.recv(1, MSG_DONTWAIT));
	});
});

describe("what waits", () => {
	it("on many sockets is all settled in the turn in which it comes", async () => {
		const pairs = Array.from({ length: 6 }, () => new AsyncPair());
		const lines: string[] = [];
		const reads = pairs.map((pair) => pair.server.readline().then((line) => lines.push(text(line))));
		for (const [i, pair] of pairs.entries()) pair.client.sendall(`${i}\n`);
		await turns(2);
		assert.deepStrictEqual(
			lines,
			pairs.map((_, i) => `${i}\n`),
		);
		await Promise.all(reads);
		for (const pair of pairs) pair[Symbol.dispose]();
	});

	it("gets pieces that came between two turns together", async () => {
		using pair = new AsyncPair();
		pair.client.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
		const waiting = pair.server.recv(100);
		for (const piece of ["a", "b", "c"]) pair.client.sendall(piece);
		assert.strictEqual(text(await waiting), "abc");
	});
});
