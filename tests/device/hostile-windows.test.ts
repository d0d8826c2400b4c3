// SPDX-License-Identifier: MIT
// Windows that close and never open, shrink, or let single bytes through: RFC 9293, 3.8.6, and RFC 1122, 4.2.3.
import assert from "assert";
import { now } from "board/time";
import { SHUT_WR } from "sockets";
import { Connection, MSS, onWire, WINDOW } from "./support/peers.js";

import { Pair, pattern, text } from "./support/sockets.js";

const ACKED = (ack: number, win: number): string => `ACK seq=1 ack=${ack} win=${win}`;

describe("the board's window", () => {
	onWire();

	it("closes as bytes wait to be read, and opens again when they are", () => {
		using c = new Connection();
		const data = pattern(WINDOW);
		const answers: string[] = [];
		for (let at = 0; at < WINDOW; at += MSS) answers.push(...c.peer.send("A", { data: data.subarray(at, at + MSS) }));
		assert.deepStrictEqual(answers, [ACKED(1 + 2 * MSS, WINDOW - 2 * MSS), ACKED(1 + WINDOW, 0)]);
		assert.deepStrictEqual(c.socket.readexactly(WINDOW), data);
		assert.deepStrictEqual(c.peer.answers(), [ACKED(1 + WINDOW, WINDOW)]);
	});

	it("when closed, lets nothing in, and answers each probe (RFC 9293, 3.8.6.1 and 3.10.7.4)", () => {
		using c = new Connection();
		for (let at = 0; at < WINDOW; at += MSS) c.peer.send("A", { data: pattern(MSS) });
		for (let i = 0; i < 3; i++) assert.deepStrictEqual(c.peer.send("A", { seq: 1 + WINDOW, data: "x" }), [ACKED(1 + WINDOW, 0)]);
		assert.strictEqual(c.socket.readexactly(WINDOW).length, WINDOW);
		c.peer.answers();
		assert.deepStrictEqual(c.peer.send("PA", { data: "x" }), []);
		assert.strictEqual(text(c.socket.recv(10)), "x");
	});

	it("opens by a segment at least, however few bytes are read at a time (RFC 9293, 3.8.6.2.2)", () => {
		using c = new Connection();
		for (let at = 0; at < WINDOW; at += MSS) c.peer.send("A", { data: pattern(MSS) });
		let answers: string[] = [];
		let read = 0;
		while (answers.length === 0) {
			read += c.socket.recv(1).length;
			answers = c.peer.answers();
		}
		assert.deepStrictEqual([read, answers], [MSS, [ACKED(1 + WINDOW, MSS)]]);
	});

	it("takes the end of the stream also when the data before it fill it, and when it is closed", () => {
		for (const last of [MSS, 0]) {
			using c = new Connection();
			const data = pattern(WINDOW);
			for (let at = 0; at < WINDOW - last; at += MSS) c.peer.send("A", { data: data.subarray(at, at + MSS) });
			assert.deepStrictEqual(c.peer.send("FA", { data: data.subarray(WINDOW - last) }), [ACKED(WINDOW + 2, 0)]);
			assert.deepStrictEqual(c.socket.read(), data);
			assert.deepStrictEqual(c.peer.answers(), [ACKED(WINDOW + 2, WINDOW)]);
		}
	});

	it("so an end of the board's own is not late for another one's full window", () => {
		using pair = new Pair();
		const before = now();
		pair.client.sendall(pattern(WINDOW));
		pair.client.shutdown(SHUT_WR);
		assert.deepStrictEqual(pair.server.read(), pattern(WINDOW));
		assert.ok(now() - before < 500, `${now() - before} ms`);
	});
});
