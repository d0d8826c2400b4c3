// SPDX-License-Identifier: MIT
// Sockets on a board: bytes out and in, the end of the stream, resets.
import assert from "assert";
import { IPPROTO_TCP, SHUT_WR, Socket, TCP_NODELAY } from "sockets";
import { fails, Pair, text } from "./support/sockets.js";

/** Reads exactly so many bytes. */
function receive(socket: Socket, size: number): Uint8Array {
	const result = new Uint8Array(size);
	for (let there = 0; there < size; ) {
		const chunk = socket.recv(size - there);
		assert.ok(chunk.length > 0, `the stream ended after ${there} of ${size} bytes`);
		result.set(chunk, there);
		there += chunk.length;
	}
	return result;
}

describe("a connected Socket", () => {
	it("sends strings as UTF-8, and every kind of buffer as its bytes", () => {
		using pair = new Pair();
		// Else each piece waits for the acknowledgement of the one before.
		pair.client.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
		const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
		const cases: [string, Parameters<Socket["send"]>[0], number[]][] = [
			["ASCII", "hi", [0x68, 0x69]],
			["two to four bytes", "é€😀", [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]],
			["NUL", "a\0b", [0x61, 0, 0x62]],
			["a surrogate alone", "\ud83dx", [0xef, 0xbf, 0xbd, 0x78]],
			["a pair of two halves", `\ud83d${String.fromCharCode(0xde00)}`, [0xf0, 0x9f, 0x98, 0x80]],
			["Uint8Array", bytes, [1, 2, 3, 4, 5, 6, 7, 8]],
			["part of an array", bytes.subarray(2, 5), [3, 4, 5]],
			["ArrayBuffer", bytes.buffer, [1, 2, 3, 4, 5, 6, 7, 8]],
			["DataView", new DataView(bytes.buffer, 1, 3), [2, 3, 4]],
			["Uint16Array", new Uint16Array(bytes.buffer, 2, 2), [3, 4, 5, 6]],
			["Float64Array", new Float64Array(bytes.buffer), [1, 2, 3, 4, 5, 6, 7, 8]],
			["Int8Array", new Int8Array([-1]), [255]],
		];
		for (const [name, data, expected] of cases) {
			assert.strictEqual(pair.client.send(data), expected.length, name);
			assert.deepStrictEqual([...receive(pair.server, expected.length)], expected, name);
			pair.client.sendall(data);
			assert.deepStrictEqual([...receive(pair.server, expected.length)], expected, `${name}, sendall`);
		}
		for (const empty of ["", new Uint8Array(0), new ArrayBuffer(0)]) assert.strictEqual(pair.client.send(empty), 0);
	});

	it("refuses to send what is neither text nor bytes", () => {
		using pair = new Pair();
		const disguised = new Socket(); // that cannot be given a byteLength, see sockets-views.test.ts
		using _ = disguised;
		const closed = new Socket();
		closed.close();
		for (const wrong of [undefined, null, 5, true, {}, [1, 2], Symbol(), () => 0, pair.server, disguised, closed]) {
			assert.throws(() => pair.client.send(wrong as unknown as string), Error, "send");
			assert.throws(() => pair.client.sendall(wrong as unknown as string), Error, "sendall");
		}
		assert.throws(() => pair.client.send({} as unknown as string), TypeError);
		assert.throws(() => pair.client.send(5 as unknown as string), TypeError);
		pair.server.settimeout(0);
		fails("EAGAIN", () => pair.server.recv(1)); // nothing went out
	});

	it("receives at most as much as is asked for, as a Uint8Array of its own", () => {
		using pair = new Pair();
		pair.client.sendall("hello");
		const first = pair.server.recv(2);
		assert.ok(first instanceof Uint8Array);
		assert.strictEqual(first.buffer.byteLength, 2);
		assert.strictEqual(text(first), "he");
		assert.strictEqual(pair.server.recv(0).length, 0);
		assert.strictEqual(text(pair.server.recv(1000000)), "llo");
		for (const wrong of [-1, 1.5, NaN, 2 ** 40]) assert.throws(() => pair.server.recv(wrong), RangeError);
		for (const wrong of ["1", undefined, null, {}]) {
			assert.throws(() => pair.server.recv(wrong as unknown as number), TypeError);
		}
	});

	it("receives nothing within its timeout, and loses nothing by that", () => {
		using pair = new Pair();
		pair.server.settimeout(0.01);
		fails("ETIMEDOUT", () => pair.server.recv(10));
		pair.server.settimeout(0);
		fails("EAGAIN", () => pair.server.recv(10));
		pair.client.sendall("late");
		pair.server.settimeout(5);
		assert.strictEqual(text(pair.server.recv(10)), "late");
	});

	it("gives an empty array at the end of the stream, again and again", () => {
		using pair = new Pair();
		pair.client.sendall("the end");
		pair.client.close();
		assert.strictEqual(text(receive(pair.server, 7)), "the end");
		assert.strictEqual(pair.server.recv(10).length, 0);
		assert.strictEqual(pair.server.recv(10).length, 0);
	});

	it("sends a part when there is room for a part", () => {
		using pair = new Pair();
		const large = new Uint8Array(20000);
		for (let i = 0; i < large.length; i++) large[i] = i * 7;
		const sent = pair.client.send(large);
		assert.ok(sent > 0 && sent < large.length, `${sent}`);
		assert.deepStrictEqual(receive(pair.server, sent), large.subarray(0, sent));
	});

	it("stops when nobody reads, and goes on when somebody does", () => {
		using pair = new Pair();
		pair.client.settimeout(0.05);
		const chunk = new Uint8Array(1000).fill(0x61);
		let sent = 0;
		fails("ETIMEDOUT", () => {
			for (;;) sent += pair.client.send(chunk);
		});
		// An acknowledgement that comes late may make room once more.
		pair.client.settimeout(0);
		fails("EAGAIN", () => {
			for (;;) sent += pair.client.send(chunk);
		});
		fails("EAGAIN", () => {
			for (;;) pair.client.sendall(chunk); // of the one that fails a part may have gone
		});
		receive(pair.server, sent);
		pair.client.settimeout(5);
		pair.client.sendall("z");
		pair.client.shutdown(SHUT_WR);
		assert.match(text(pair.server.read()), /^a*z$/);
	});

	it("after a reset gives the data, then ECONNRESET once, then the end", () => {
		using pair = new Pair();
		pair.client.sendall("abc");
		pair.server.sendall("unread");
		assert.strictEqual(pair.client.recv(1).length, 1); // the rest has come too, and stays unread
		pair.client.close();
		assert.strictEqual(text(receive(pair.server, 3)), "abc");
		fails("ECONNRESET", () => pair.server.recv(1));
		assert.strictEqual(pair.server.recv(1).length, 0);
		fails("EPIPE", () => pair.server.send("x"));
		assert.deepStrictEqual(pair.server.getpeername()[0], "127.0.0.1");
	});

	it("carries many bytes both ways, unchanged", () => {
		using pair = new Pair();
		const block = new Uint8Array(3000);
		for (let round = 0; round < 20; round++) {
			for (let i = 0; i < block.length; i++) block[i] = (i * 31 + round) & 0xff;
			pair.client.sendall(block);
			pair.server.sendall(receive(pair.server, block.length));
			const back = receive(pair.client, block.length);
			assert.strictEqual(back.length, block.length);
			// Not deepStrictEqual: of so many numbers it takes an emulated processor most of the test's time.
			const wrong = back.findIndex((byte, i) => byte !== block[i]);
			assert.strictEqual(wrong, -1, `byte ${wrong} is another`);
		}
	});
});
