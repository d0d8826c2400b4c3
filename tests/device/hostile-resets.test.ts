// SPDX-License-Identifier: MIT
// Resets, requests and acknowledgements that somebody makes up who sees nothing of a connection, and those of a peer that has lost
// its memory: RFC 9293, 3.5 and 3.10.7.4, RFC 5961, RFC 1337.
import assert from "assert";
import { stats } from "sockets/stats";
import { Connection, onWire, Peer, SYN_ACK, WINDOW } from "./support/peers.js";
import { fails, text } from "./support/sockets.js";

/** What the board answers to something that cannot be meant for the connection: where it is (RFC 5961's challenge ACK). */
const CHALLENGE = `ACK seq=1 ack=1 win=${WINDOW}`;

/** The connection works in both directions. */
function works(c: Connection): void {
	c.peer.send("PA", { data: "ping" });
	assert.strictEqual(text(c.socket.recv(10)), "ping");
	c.socket.sendall("pong");
	assert.strictEqual(c.peer.answers().length, 1);
	assert.ok(c.peer.received.endsWith("pong"));
	assert.deepStrictEqual(c.peer.send("A"), []);
}

onWire("a reset", () => {
	it("with exactly the next sequence number ends the connection: ECONNRESET once, then the end (RFC 5961, 3.2)", () => {
		using c = new Connection();
		assert.deepStrictEqual(c.peer.send("R"), []);
		fails("ECONNRESET", () => c.socket.recv(1));
		assert.strictEqual(c.socket.recv(1).length, 0);
		fails("EPIPE", () => c.socket.send("x"));
	});

	it("lets what came before it be read first", () => {
		using c = new Connection();
		c.peer.send("PA", { data: "last words" });
		c.peer.send("R");
		assert.strictEqual(text(c.socket.recv(20)), "last words");
		fails("ECONNRESET", () => c.socket.recv(1));
	});

	it("with another number of the window is answered by where the board is (RFC 5961, 3.2)", () => {
		using c = new Connection();
		for (const seq of [2, 100, WINDOW]) assert.deepStrictEqual(c.peer.send("R", { seq }), [CHALLENGE]);
		assert.deepStrictEqual(c.peer.send("RA", { seq: 100, ack: 1 }), [CHALLENGE]);
		works(c);
	});

	it("with a number outside of the window is dropped without a word (RFC 5961, 3.2)", () => {
		using c = new Connection();
		for (const seq of [0, -1000, WINDOW + 2, 0x7fffffff]) assert.deepStrictEqual(c.peer.send("R", { seq }), []);
		works(c);
	});

	it("ends a connection that nobody has accepted: accept() does not give it", () => {
		using c = new Connection();
		const peer = new Peer(c.peer.to);
		peer.send("S");
		peer.send("A");
		peer.send("R");
		c.server.settimeout(0);
		fails("EAGAIN", () => c.server.accept());
	});

	it("gives a half-open connection's place in the backlog back (RFC 9293, 3.10.7.4)", () => {
		using c = new Connection();
		const peer = new Peer(c.peer.to);
		assert.deepStrictEqual(peer.send("S"), [SYN_ACK]);
		assert.deepStrictEqual(new Peer(c.peer.to).send("S"), []);
		assert.deepStrictEqual(peer.send("R"), []);
		const next = new Peer(c.peer.to);
		next.connect(c.server).close();
		next.answers();
		next.send("RA");
	});
});

onWire("a segment that is not the peer's", () => {
	it("SYN: is answered by where the board is, whatever its number (RFC 5961, 4.2)", () => {
		using c = new Connection();
		for (const seq of [0, 1, 100, 0x7fffffff]) {
			assert.deepStrictEqual(c.peer.send("S", { seq }), [CHALLENGE]);
			assert.deepStrictEqual(c.peer.send("SA", { seq, ack: 1 }), [CHALLENGE]);
		}
		works(c);
	});

	it("without ACK: is dropped (RFC 9293, 3.10.7.4, fifth check)", () => {
		using c = new Connection();
		for (const flags of ["", "P", "F", "FPU"]) assert.deepStrictEqual(c.peer.send(flags, { seq: 1, data: "evil" }), []);
		works(c);
	});

	it("with an acknowledgement of what was never sent: is answered, its data are dropped (RFC 9293, 3.10.7.4)", () => {
		using c = new Connection();
		for (const ack of [2, 1000, 0x7fffffff])
			assert.deepStrictEqual(c.peer.send("PA", { seq: 1, ack, data: "evil" }), [CHALLENGE]);
		works(c);
	});

	it("with an acknowledgement of long ago: is answered, its data are dropped (RFC 5961, 5.2)", () => {
		using c = new Connection();
		for (const ack of [-WINDOW, -100_000])
			assert.deepStrictEqual(c.peer.send("PA", { seq: 1, ack, data: "evil" }), [CHALLENGE]);
		assert.deepStrictEqual(
			c.peer.send("PA", { ack: 1 - WINDOW, data: "late" }),
			[],
			"the peer's own, overtaken by others",
		);
		assert.strictEqual(text(c.socket.recv(10)), "late");
		works(c);
	});

	it("with a number that is far off: is answered, its acknowledgement does not count (RFC 9293, 3.10.7.4, first check)", () => {
		using c = new Connection();
		c.socket.sendall("hello");
		assert.strictEqual(c.peer.answers().length, 1);
		const here = `ACK seq=6 ack=1 win=${WINDOW}`;
		for (const seq of [WINDOW + 2, -100_000, 0x7fffffff])
			assert.deepStrictEqual(c.peer.send("A", { seq, ack: 6 }), [here]);
		assert.deepStrictEqual(c.peer.pass(5), [`PSH,ACK seq=1 ack=1 win=${WINDOW} len=5`], "sent again");
		c.peer.send("A");
		works(c);
	});
});

onWire("a peer that has lost its memory", () => {
	it("and asks for the same connection learns of the old one, resets it, and gets a new one (RFC 9293, 3.5.1, figure 9)", () => {
		using c = new Connection();
		works(c);
		const reborn = new Peer(c.peer.to, { from: c.peer.port, first: c.peer.first + 0x1000000 });
		reborn.boardFirst = c.peer.boardFirst;
		// Where the board is, as the peer counted before: 4 bytes each way.
		const challenge = reborn.send("S");
		assert.deepStrictEqual(challenge, [`ACK seq=5 ack=${(5 - 0x1000000) >>> 0} win=${WINDOW - 4}`]);
		assert.deepStrictEqual(c.peer.send("R"), []);
		fails("ECONNRESET", () => c.socket.recv(1));
		const next = new Peer(c.peer.to, { from: c.peer.port, first: c.peer.first + 0x1000000 });
		next.connect(c.server).close();
		next.answers();
		next.send("RA");
	});

	it("answers what the board sends by a reset: the next write says so (RFC 9293, 3.5.1, figure 10)", () => {
		using c = new Connection();
		c.socket.sendall("are you there?");
		assert.strictEqual(c.peer.answers().length, 1);
		assert.deepStrictEqual(c.peer.send("R", { seq: 1 }), []);
		fails("ECONNRESET", () => c.socket.send("?"));
		fails("EPIPE", () => c.socket.send("?"));
	});
});

onWire("a connection in TIME_WAIT", () => {
	/** A connection that the board has closed first, and the peer after it. */
	function waiting(): Connection {
		const c = new Connection();
		c.socket.close();
		assert.deepStrictEqual(c.peer.answers(), [`FIN,ACK seq=1 ack=1 win=${WINDOW}`]);
		assert.deepStrictEqual(c.peer.send("FA"), [`ACK seq=2 ack=2 win=${WINDOW - 1}`]);
		assert.strictEqual(stats().time_wait, 1);
		return c;
	}

	const here = `ACK seq=2 ack=2 win=${WINDOW - 1}`;

	it("is not ended by a reset (RFC 1337, 3, fix F1)", () => {
		using c = waiting();
		for (const seq of [1, 2, 100]) assert.deepStrictEqual(c.peer.send("R", { seq }), []);
		assert.strictEqual(stats().time_wait, 1);
	});

	it("answers old data, and an end of the stream that comes again, by where the board is", () => {
		using c = waiting();
		assert.deepStrictEqual(c.peer.send("PA", { seq: 1, data: "old" }), [here]);
		assert.deepStrictEqual(c.peer.send("FA", { seq: 1 }), [here]);
	});

	it("lasts 120 s, and from the last end of the stream that comes again (RFC 9293, 3.10.7.4, eighth check)", () => {
		using c = waiting();
		c.peer.pass(119);
		assert.deepStrictEqual(c.peer.send("FA", { seq: 1 }), [here]);
		c.peer.pass(119);
		assert.strictEqual(stats().time_wait, 1);
		c.peer.pass(2);
		assert.strictEqual(stats().time_wait, 0);
		assert.deepStrictEqual(c.peer.send("A", { seq: 2 }), ["RST,ACK seq=2 ack=2"]);
	});

	it("makes room for the same peer's next one, which has a higher number (RFC 9293, 3.6.1)", () => {
		using c = waiting();
		const next = new Peer(c.peer.to, { from: c.peer.port, first: c.peer.first + 100 });
		assert.deepStrictEqual(next.send("S"), [], "the board forgets the old connection; the peer asks again");
		next.seq = 0;
		next.connect(c.server).close();
		assert.ok((next.boardFirst - c.peer.boardFirst) >>> 0 < 0x80000000, "and so is the board's number higher");
		next.answers();
		next.send("RA");
	});

	it("is not what an old request gets back", () => {
		using c = waiting();
		assert.deepStrictEqual(c.peer.send("S", { seq: -100 }), [here]);
		assert.strictEqual(stats().time_wait, 1);
	});
});
