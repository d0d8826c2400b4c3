// SPDX-License-Identifier: MIT
// Windows that close and never open, shrink, or let single bytes through: RFC 9293, 3.8.6, and RFC 1122, 4.2.3.
import assert from "assert";
import { now } from "board/time";
import { SHUT_WR } from "sockets";
import { stats } from "sockets/stats";
import { Connection, MSS, onWire, WINDOW } from "./support/peers.js";

import { fails, Pair, pattern, text } from "./support/sockets.js";

const ACKED = (ack: number, win: number): string => `ACK seq=1 ack=${ack} win=${win}`;

onWire("the board's window", () => {
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
		for (let i = 0; i < 3; i++)
			assert.deepStrictEqual(c.peer.send("A", { seq: 1 + WINDOW, data: "x" }), [ACKED(1 + WINDOW, 0)]);
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
		const late = (now() - before) >>> 0;
		assert.ok(late < 500, `${late} ms`);
	});
});

onWire("a peer's window", () => {
	/** What the board sends to see whether the window has opened: a byte of what waits. */
	const PROBE = `ACK seq=1 ack=1 win=${WINDOW} len=1`;

	it("that never opens is probed: after 1.5 s, then each time after twice as long, up to a minute (RFC 9293, 3.8.6.1)", () => {
		using c = new Connection({ window: 0 });
		c.socket.sendall("waits");
		const times: number[] = [];
		for (let half = 1; half <= 600; half++) {
			const lines = c.peer.pass(0.5);
			if (lines.length === 0) continue;
			assert.deepStrictEqual(lines, [PROBE]);
			assert.deepStrictEqual(c.peer.send("A", { ack: 1 }), []);
			c.peer.ack = 1;
			times.push(half / 2);
		}
		const pauses = times.map((time, i) => time - (times[i - 1] ?? 0));
		// The phase of the timer's first tick is not known.
		assert.deepStrictEqual(pauses.slice(1), [3, 6, 12, 24, 48, 60, 60, 60]);
		// It is for ever while the peer answers (RFC 1122, 4.2.2.17: the connection MUST stay open); a program has its timeout.
		assert.strictEqual(c.peer.send("A", { ack: 1, window: WINDOW }).length, 1);
		c.peer.send("A", { ack: 6 });
		assert.strictEqual(stats().active, 3);
	});

	it("that never opens, of a peer that is silent too: ETIMEDOUT after 12 probes", () => {
		using c = new Connection({ window: 0 });
		c.socket.sendall("waits");
		assert.strictEqual(c.peer.pass(900).filter((line) => line === PROBE).length, 12);
		fails("ETIMEDOUT", () => c.socket.send("x"));
		fails("EPIPE", () => c.socket.send("x"));
	});

	it("that never opens ends sendall() by the socket's timeout, and the board goes on", () => {
		using c = new Connection({ window: 0 });
		const before = now();
		c.socket.settimeout(30);
		fails("ETIMEDOUT", () => c.socket.sendall(pattern(2 * WINDOW)));
		assert.ok((now() - before) >>> 0 >= 30_000);
		c.peer.answers();
		c.peer.send("PA", { ack: 1, data: "but I can talk" });
		assert.strictEqual(text(c.socket.recv(20)), "but I can talk");
		c.peer.send("R");
	});

	it("that shrinks below what is on its way: nothing new is sent, what was sent is sent again (RFC 9293, 3.8.6)", () => {
		using c = new Connection();
		c.socket.sendall(pattern(3 * MSS));
		const sent = c.peer.answers().length;
		assert.strictEqual(sent, 3);
		c.peer.send("A", { ack: 1, data: "x" });
		assert.deepStrictEqual(c.peer.send("A", { ack: 1, data: "y", window: 10 }), [
			`ACK seq=${1 + 3 * MSS} ack=3 win=${WINDOW - 2}`,
		]);
		c.socket.send(pattern(100));
		assert.deepStrictEqual(c.peer.answers(), []);
		const again = c.peer.pass(10);
		assert.ok(again.length > 0 && again.every((line) => line.includes("seq=1 ")), `${again}`);
		assert.deepStrictEqual(
			c.peer.send("A", { ack: 1 + 3 * MSS }).map((line) => line.split(" ")[1]),
			[`seq=${1 + 3 * MSS}`],
		);
		c.peer.send("A", { ack: 101 + 3 * MSS });
	});

	it("of 1 byte for ever: bytes go one at a time, at the pace of the persist timer, and none is lost (RFC 1122, 4.2.3.4)", () => {
		using c = new Connection({ window: 1 });
		c.socket.sendall("slow");
		const lines: string[] = [];
		for (let i = 0; i < 8; i++) {
			lines.push(...c.peer.pass(2));
			lines.push(...c.peer.send("A"));
		}
		assert.strictEqual(c.peer.received, "slow");
		assert.ok(
			lines.every((line) => line.endsWith("len=1")),
			`${lines}`,
		);
	});

	it("that opens by a byte at a time is not filled by as many segments (RFC 9293, 3.8.6.2.1)", () => {
		using c = new Connection();
		c.socket.sendall(pattern(WINDOW));
		c.peer.answers();
		let segments = 0;
		// Each acknowledgement is for all, with a window of one byte more than nothing.
		c.peer.send("A", { window: 0 });
		c.socket.send(pattern(1000));
		for (let window = 1; window <= 20; window++) segments += c.peer.send("A", { window }).length;
		assert.strictEqual(segments, 0);
		assert.strictEqual(c.peer.send("A").length, 1);
		c.peer.send("A");
	});
});
