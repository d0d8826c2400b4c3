// SPDX-License-Identifier: MIT
// Data that comes twice, in the wrong order, in pieces, beyond the window, or marked as urgent: RFC 9293, 3.8 and 3.10.7.4. What the
// program reads is the stream, each byte once.
import assert from "assert";
import { MSG_DONTWAIT, MSG_PEEK } from "sockets";
import { stats } from "sockets/stats";
import { BOARD, Connection, MSS, onWire, Peer, SYN_ACK, WINDOW } from "./support/peers.js";
import { fails, listener, pattern, text } from "./support/sockets.js";

const here = (ack: number, waiting: number): string => `ACK seq=1 ack=${ack} win=${WINDOW - waiting}`;

onWire("data", () => {
	it("that comes again is acknowledged again, and read once", () => {
		using c = new Connection();
		c.peer.send("PA", { data: "abc" });
		for (let i = 0; i < 5; i++) assert.deepStrictEqual(c.peer.send("PA", { seq: 1, data: "abc" }), [here(4, 3)]);
		assert.deepStrictEqual(c.peer.send("PA", { seq: 2, data: "bc" }), [here(4, 3)]);
		assert.strictEqual(text(c.socket.recv(10)), "abc");
		fails("EAGAIN", () => c.socket.recv(1, MSG_DONTWAIT));
	});

	it("that overlaps what has come: the first bytes count, whatever the second ones say", () => {
		using c = new Connection();
		c.peer.send("PA", { data: "abc" });
		c.peer.send("PA", { seq: 1, data: "XYZdef" });
		c.peer.send("PA", { seq: 6, data: "Yg" });
		assert.strictEqual(text(c.socket.recv(10)), "abcdefg");
	});

	it("out of order waits for what is missing; each piece is answered by what is missing (RFC 9293, 3.10.7.4)", () => {
		using c = new Connection();
		assert.deepStrictEqual(c.peer.send("PA", { seq: 7, data: "ghi" }), [here(1, 0)]);
		assert.deepStrictEqual(c.peer.send("PA", { seq: 4, data: "def" }), [here(1, 0)]);
		fails("EAGAIN", () => c.socket.recv(1, MSG_DONTWAIT));
		c.peer.send("PA", { seq: 1, data: "abc" });
		assert.strictEqual(text(c.socket.recv(10)), "abcdefghi");
		assert.deepStrictEqual(c.peer.send("A", { seq: 10, data: "j" }), [here(11, 10)]);
		assert.strictEqual(text(c.socket.recv(10)), "j");
	});

	// Of pieces that wait and disagree, lwIP keeps the start of the one that begins later, and the longer one of two that begin at
	// the same place. The RFC leaves it open; what matters is that there is one stream, of the right length.
	it("out of order that overlaps: one stream, of the right length", () => {
		using c = new Connection();
		c.peer.send("PA", { seq: 4, data: "dddd" });
		c.peer.send("PA", { seq: 6, data: "FFFF" });
		c.peer.send("PA", { seq: 3, data: "cc" });
		c.peer.send("PA", { seq: 4, data: "eeeee" });
		c.peer.send("PA", { seq: 1, data: "ab" });
		const all = text(c.socket.recv(100));
		assert.strictEqual(all, "abceeFFFF");
		fails("EAGAIN", () => c.socket.recv(1, MSG_DONTWAIT));
	});

	it("in pieces that overlap at random is the stream", () => {
		using c = new Connection();
		const data = pattern(WINDOW);
		// The pieces in an order that is the same each time; the peer knows what is missing, and ends with that.
		for (let i = 0; i < 40; i++) {
			const from = (i * 2741) % WINDOW;
			c.peer.send("A", { seq: 1 + from, data: data.subarray(from, from + 100 + ((i * 97) % 900)) });
		}
		for (let from = 0; from < WINDOW; from += MSS)
			c.peer.send("A", { seq: 1 + from, data: data.subarray(from, from + MSS) });
		assert.deepStrictEqual(c.socket.readexactly(WINDOW), data);
		assert.strictEqual(c.peer.answers().at(-1), here(1 + WINDOW, 0));
	});

	it("out of order takes no more than 4 packet buffers: who sends single bytes does not take them all", () => {
		using c = new Connection();
		const before = stats().pbufs;
		for (let i = 20; i > 0; i--) c.peer.send("A", { seq: 1 + 2 * i, data: "x" });
		assert.ok(stats().pbufs <= before + 4, `${stats().pbufs - before} buffers`);
		// And they are given back when the rest does not come: 6 retransmission times.
		c.peer.pass(60);
		assert.strictEqual(stats().pbufs, before);
	});

	it("beyond the window is not taken; at its edge, as much as fits", () => {
		using c = new Connection();
		const data = pattern(WINDOW + 100);
		assert.deepStrictEqual(c.peer.send("A", { seq: WINDOW + 1, data: "evil" }), [here(1, 0)]);
		for (let at = 0; at < WINDOW - MSS; at += MSS) c.peer.send("A", { data: data.subarray(at, at + MSS) });
		assert.deepStrictEqual(c.peer.send("A", { data: data.subarray(WINDOW - MSS, WINDOW + 24) }), [
			here(1 + WINDOW, WINDOW),
		]);
		assert.deepStrictEqual(c.socket.recv(WINDOW + 100), data.subarray(0, WINDOW));
		fails("EAGAIN", () => c.socket.recv(1, MSG_DONTWAIT));
	});

	it("marked as urgent is in the stream with the rest (RFC 9293, 3.8.5, RFC 6093)", () => {
		using c = new Connection();
		c.peer.send("PUA", { data: "abc", urgent: 1 });
		c.peer.send("UA", { data: "def", urgent: 65535 });
		c.peer.send("UA", { urgent: 100 });
		assert.strictEqual(text(c.socket.recv(10)), "abcdef");
	});

	it("with a SYN is not taken yet; with the handshake's last segment it is (RFC 9293, 3.10.7.2)", () => {
		using server = listener([BOARD, 0]);
		const peer = new Peer(server.getsockname()[1]);
		assert.deepStrictEqual(peer.send("S", { data: "hello" }), [SYN_ACK]);
		peer.seq = 1;
		peer.send("PA", { data: "hello" });
		using socket = server.accept()[0];
		assert.strictEqual(text(socket.recv(10)), "hello");
	});

	it("in single bytes is the stream; they do not take all packet buffers, which are everybody's (RFC 9293, 3.8.6.2)", () => {
		using c = new Connection();
		const before = stats().pbufs;
		const data = pattern(200);
		for (let i = 0; i < data.length; i++) {
			assert.deepStrictEqual(c.peer.send("PA", { data: data.subarray(i, i + 1) }).length, i % 2);
			assert.ok(stats().pbufs < before + 8, `${stats().pbufs - before} buffers for ${i} bytes`);
		}
		assert.deepStrictEqual(c.socket.recv(10, MSG_PEEK), data.subarray(0, 10));
		assert.deepStrictEqual(c.socket.readexactly(data.length), data);
	});
});
