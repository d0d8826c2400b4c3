// SPDX-License-Identifier: MIT
// Awaited sockets on a board: receiving, at once and later.
import assert from "assert";
import { EOFError, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, SHUT_RD, SHUT_WR } from "sockets";
import type { AsyncSocket } from "sockets/async";
import { AsyncPair, rejects, turns, watch } from "./support/async.js";
import { LARGE, pattern, text } from "./support/sockets.js";

/** The ways to read five bytes, and what they give. */
const reads: [name: string, read: (socket: AsyncSocket) => Promise<Uint8Array>][] = [
	["recv", (socket) => socket.recv(100)],
	["recv, all", (socket) => socket.recv(5, MSG_WAITALL)],
	[
		"recv_into",
		async (socket) => {
			const buffer = new Uint8Array(100);
			return buffer.subarray(0, await socket.recv_into(buffer));
		},
	],
	["read", (socket) => socket.read(5)],
	["readexactly", (socket) => socket.readexactly(5)],
	["readline", (socket) => socket.readline()],
];

describe("an awaited read", () => {
	for (const [name, read] of reads) {
		it(`gives what is there already: ${name}`, async () => {
			using pair = new AsyncPair();
			await pair.client.sendall("four\n");
			await pair.server.recv(1, MSG_PEEK);
			assert.strictEqual(text(await read(pair.server)), "four\n");
		});

		it(`waits for what is not there yet: ${name}`, async () => {
			using pair = new AsyncPair();
			const waiting = read(pair.server);
			const seen = watch(waiting);
			await turns(2);
			assert.strictEqual(seen.state, "pending");
			await pair.client.sendall("four\n");
			assert.strictEqual(text(await waiting), "four\n");
		});

		it(`gives a promise of its own: ${name}`, async () => {
			using pair = new AsyncPair();
			const promise = read(pair.server);
			assert.ok(promise instanceof Promise);
			assert.strictEqual(Object.getPrototypeOf(promise), Promise.prototype);
			pair.client.sendall("four\n");
			await promise;
		});

		it(`is EALREADY for a second one, which disturbs nothing: ${name}`, async () => {
			using pair = new AsyncPair();
			const first = read(pair.server);
			for (const [, second] of reads) await rejects("EALREADY", second(pair.server));
			await pair.client.sendall("four\n");
			assert.strictEqual(text(await first), "four\n");
			await pair.client.sendall("next\n");
			assert.strictEqual(text(await read(pair.server)), "next\n");
		});

		it(`takes nothing away when it runs out of time: ${name}`, async () => {
			using pair = new AsyncPair();
			await rejects("ETIMEDOUT", pair.server.recv(100, { timeout: 0.01 }));
			await pair.client.sendall("fo");
			if (name !== "recv" && name !== "recv_into" && name !== "recv, all") {
				const late =
					name === "readline" ? pair.server.readline({ timeout: 0.01 }) : pair.server.read(5, { timeout: 0.01 });
				await rejects("ETIMEDOUT", late);
			}
			await pair.client.sendall("ur\n");
			assert.strictEqual(text(await pair.server.readexactly(5)), "four\n");
		});
	}

	it("gives less than MSG_WAITALL asks for when it runs out of time with something there", async () => {
		using pair = new AsyncPair();
		await pair.client.sendall("some");
		assert.strictEqual(text(await pair.server.recv(100, MSG_WAITALL, { timeout: 0.05 })), "some");
		await rejects("ETIMEDOUT", pair.server.recv(100, MSG_WAITALL, { timeout: 0.01 }));
	});

	it("peeks, and the bytes stay", async () => {
		using pair = new AsyncPair();
		const waiting = pair.server.recv(3, MSG_PEEK);
		await pair.client.sendall("hello");
		assert.strictEqual(text(await waiting), "hel");
		assert.strictEqual(text(await pair.server.recv(3, MSG_PEEK)), "hel");
		assert.strictEqual(text(await pair.server.recv(100)), "hello");
	});

	it("is EAGAIN with MSG_DONTWAIT or a timeout of 0, and does not wait", async () => {
		using pair = new AsyncPair();
		await rejects("EAGAIN", pair.server.recv(1, MSG_DONTWAIT));
		await rejects("EAGAIN", pair.server.recv(1, { timeout: 0 }));
		await rejects("EAGAIN", pair.server.recv_into(new Uint8Array(1), 1, MSG_DONTWAIT));
		await rejects("EAGAIN", pair.server.readline({ timeout: 0 }));
		pair.server.setblocking(false);
		await rejects("EAGAIN", pair.server.readexactly(1));
		await rejects("EAGAIN", pair.server.read(1));
	});

	it("takes the timeout of the operation, else that of the socket", async () => {
		using pair = new AsyncPair();
		pair.server.settimeout(0.01);
		await rejects("ETIMEDOUT", pair.server.recv(1));
		const waiting = pair.server.recv(1, { timeout: null });
		await rejects("EALREADY", pair.server.recv(1));
		const seen = watch(waiting);
		await new Promise((resolve) => setTimeout(resolve, 30));
		assert.strictEqual(seen.state, "pending");
		pair.client.sendall("x");
		assert.strictEqual(text(await waiting), "x");
		for (const wrong of [-1, NaN, 5e9]) {
			await assert.rejects(pair.server.recv(1, { timeout: wrong }), RangeError);
		}
		await assert.rejects(pair.server.recv(1, { timeout: "1" as unknown as number }), TypeError);
	});

	it("ends with the stream: fewer bytes, then none", async () => {
		using pair = new AsyncPair();
		const waiting = pair.server.read(100);
		await pair.client.sendall("the end");
		pair.client.shutdown(SHUT_WR);
		assert.strictEqual(text(await waiting), "the end");
		for (const [name, read] of reads) {
			if (name !== "readexactly") assert.strictEqual((await read(pair.server)).length, 0, name);
		}
	});

	it("is an EOFError for readexactly when the stream ends, at once and later", async () => {
		using pair = new AsyncPair();
		const waiting = pair.server.readexactly(100);
		await pair.client.sendall("part");
		pair.client.shutdown(SHUT_WR);
		const ends = async (promise: Promise<unknown>, partial: string) =>
			assert.rejects(promise, (error: unknown) => {
				assert.ok(error instanceof EOFError, `${error}`);
				assert.strictEqual(text(error.partial), partial);
				return true;
			});
		await ends(waiting, "part");
		await ends(pair.server.readexactly(1), "");
	});

	it("ends when reading is shut", async () => {
		using pair = new AsyncPair();
		const waiting = pair.server.recv(10);
		pair.server.shutdown(SHUT_RD);
		assert.strictEqual((await waiting).length, 0);
	});

	it("reads more than the window holds", async () => {
		using pair = new AsyncPair();
		const bytes = pattern(5 * LARGE);
		const [received] = await Promise.all([pair.server.readexactly(bytes.length), pair.client.sendall(bytes)]);
		assert.deepStrictEqual(received, bytes);
	});

	it("goes on without being read while another end reads", async () => {
		using pair = new AsyncPair();
		const bytes = pattern(LARGE);
		const sent = pair.client.sendall(bytes);
		const all = new Uint8Array(bytes.length);
		for (let at = 0; at < all.length; ) at += await pair.server.recv_into(all.subarray(at));
		await sent;
		assert.deepStrictEqual(all, bytes);
	});

	it("goes into every kind of buffer, and fails for what is none any more", async () => {
		using pair = new AsyncPair();
		const words = new Uint16Array(4);
		const waiting = pair.server.recv_into(words);
		await pair.client.sendall(new Uint8Array([1, 0, 2, 0, 3, 0]));
		assert.strictEqual(await waiting, 6);
		assert.deepStrictEqual([...words], [1, 2, 3, 0]);
		const buffer = new ArrayBuffer(10);
		const late = pair.server.recv_into(buffer);
		(buffer as ArrayBuffer & { transfer(): ArrayBuffer }).transfer();
		await pair.client.sendall("kept");
		await assert.rejects(late, TypeError);
		assert.strictEqual(text(await pair.server.recv(10)), "kept");
	});

	it("iterates over chunks until the end of the stream", async () => {
		using pair = new AsyncPair();
		const bytes = pattern(LARGE);
		const sent = pair.client.sendall(bytes).then(() => pair.client.shutdown(SHUT_WR));
		let size = 0;
		for await (const chunk of pair.server) {
			assert.deepStrictEqual(chunk, bytes.subarray(size, size + chunk.length));
			size += chunk.length;
		}
		assert.strictEqual(size, bytes.length);
		await sent;
	});
});
