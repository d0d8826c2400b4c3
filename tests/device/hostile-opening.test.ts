// SPDX-License-Identifier: MIT
// Connections that are asked for and never opened, by too many, or in another way than by the book: RFC 9293, 3.5 and 3.10.7, RFC 4987.
import assert from "assert";
import { IPPROTO_TCP, SO_KEEPALIVE, SOL_SOCKET, Socket, TCP_KEEPCNT, TCP_KEEPIDLE, TCP_KEEPINTVL } from "sockets";
import { stats } from "sockets/stats";
import { BOARD, discard, onWire, Peer, SYN_ACK, WINDOW } from "./support/peers.js";
import { fails, listener, text } from "./support/sockets.js";

/** The number of pcbs that a board has. */
const PCBS = 16;

/** Asks for so many connections, from as many addresses, and never goes on: how many of them were answered. */
function flood(to: number, count: number): Peer[] {
	const peers: Peer[] = [];
	for (let i = 0; i < count; i++) {
		const peer = new Peer(to, { host: 100 + i });
		if (peer.send("S").length > 0) peers.push(peer);
	}
	return peers;
}

onWire("a flood of SYNs", () => {
	it("takes no more than the backlog; nothing is answered beyond it, and a client gets in 3 s later (RFC 4987, 3.4)", () => {
		using server = listener([BOARD, 0], 4);
		const [, port] = server.getsockname();
		assert.strictEqual(flood(port, 20).length, 4);
		assert.strictEqual(stats().closing, 4);
		const client = new Peer(port);
		assert.deepStrictEqual(client.send("S"), []);
		// Before their SYN,ACK is repeated they may be clients as others are.
		client.pass(2);
		assert.deepStrictEqual(client.send("S", { seq: 0 }), []);
		client.pass(1.5);
		assert.deepStrictEqual(client.send("S", { seq: 0 }), [SYN_ACK]);
		client.send("PA", { data: "at last" });
		using connection = server.accept()[0];
		assert.strictEqual(text(connection.recv(10)), "at last");
		discard();
	});

	it("leaves nothing 20 s after it has ended", () => {
		using server = listener([BOARD, 0], 8);
		const peers = flood(server.getsockname()[1], 8);
		assert.strictEqual(stats().closing, 8);
		// SYN,ACK is repeated, each time after twice as long (RFC 9293, 3.8.1, RFC 6298).
		const again: string[] = [];
		for (let second = 0; second < 21; second++) again.push(...(peers[0] as Peer).pass(1));
		assert.deepStrictEqual(again, [SYN_ACK, SYN_ACK]);
		assert.strictEqual(stats().closing, 0);
		discard();
	});

	it("from one who answers with what is no answer is not kept alive", () => {
		using server = listener([BOARD, 0], 1);
		const [, port] = server.getsockname();
		const [half] = flood(port, 1) as [Peer];
		half.pass(4);
		for (let i = 0; i < 5; i++) half.send("P", { data: "x" });
		const client = new Peer(port);
		assert.deepStrictEqual(client.send("S"), [SYN_ACK]);
		client.send("R");
		discard();
	});

	it("on more than one port does not keep the program from opening sockets", () => {
		using one = listener([BOARD, 0], 12);
		using other = listener([BOARD, 0], 12);
		const answered = flood(one.getsockname()[1], 12).length + flood(other.getsockname()[1], 12).length;
		assert.strictEqual(answered, PCBS - 2, "the bystander has two");
		fails("ENFILE", () => new Socket());
		new Peer(1).pass(4);
		new Socket().close();
		discard();
	});

	it("does not end connections that are closing", () => {
		using server = listener([BOARD, 0], PCBS);
		const [, port] = server.getsockname();
		const slow = new Peer(port);
		slow.window = 0;
		const connection = slow.connect(server);
		connection.sendall("the end of it");
		connection.close();
		assert.deepStrictEqual(slow.send("FA"), [`ACK seq=1 ack=2 win=${WINDOW - 1}`]); // LAST_ACK
		assert.strictEqual(flood(port, 20).length, PCBS - 3);
		discard();
		assert.deepStrictEqual(slow.send("A", { window: WINDOW }), [
			`PSH,ACK seq=1 ack=2 win=${WINDOW - 1} len=13`,
			`FIN,ACK seq=14 ack=2 win=${WINDOW - 1}`,
		]);
		assert.deepStrictEqual(slow.send("A"), []);
		assert.strictEqual(slow.received, "the end of it");
	});
});

onWire("a SYN", () => {
	it("from the board's own address and port (a land attack) is not answered (RFC 1122, 3.2.1.3)", () => {
		using server = listener([BOARD, 0], 1);
		const [, port] = server.getsockname();
		assert.deepStrictEqual(new Peer(port, { host: 1, from: port }).send("S"), []);
		assert.strictEqual(stats().closing, 0);
	});

	it("to a port where nobody listens is refused: RST,ACK (RFC 9293, 3.10.7.1)", () => {
		assert.deepStrictEqual(new Peer(1).send("S"), ["RST,ACK seq=0 ack=1"]);
		assert.deepStrictEqual(new Peer(1).send("R"), []);
	});
});

onWire("clients that connect and never say a word", () => {
	/** Connects so many, and accepts them. */
	function crowd(server: Socket, count: number): { peer: Peer; socket: Socket }[] {
		return Array.from({ length: count }, () => {
			const peer = new Peer(server.getsockname()[1]);
			return { peer, socket: peer.connect(server) };
		});
	}

	it("take all pcbs; the next one is not answered, and gets in when one has gone", () => {
		using server = listener([BOARD, 0], PCBS);
		const clients = crowd(server, PCBS - 2);
		const next = new Peer(server.getsockname()[1]);
		assert.deepStrictEqual(next.send("S"), []);
		assert.deepStrictEqual(next.send("S", { seq: 0 }), []);
		clients[3]?.peer.send("R");
		const last = new Peer(server.getsockname()[1]);
		using socket = last.connect(server);
		socket.sendall("hello");
		assert.deepStrictEqual(last.answers(), [`PSH,ACK seq=1 ack=1 win=${WINDOW} len=5`]);
		for (const client of clients) client.socket.close();
		for (const { peer } of clients) {
			peer.answers();
			peer.send("R");
		}
		last.send("A");
	});

	it("that the board has closed are recycled out of TIME_WAIT for the next (RFC 9293, 3.6.1)", () => {
		using server = listener([BOARD, 0], PCBS);
		for (const { peer, socket } of crowd(server, PCBS - 2)) {
			socket.close();
			assert.deepStrictEqual(peer.answers(), [`FIN,ACK seq=1 ack=1 win=${WINDOW}`]);
			assert.deepStrictEqual(peer.send("FA"), [`ACK seq=2 ack=2 win=${WINDOW - 1}`]);
		}
		assert.strictEqual(stats().time_wait, PCBS - 2);
		const next = new Peer(server.getsockname()[1]);
		next.connect(server).close();
		assert.strictEqual(stats().time_wait, PCBS - 3);
		next.answers();
		next.send("FA");
		assert.strictEqual(stats().time_wait, PCBS - 2);
		new Socket().close();
	});

	it("but their machines are there stay; those that are gone end by keepalive, if the listener has it", () => {
		using server = listener([BOARD, 0], 4);
		server.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
		server.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 60);
		server.setsockopt(IPPROTO_TCP, TCP_KEEPINTVL, 10);
		server.setsockopt(IPPROTO_TCP, TCP_KEEPCNT, 3);
		const [alive, gone] = crowd(server, 2) as [{ peer: Peer; socket: Socket }, { peer: Peer; socket: Socket }];
		const probe = `ACK seq=0 ack=1 win=${WINDOW}`;
		for (let minute = 0; minute < 2; minute++) {
			const probes = alive.peer.pass(60.5);
			assert.deepStrictEqual(probes, [probe], "RFC 9293, 3.8.4");
			assert.deepStrictEqual(alive.peer.send("A"), []);
		}
		assert.deepStrictEqual(gone.peer.answers(), [probe, probe, probe, "RST,ACK seq=1 ack=1"]);
		fails("ETIMEDOUT", () => gone.socket.recv(1));
		assert.strictEqual(gone.socket.recv(1).length, 0);
		alive.socket.sendall("you are still there");
		assert.strictEqual(alive.peer.answers().length, 1);
		gone.socket.close();
		alive.peer.send("R");
		alive.socket.close();
	});
});
