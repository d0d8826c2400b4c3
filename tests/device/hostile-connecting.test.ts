// SPDX-License-Identifier: MIT
// What may come instead of the answer that a connect() waits for: RFC 9293, 3.5 and 3.10.7.3 (SYN-SENT).
import assert from "assert";
import { SHUT_RDWR, SO_ERROR, SOL_SOCKET, type Socket } from "sockets";
import { AsyncSocket } from "sockets/async";
import { rejects } from "./support/async.js";
import { connecting, MSS, onWire, Peer, WINDOW } from "./support/peers.js";
import { mss } from "./support/segments.js";
import { fails, GUARD, pattern, text } from "./support/sockets.js";

const SYN = `SYN seq=0 win=${WINDOW} mss=${MSS}`;
const ACK = `ACK seq=1 ack=1 win=${WINDOW}`;

/** A peer that the board asks for a connection, with the board's socket. */
function asked(): { peer: Peer; socket: Socket } {
	const peer = new Peer(0);
	const socket = connecting(peer);
	assert.deepStrictEqual(peer.answers(), [SYN]);
	return { peer, socket };
}

/** The handshake goes on from here, and the connection works. */
function finish(peer: Peer, socket: Socket): void {
	assert.deepStrictEqual(peer.send("SA", { seq: 0 }), [ACK]);
	peer.seq = 1;
	socket.settimeout(GUARD);
	socket.sendall("hello");
	assert.deepStrictEqual(peer.answers(), [`PSH,ACK seq=1 ack=1 win=${WINDOW} len=5`]);
	assert.deepStrictEqual(peer.send("PA", { data: "hello" }), []);
	assert.strictEqual(text(socket.recv(10)), "hello");
	peer.send("R");
	fails("ECONNRESET", () => socket.recv(1));
	socket.close();
}

onWire("a connect()", () => {
	it("is refused by RST,ACK of its SYN; the socket can connect again", () => {
		const { peer, socket } = asked();
		assert.deepStrictEqual(peer.send("RA", { seq: 0 }), []);
		assert.ok(socket.getsockopt(SOL_SOCKET, SO_ERROR) > 0);
		const other = new Peer(0);
		fails("EINPROGRESS", () => socket.connect(["10.8.8.2", other.port]));
		assert.deepStrictEqual(other.answers(), [SYN]);
		finish(other, socket);
	});

	it("that waits says ECONNREFUSED", () => {
		const { peer, socket } = asked();
		peer.send("RA", { seq: 0 });
		fails("ECONNREFUSED", () => socket.send("x"));
		socket.close();
	});

	it("takes no notice of a reset that does not acknowledge its SYN", () => {
		const { peer, socket } = asked();
		for (const ack of [0, 2, 0x10000]) assert.deepStrictEqual(peer.send("RA", { seq: 0, ack }), []);
		assert.deepStrictEqual(peer.send("R", { seq: 0, ack: 1 }), [], "without the ACK flag it acknowledges nothing");
		assert.deepStrictEqual(peer.send("R", { seq: 0 }), []);
		finish(peer, socket);
	});

	it("answers an acknowledgement of something else by a reset, and asks again (RFC 9293, 3.5.1, figure 9)", () => {
		const { peer, socket } = asked();
		const again = ["RST,ACK seq=7 ack=0", SYN];
		assert.deepStrictEqual(peer.send("A", { seq: 0, ack: 7 }), again);
		assert.deepStrictEqual(peer.send("SA", { seq: 0, ack: 7 }), ["RST,ACK seq=7 ack=1", SYN]);
		finish(peer, socket);
	});

	// lwIP has no simultaneous open: a SYN that crosses the board's is not answered (RFC 9293, 3.5, figure 7, wants SYN,ACK). The
	// connection comes about all the same, since the other end, which keeps to the RFC, answers the board's SYN.
	it("does not answer a SYN that crosses its own; the SYN,ACK of that peer opens the connection", () => {
		const { peer, socket } = asked();
		assert.deepStrictEqual(peer.send("S"), []);
		finish(peer, socket);
	});

	it("takes neither data nor an end before the handshake", () => {
		const { peer, socket } = asked();
		for (const flags of ["P", "F", "FPU", ""]) assert.deepStrictEqual(peer.send(flags, { seq: 1, data: "evil" }), []);
		finish(peer, socket);
	});

	it("that nobody answers asks 7 times, and gives up after some 20 s (RFC 9293, 3.8.3)", () => {
		const { peer, socket } = asked();
		assert.deepStrictEqual(peer.pass(25), [SYN, SYN, SYN, SYN, SYN, SYN]);
		fails("ETIMEDOUT", () => socket.send("x"));
		socket.close();
	});

	it("that ended by its own timeout answers a late SYN,ACK by a reset", () => {
		const { peer, socket } = asked();
		socket.close();
		assert.deepStrictEqual(peer.send("SA"), ["RST,ACK seq=1 ack=1"]);
	});

	it("takes a largest segment of 1 byte, and sends such (RFC 9293, 3.7.1)", () => {
		const { peer, socket } = asked();
		assert.deepStrictEqual(peer.send("SA", { options: mss(1) }), [ACK]);
		// Not all of it: lwIP has room for 16 segments of a connection.
		assert.strictEqual(socket.send(pattern(100)), 12);
		const lines = peer.answers();
		while (peer.received.length < 12) {
			const more = peer.send("A");
			assert.ok(more.length > 0);
			lines.push(...more);
		}
		assert.strictEqual(lines.filter((line) => line.endsWith("len=1")).length, 12);
		peer.send("RA");
		socket.close();
	});
});

onWire("a socket that is used again", () => {
	it("after a connection that was shut and reset while its connect() went on, is like new", async () => {
		const peer = new Peer(0);
		using socket = new AsyncSocket();
		const connected = socket.connect(["10.8.8.2", peer.port]);
		assert.deepStrictEqual(peer.answers(), [SYN]);
		assert.deepStrictEqual(peer.send("SA"), [ACK]);
		// All this before the program gets its turn.
		socket.shutdown(SHUT_RDWR);
		assert.deepStrictEqual(peer.answers(), [`FIN,ACK seq=1 ack=1 win=${WINDOW}`]);
		peer.send("R");
		await rejects("ECONNRESET", connected);
		const other = new Peer(0);
		const again = socket.connect(["10.8.8.2", other.port]);
		other.accept();
		await again;
		await socket.sendall("hello");
		assert.deepStrictEqual(other.answers(), [`PSH,ACK seq=1 ack=1 win=${WINDOW} len=5`]);
		other.send("PA", { data: "hello" });
		assert.strictEqual(text(await socket.recv(10)), "hello");
		other.send("R");
	});
});
