// SPDX-License-Identifier: MIT
// How connections end when the peer is slow, silent, gone, or does not keep to the rules: RFC 9293, 3.6 and 3.10.
import assert from "assert";
import { SHUT_WR, SO_LINGER, SOL_SOCKET, type Socket } from "sockets";
import { stats } from "sockets/stats";
import { Connection, onWire, WINDOW } from "./support/peers.js";
import { fails, pattern, text } from "./support/sockets.js";

/** An acknowledgement of the board's, with so many bytes that wait to be read or have an end behind them. */
const here = (seq: number, ack: number, waiting = 0): string => `ACK seq=${seq} ack=${ack} win=${WINDOW - waiting}`;

/** A connection whose board's end is closed. */
function closed(prepare: (socket: Socket) => void = () => {}): Connection {
	const c = new Connection();
	prepare(c.socket);
	c.socket.close();
	c.server.close();
	return c;
}

onWire("the end of a stream", () => {
	it("comes after all data, also through a window that is smaller than what is left (RFC 9293, 3.6)", () => {
		using c = new Connection();
		c.peer.send("A", { data: "x" });
		c.peer.send("A", { data: "y", window: 100 });
		c.socket.recv(10);
		c.socket.sendall(pattern(250));
		c.socket.close();
		const lines: string[] = [];
		for (let i = 0; i < 6; i++) lines.push(...c.peer.pass(2), ...c.peer.send("A", { window: 100 }));
		assert.deepStrictEqual(lines, [
			`PSH,ACK seq=1 ack=3 win=${WINDOW - 2} len=100`,
			`PSH,ACK seq=101 ack=3 win=${WINDOW - 2} len=100`,
			`PSH,ACK seq=201 ack=3 win=${WINDOW - 2} len=50`,
			`FIN,ACK seq=251 ack=3 win=${WINDOW - 2}`,
		]);
		c.peer.send("FA");
	});

	it("has nothing behind it: data that come after it are dropped (RFC 9293, 3.10.7.4, seventh check)", () => {
		using c = new Connection();
		assert.deepStrictEqual(c.peer.send("FA", { data: "all" }), [here(1, 5, 4)]);
		c.peer.send("PA", { seq: 5, data: "more" });
		c.peer.send("PA", { seq: 4, data: "more" });
		assert.strictEqual(text(c.socket.read()), "all");
		assert.strictEqual(c.socket.recv(1).length, 0);
		c.socket.sendall("and an answer");
		assert.strictEqual(c.peer.answers().at(-1), `PSH,ACK seq=1 ack=5 win=${WINDOW - 4} len=13`);
		c.peer.send("A");
		c.socket.close();
		assert.deepStrictEqual(c.peer.answers(), [`FIN,ACK seq=14 ack=5 win=${WINDOW - 4}`]);
		c.peer.send("A");
	});

	it("that comes again and again is acknowledged, and is one", () => {
		using c = new Connection();
		assert.deepStrictEqual(c.peer.send("FA"), [here(1, 2, 1)]);
		// Of a storm of the same some are lost (boards/common/tcp_storms.c).
		let answers = 0;
		for (let i = 0; i < 100; i++) answers += c.peer.send("FA", { seq: 1 }).length;
		assert.ok(answers > 0 && answers < 20, `${answers}`);
		assert.strictEqual(c.socket.recv(1).length, 0);
		c.socket.sendall("still open this way");
		assert.strictEqual(c.peer.answers().length, 1);
		c.peer.send("A");
		c.socket.close();
		c.peer.answers();
		c.peer.send("A");
	});

	it("from both at the same time: CLOSING, then TIME_WAIT (RFC 9293, 3.6, figure 13)", () => {
		using c = new Connection();
		c.socket.close();
		assert.deepStrictEqual(c.peer.answers(), [`FIN,ACK seq=1 ack=1 win=${WINDOW}`]);
		assert.deepStrictEqual(c.peer.send("FA", { ack: 1 }), [here(2, 2, 1)]);
		assert.deepStrictEqual([stats().closing, stats().time_wait], [1, 0]);
		assert.deepStrictEqual(c.peer.send("A"), []);
		assert.deepStrictEqual([stats().closing, stats().time_wait], [0, 1]);
	});

	it("from both at the same time, seen by a program that has only shut its side", () => {
		using c = new Connection();
		c.socket.shutdown(SHUT_WR);
		c.peer.answers();
		c.peer.send("FA", { ack: 1, data: "bye" });
		c.peer.send("A");
		assert.strictEqual(text(c.socket.read()), "bye");
		assert.strictEqual(stats().time_wait, 1);
	});
});

onWire("after close()", () => {
	it("data of the peer's are answered by a reset: nobody will read them (RFC 9293, 3.6.1, RFC 1122, 4.2.2.13)", () => {
		using c = closed();
		c.peer.answers();
		assert.deepStrictEqual(c.peer.send("PA", { data: "too late" }), ["RST,ACK seq=2 ack=9"]);
		assert.strictEqual(stats().closing, 0);
	});

	it("a peer that acknowledges and never closes is left after 20 s (lwIP's FIN_WAIT_2)", () => {
		using c = closed();
		c.peer.answers();
		assert.deepStrictEqual(c.peer.send("A"), []);
		assert.deepStrictEqual(c.peer.pass(19), []);
		assert.strictEqual(stats().closing, 1);
		c.peer.pass(2);
		assert.strictEqual(stats().closing, 0);
		assert.deepStrictEqual(c.peer.send("FA"), ["RST,ACK seq=2 ack=2"]);
	});

	it("a peer that never acknowledges is told the end again, then reset after 10 s", () => {
		using c = closed((socket) => socket.sendall("the end"));
		const again = `FIN,PSH,ACK seq=1 ack=1 win=${WINDOW} len=7`;
		const lines = c.peer.pass(12);
		assert.deepStrictEqual(lines.slice(0, 2), [
			`PSH,ACK seq=1 ack=1 win=${WINDOW} len=7`,
			`FIN,ACK seq=8 ack=1 win=${WINDOW}`,
		]);
		assert.ok(!lines.includes(again));
		assert.strictEqual(lines.at(-1), "RST,ACK seq=9 ack=1");
		assert.strictEqual(lines.filter((line) => line.startsWith("RST")).length, 1);
		assert.strictEqual(stats().closing, 0);
	});

	it("a peer whose window never opens is reset after 10 s, or after SO_LINGER's seconds", () => {
		for (const [seconds, prepare] of [
			[10, () => {}],
			[2, (socket: Socket) => socket.setsockopt(SOL_SOCKET, SO_LINGER, [true, 2])],
		] as const) {
			using c = new Connection({ window: 0 });
			prepare(c.socket);
			c.socket.sendall("never arrives");
			c.socket.close();
			assert.ok(!c.peer.pass(seconds - 0.5).some((line) => line.startsWith("RST")), "too early");
			assert.ok(c.peer.pass(1).some((line) => line.startsWith("RST")));
			assert.strictEqual(stats().closing, 0);
		}
	});

	it("with SO_LINGER and 0 seconds, it is a reset at once", () => {
		using c = closed((socket) => {
			socket.setsockopt(SOL_SOCKET, SO_LINGER, [true, 0]);
			socket.sendall("x");
		});
		assert.deepStrictEqual(c.peer.answers(), [`PSH,ACK seq=1 ack=1 win=${WINDOW} len=1`, "RST,ACK seq=2 ack=1"]);
	});

	it("with bytes that nobody has read, it is a reset at once (RFC 1122, 4.2.2.13)", () => {
		using c = new Connection();
		c.peer.send("PA", { data: "unread" });
		c.socket.close();
		assert.deepStrictEqual(c.peer.answers().at(-1), "RST,ACK seq=1 ack=7");
	});
});

onWire("a peer that is gone", () => {
	it("while the board sends: each time after twice as long, in the end ETIMEDOUT (RFC 9293, 3.8.3, RFC 6298)", () => {
		using c = new Connection();
		c.socket.sendall("hello?");
		const first = `PSH,ACK seq=1 ack=1 win=${WINDOW} len=6`;
		assert.deepStrictEqual(c.peer.answers(), [first]);
		const times: number[] = [];
		let second = 0;
		while (stats().active > 2) {
			if (c.peer.pass(1).length > 0) times.push(second);
			second += 1;
			assert.ok(second < 3600, "the board does not give up");
		}
		// 3 s or so at first; the last pauses are the same.
		assert.strictEqual(times.length, 12);
		assert.ok(second > 100, "RFC 1122, 4.2.3.5: at least 100 s");
		fails("ETIMEDOUT", () => c.socket.recv(1));
		fails("EPIPE", () => c.socket.send("x"));
	});

	it("while the board only waits is not noticed (RFC 9293, 3.8.4: keepalive is off)", () => {
		using c = new Connection();
		assert.deepStrictEqual(c.peer.pass(3 * 3600), []);
		assert.deepStrictEqual(c.peer.send("PA", { data: "here again" }), []);
		assert.strictEqual(text(c.socket.recv(20)), "here again");
	});
});
