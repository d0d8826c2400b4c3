// SPDX-License-Identifier: MIT
// Awaited sockets on a board: sending, at once and later; whole and in order.
import assert from "assert";
import { memory } from "board";
import { MSG_DONTWAIT, type OSError, SHUT_WR } from "sockets";
import type { AsyncSocket } from "sockets/async";
import { stats } from "sockets/stats";
import { AsyncPair, drain, rejects, turns, watch } from "./support/async.js";
import { LARGE, pattern, text } from "./support/sockets.js";

/** Sends until there is no room now, all of it "f"; gives how many bytes that were. There is room again as soon as the network has had its turn. */
async function fill(socket: AsyncSocket): Promise<number> {
	const chunk = new Uint8Array(1000).fill(0x66);
	for (let sent = 0; ; ) {
		try {
			sent += await socket.send(chunk, MSG_DONTWAIT);
		} catch (error) {
			assert.strictEqual((error as OSError).code, "EAGAIN");
			return sent;
		}
	}
}

/** More than all buffers between two ends hold: to send it takes somebody who reads. */
const ENDLESS = 2 * LARGE;

describe("an awaited write", () => {
	it("sends strings and buffers, at once where there is room", async () => {
		using pair = new AsyncPair();
		assert.strictEqual(await pair.client.send("é€😀\0"), 10);
		assert.strictEqual(await pair.client.sendall(new Uint16Array([0x4142])), undefined);
		assert.strictEqual(await pair.client.send(""), 0);
		await pair.client.sendall("");
		pair.client.shutdown(SHUT_WR);
		assert.strictEqual(text(await drain(pair.server)), "é€😀\0BA");
	});

	it("gives a promise of its own class each time", async () => {
		using pair = new AsyncPair();
		for (const promise of [pair.client.send("x"), pair.client.sendall("x"), pair.client.sendall("")]) {
			assert.ok(promise instanceof Promise);
			await promise;
		}
	});

	it("waits for a slow reader, and nothing but the rest of the text is kept meanwhile", async () => {
		using pair = new AsyncPair();
		const bytes = pattern(3 * LARGE);
		const sent = pair.client.sendall(bytes);
		const seen = watch(sent);
		await turns(5);
		assert.strictEqual(seen.state, "pending");
		const before = stats();
		await turns(20);
		assert.deepStrictEqual(stats(), before);
		assert.deepStrictEqual(await pair.server.readexactly(bytes.length), bytes);
		await sent;
	});

	it("keeps what is not sent yet of a text", async () => {
		using pair = new AsyncPair();
		const words = "é€😀 \0 words ".repeat(1500);
		const sent = pair.client.sendall(words).then(() => pair.client.shutdown(SHUT_WR));
		memory();
		const received = await drain(pair.server);
		await sent;
		assert.ok(text(received) === words, "another text arrived");
	});

	it("comes out whole and in the order of the calls, whatever the sizes", async () => {
		using pair = new AsyncPair();
		const filled = await fill(pair.client);
		const sizes = [1, LARGE, 3, 2000, 1436, 2 * LARGE, 0, 5];
		const messages = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
		const order: number[] = [];
		const writes = messages.map((message, i) =>
			(i % 2
				? pair.client.sendall(message)
				: pair.client.sendall(String.fromCharCode(i + 1).repeat(message.length))
			).then(() => order.push(i)),
		);
		const all = Promise.all(writes).then(() => pair.client.shutdown(SHUT_WR));
		const received = (await drain(pair.server)).subarray(filled);
		await all;
		let at = 0;
		for (const message of messages) {
			assert.deepStrictEqual(received.subarray(at, at + message.length), message);
			at += message.length;
		}
		assert.strictEqual(received.length, at);
		assert.deepStrictEqual(
			order,
			sizes.map((_, i) => i),
		);
	});

	it("of a single send waits its turn too, and gives what it sent", async () => {
		using pair = new AsyncPair();
		const large = pair.client.sendall(pattern(LARGE));
		const one = pair.client.send("behind it");
		assert.strictEqual(watch(one).state, "pending");
		await pair.server.readexactly(LARGE);
		await large;
		assert.strictEqual(await one, 9);
		assert.strictEqual(text(await pair.server.readexactly(9)), "behind it");
	});

	it("is EAGAIN without room for who does not wait, and behind others", async () => {
		using pair = new AsyncPair();
		await fill(pair.client);
		await rejects("EAGAIN", pair.client.send("x", MSG_DONTWAIT));
		await rejects("EAGAIN", pair.client.sendall("x", { timeout: 0 }));
		const waiting = pair.client.sendall("y".repeat(ENDLESS));
		await turns(2);
		await rejects("EAGAIN", pair.client.send("x", MSG_DONTWAIT));
		pair.client.settimeout(0);
		await rejects("EAGAIN", pair.client.sendall("x"));
		pair.client.settimeout(5);
		const ended = waiting.then(() => pair.client.shutdown(SHUT_WR));
		const received = text(await drain(pair.server));
		await ended;
		assert.strictEqual(received.indexOf("x"), -1);
		assert.strictEqual(received.length - received.indexOf("y"), ENDLESS);
	});

	it("runs out of time, each for itself, and the next goes on", async () => {
		using pair = new AsyncPair();
		const first = pair.client.sendall(pattern(ENDLESS), { timeout: 0.05 });
		const second = pair.client.sendall("2", { timeout: 0.01 });
		const third = pair.client.sendall("3").then(() => pair.client.shutdown(SHUT_WR));
		await Promise.all([rejects("ETIMEDOUT", first), rejects("ETIMEDOUT", second)]);
		const received = await drain(pair.server);
		await third;
		const part = received.length - 1;
		assert.ok(part > 0 && part < ENDLESS, `${part}`);
		assert.deepStrictEqual(received.subarray(0, part), pattern(ENDLESS).subarray(0, part));
		assert.strictEqual(received[part], 0x33);
	});

	it("does not disturb a read that waits", async () => {
		using pair = new AsyncPair();
		const reading = pair.client.readline();
		const bytes = pattern(LARGE);
		const sent = pair.client.sendall(bytes);
		await pair.server.sendall("a line\n");
		assert.strictEqual(text(await reading), "a line\n");
		assert.deepStrictEqual(await pair.server.readexactly(bytes.length), bytes);
		await sent;
	});

	it("is EPIPE once writing is shut, for those that wait too", async () => {
		using pair = new AsyncPair();
		const waiting = pair.client.sendall(pattern(ENDLESS));
		await turns(2);
		pair.client.shutdown(SHUT_WR);
		await rejects("EPIPE", waiting);
		await rejects("EPIPE", pair.client.send("x"));
	});

	it("fails with ECONNRESET when the peer resets meanwhile; then EPIPE, and the end of the stream", async () => {
		using pair = new AsyncPair();
		const first = pair.client.sendall(pattern(ENDLESS));
		await turns(5);
		const second = pair.client.sendall("never either");
		pair.server.close(); // with unread data
		await rejects("ECONNRESET", first);
		await rejects("EPIPE", second);
		assert.strictEqual((await pair.client.recv(1)).length, 0);
	});

	it("goes on while the peer has closed its write side", async () => {
		using pair = new AsyncPair();
		pair.server.shutdown(SHUT_WR);
		assert.strictEqual((await pair.client.recv(1)).length, 0);
		const bytes = pattern(LARGE);
		const sent = pair.client.sendall(bytes);
		assert.deepStrictEqual(await pair.server.readexactly(bytes.length), bytes);
		await sent;
	});

	it("fails when the peer closes while it goes on", async () => {
		using pair = new AsyncPair();
		const writer = async () => {
			for (;;) await pair.client.sendall("x".repeat(1000));
		};
		const failed = assert.rejects(writer(), (error: unknown) =>
			["ECONNRESET", "EPIPE"].includes((error as { code: string }).code),
		);
		await pair.server.readexactly(5000);
		pair.server.close();
		await failed;
	});

	it("tells a reset to a read that waits", async () => {
		using pair = new AsyncPair();
		await pair.client.sendall("unread");
		await turns(2);
		const reading = pair.client.recv(1);
		pair.server.close();
		await rejects("ECONNRESET", reading);
		assert.strictEqual((await pair.client.recv(1)).length, 0);
		await rejects("EPIPE", pair.client.send("x"));
	});
});
