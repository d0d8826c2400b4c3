// SPDX-License-Identifier: MIT
// Segments that a peer can send and that lwIP 2.1.3 does not survive: each of these ended the board with a failed assertion of lwIP's
// (exit status 70). boards/common/tcp_guard.c and the socket core keep them from it. The last bytes of each test show that the
// connection itself goes on.
import assert from "assert";
import { Connection, onWire, WINDOW } from "./support/peers.js";
import { mss } from "./support/segments.js";
import { fails, pattern, text } from "./support/sockets.js";

onWire("what lwIP would not survive", () => {
	it("data out of order that goes beyond the window: its tail is cut off (RFC 9293, 3.10.7.4)", () => {
		using c = new Connection();
		const data = pattern(WINDOW + 1459);
		assert.deepStrictEqual(c.peer.send("A", { seq: WINDOW, data: data.subarray(WINDOW - 1) }), [
			`ACK seq=1 ack=1 win=${WINDOW}`,
		]);
		let last: string[] = [];
		for (let at = 0; at < WINDOW; at += 1436) last = c.peer.send("A", { data: data.subarray(at, at + 1436) });
		assert.deepStrictEqual(last, [`ACK seq=1 ack=${WINDOW + 1} win=0`]);
		assert.deepStrictEqual(c.socket.readexactly(WINDOW), data.subarray(0, WINDOW));
		assert.deepStrictEqual(c.peer.answers().at(-1), `ACK seq=1 ack=${WINDOW + 1} win=${WINDOW}`);
	});

	it("data over a FIN that has come too early: nothing is behind the end of the stream (RFC 9293, 3.10.7.4)", () => {
		using c = new Connection();
		const data = pattern(WINDOW);
		c.peer.send("FA", { seq: 4501, data: data.subarray(4500, 4510) });
		c.peer.send("A", { seq: 4401, data: data.subarray(4400) });
		let last: string[] = [];
		for (let at = 0; at < 4400; at += 1100) last = c.peer.send("A", { data: data.subarray(at, at + 1100) });
		assert.deepStrictEqual(last, [`ACK seq=1 ack=${4510 + 2} win=${WINDOW - 4511}`]);
		assert.deepStrictEqual(c.socket.read(), data.subarray(0, 4510));
	});

	it("data in order, to the very end of the window, over such a FIN", () => {
		using c = new Connection();
		const data = pattern(WINDOW);
		c.peer.send("FA", { seq: WINDOW - 999, data: data.subarray(WINDOW - 1000, WINDOW - 990) });
		for (let at = 0; at < WINDOW; at += 1436) c.peer.send("A", { data: data.subarray(at, at + 1436) });
		assert.deepStrictEqual(c.socket.read(), data.subarray(0, WINDOW - 990));
	});

	it("another largest segment in the middle of a connection: it counts in a SYN alone (RFC 9293, 3.2)", () => {
		using c = new Connection();
		c.peer.send("A", { data: "x" });
		assert.deepStrictEqual(c.peer.send("A", { window: 100, data: "y" }), [`ACK seq=1 ack=3 win=${WINDOW - 2}`]);
		c.socket.sendall(pattern(500));
		assert.deepStrictEqual(c.peer.answers(), []);
		assert.deepStrictEqual(c.peer.send("A", { window: 100, options: mss(50) }), []);
		// The persist timer sends as much as the window takes.
		assert.deepStrictEqual(c.peer.pass(2), [`PSH,ACK seq=1 ack=3 win=${WINDOW - 2} len=100`]);
		assert.strictEqual(text(c.socket.recv(10)), "xy");
	});

	it("a window of 1 byte, then one of 4 bytes", () => {
		using c = new Connection({ window: 1 });
		c.socket.sendall(pattern(500));
		assert.deepStrictEqual(c.peer.answers(), []);
		c.peer.send("A", { window: 4 });
		c.socket.settimeout(0);
		fails("EAGAIN", () => c.socket.send("more"));
		// Bytes go as the window takes them; then there is room for more.
		let all = "";
		while (all.length < 500) {
			c.peer.pass(2);
			assert.ok(c.peer.received.length > all.length, "nothing comes");
			all = c.peer.received;
			c.peer.send("A", { window: 4 });
		}
		assert.strictEqual(c.socket.send("more"), 4);
		// Segments of half the largest window: RFC 1122, 4.2.3.4.
		assert.deepStrictEqual(c.peer.answers(), [`ACK seq=501 ack=1 win=${WINDOW} len=2`]);
		assert.deepStrictEqual(c.peer.send("A", { window: 4 }), [`PSH,ACK seq=503 ack=1 win=${WINDOW} len=2`]);
	});

	it("a closed window with an acknowledgement of all that there is", () => {
		using c = new Connection({ window: 0 });
		c.socket.sendall("x");
		assert.deepStrictEqual(
			c.peer.pass(2),
			[`ACK seq=1 ack=1 win=${WINDOW} len=1`],
			"a probe of the window: RFC 9293, 3.8.6.1",
		);
		assert.deepStrictEqual(c.peer.send("A", { window: 0 }), []);
		assert.deepStrictEqual(c.peer.pass(60), []);
		c.socket.sendall("y");
		assert.deepStrictEqual(c.peer.pass(2), [`ACK seq=2 ack=1 win=${WINDOW} len=1`]);
		assert.deepStrictEqual(c.peer.send("A"), []);
	});

	it("the same, when the board has closed the connection", () => {
		using c = new Connection({ window: 0 });
		c.socket.sendall("x");
		c.socket.close();
		assert.deepStrictEqual(c.peer.pass(2), [`ACK seq=1 ack=1 win=${WINDOW} len=1`]);
		assert.deepStrictEqual(c.peer.send("A", { window: 0 }), [`FIN,ACK seq=2 ack=1 win=${WINDOW}`]);
		assert.deepStrictEqual(c.peer.send("FA"), [`ACK seq=3 ack=2 win=${WINDOW - 1}`]);
	});
});
