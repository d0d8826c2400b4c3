// SPDX-License-Identifier: MIT
// Frames that are damaged, or made to hurt: checksums, sizes and options that lie, fragments. RFC 9293, 3.1 and 3.2; RFC 791, 3.2;
// RFC 1122, 3.2.1.2 and 4.2.2.7: what is wrong is dropped without a word.
import assert from "assert";
import { stats } from "sockets/stats";
import { send } from "test/wire";
import { BOARD, Connection, MSS, onWire, Peer, SYN_ACK, WINDOW } from "./support/peers.js";
import { compose, mss, seal } from "./support/segments.js";
import { fails, listener, pattern, text } from "./support/sockets.js";

/** Where things are in a frame. */
const IP = 14;
const TCP = 34;

/** Changes a byte, and makes the checksums right again. */
function set(at: number, value: number): (frame: ArrayBuffer) => void {
	return (frame) => {
		new Uint8Array(frame)[at] = value;
		seal(frame);
	};
}

/** The frame of the connection's next data. */
function next({ peer }: Connection, data: Uint8Array): ArrayBuffer {
	return compose({
		source: peer.host,
		destination: 1,
		from: peer.port,
		to: peer.to,
		seq: (peer.first + 1) >>> 0,
		ack: (peer.boardFirst + 1) >>> 0,
		flags: "PA",
		window: WINDOW,
		urgent: 0,
		options: [],
		data,
	});
}

/** Damages a byte, and leaves the checksums as they are. */
function damage(at: number): (frame: ArrayBuffer) => void {
	return (frame) => {
		const view = new DataView(frame);
		view.setUint8(at, view.getUint8(at) ^ 0x10);
	};
}

onWire("a frame", () => {
	/** The same segment as it should be comes through: nothing of the wrong ones has. */
	function comesThrough(c: Connection): void {
		c.peer.send("PA", { seq: 1, data: "right" });
		assert.strictEqual(text(c.socket.recv(20)), "right");
	}

	for (const [what, at] of [
		["a byte of data", TCP + 20],
		["the sequence number", TCP + 4],
		["the flags", TCP + 13],
		["the checksum of the segment", TCP + 16],
		["the checksum of the IP header", IP + 10],
		["the source", IP + 15],
		["the time to live", IP + 8],
	] as const)
		it(`that is damaged in ${what} is dropped`, () => {
			using c = new Connection();
			assert.deepStrictEqual(c.peer.send("PA", { seq: 1, data: "wrong", spoil: damage(at) }), []);
			comesThrough(c);
		});

	for (const [what, at, value] of [
		["that ends within itself (data offset 4)", TCP + 12, 0x40],
		["of no size (data offset 0)", TCP + 12, 0],
		["that is longer than the segment (data offset 15)", TCP + 12, 0xf0],
	] as const)
		it(`with a TCP header ${what} is dropped`, () => {
			using c = new Connection();
			assert.deepStrictEqual(c.peer.send("PA", { seq: 1, data: "wrong", spoil: set(at, value) }), []);
			comesThrough(c);
		});

	for (const [what, at, value] of [
		["of another version", IP, 0x65],
		["shorter than it can be", IP, 0x44],
		["longer than the packet", IP, 0x4f],
		["with a total length beyond the frame", IP + 2, 0x40],
		["with a total length of less than itself", IP + 3, 10],
	] as const)
		it(`with an IP header ${what} is dropped`, () => {
			using c = new Connection();
			const spoil = (frame: ArrayBuffer): void => {
				const view = new DataView(frame);
				view.setUint8(at, value);
				view.setUint16(IP + 10, 0);
				let total = 0;
				for (let i = 0; i < 20; i += 2) total += view.getUint16(IP + i);
				while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
				view.setUint16(IP + 10, 0xffff - total);
			};
			assert.deepStrictEqual(c.peer.send("PA", { seq: 1, data: "wrong", spoil }), []);
			comesThrough(c);
		});

	it("that is cut off anywhere is dropped", () => {
		using c = new Connection();
		const whole = next(c, new TextEncoder().encode("right"));
		for (let size = 1; size < whole.byteLength; size++) {
			send(whole.slice(0, size));
			assert.deepStrictEqual(c.peer.answers(), [], `${size} bytes`);
		}
		send(whole);
		assert.strictEqual(text(c.socket.recv(20)), "right");
	});

	it("with padding behind the packet, as short ones have on Ethernet, is taken without it", () => {
		using c = new Connection();
		const frame = next(c, new TextEncoder().encode("x"));
		const padded = new Uint8Array(60).fill(0x55);
		padded.set(new Uint8Array(frame));
		send(padded.buffer);
		assert.strictEqual(text(c.socket.recv(20)), "x");
	});
});

onWire("options", () => {
	/** A SYN with these options: what the board makes of the largest segment that it names. */
	function segmentSize(options: number[]): number {
		using server = listener([BOARD, 0]);
		const peer = new Peer(server.getsockname()[1]);
		assert.deepStrictEqual(peer.send("S", { options }), [SYN_ACK]);
		peer.send("A");
		using socket = server.accept()[0];
		socket.sendall(pattern(MSS));
		const [first = ""] = peer.answers();
		peer.send("R");
		return Number(first.split("len=")[1]);
	}

	it("name the largest segment; without one it is 536 (RFC 9293, 3.7.1)", () => {
		assert.strictEqual(segmentSize(mss(1000)), 1000);
		assert.strictEqual(segmentSize(mss(65535)), MSS);
		assert.strictEqual(segmentSize([]), 536);
	});

	it("that fill the header, with those that the board does not know, are read (RFC 9293, 3.2)", () => {
		const unknown = [254, 16, ...new Array(14).fill(0xff)];
		assert.strictEqual(segmentSize([...unknown, ...unknown, 1, 1, 1, 1, ...mss(700)]), 700);
		assert.strictEqual(segmentSize([1, 3, 3, 14, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, ...mss(700)]), 700);
	});

	it("that lie about their length are not (RFC 9293, 3.2)", () => {
		for (const options of [
			[254, 0, ...mss(700)], // for ever
			[254, 1, ...mss(700)],
			[254, 255, ...mss(700)], // beyond the header
			[2, 255, 700 >> 8, 700 & 255],
			[2, 3, 700 >> 8, 700 & 255],
			[1, 1, 2, 4], // cut off
			[1, 1, 1, 2],
			[0, ...mss(700)], // behind the end
			new Array(40).fill(1),
			new Array(40).fill(0),
			[2, 4, 0, 0], // no size at all
		])
			assert.ok([536, MSS].includes(segmentSize(options)), `${options}`);
	});

	it("of a segment that is no SYN say nothing, and harm nothing", () => {
		using c = new Connection();
		for (const options of [mss(1), mss(0), [254, 0], [254, 255, 1, 1], new Array(40).fill(2)])
			c.peer.send("PA", { options, data: "x" });
		assert.strictEqual(text(c.socket.readexactly(5)), "xxxxx");
		c.peer.answers();
		c.socket.sendall(pattern(MSS));
		assert.ok(c.peer.answers()[0]?.endsWith(`len=${MSS}`));
		c.peer.send("A");
	});
});

onWire("fragments", () => {
	/** Sends a segment as IP fragments of so many bytes each; `leave` says which not to send. */
	function fragments(
		c: Connection,
		data: Uint8Array,
		size: number,
		leave: (index: number) => boolean = () => false,
		id = 1,
	): void {
		const frame = next(c, data);
		const payload = new Uint8Array(frame, TCP);
		for (let at = 0, index = 0; at < payload.length; at += size, index++) {
			if (leave(index)) continue;
			const part = payload.subarray(at, at + size);
			const bytes = new Uint8Array(TCP + part.length);
			bytes.set(new Uint8Array(frame, 0, TCP));
			bytes.set(part, TCP);
			const view = new DataView(bytes.buffer);
			view.setUint16(IP + 2, 20 + part.length);
			view.setUint16(IP + 4, id);
			view.setUint16(IP + 6, (at + size < payload.length ? 0x2000 : 0) | (at / 8));
			view.setUint16(IP + 10, 0);
			let total = 0;
			for (let i = 0; i < 20; i += 2) total += view.getUint16(IP + i);
			while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
			view.setUint16(IP + 10, 0xffff - total);
			send(bytes.buffer);
		}
	}

	it("of a segment are put together (RFC 791, 3.2)", () => {
		using c = new Connection();
		fragments(c, pattern(100), 24);
		assert.deepStrictEqual(c.socket.recv(200), pattern(100));
	});

	it("so small that they cut TCP's header are dropped (RFC 1858, 3.1)", () => {
		using c = new Connection();
		fragments(c, pattern(100), 16);
		assert.deepStrictEqual(c.peer.answers(), []);
		c.peer.send("PA", { data: "goes on" });
		assert.strictEqual(text(c.socket.recv(20)), "goes on");
	});

	it("that never become whole take no more than 10 buffers, whoever sends them, and go after 15 s", () => {
		using c = new Connection();
		const before = stats().pbufs;
		for (let id = 1; id <= 50; id++) fragments(c, pattern(100), 24, (index) => index === 3, id);
		const most = stats().pbufs - before;
		assert.ok(most > 0 && most <= 10, `${most} buffers`);
		c.peer.send("PA", { data: "goes on" });
		assert.strictEqual(text(c.socket.recv(20)), "goes on");
		c.server.settimeout(20);
		fails("ETIMEDOUT", () => c.server.accept()); // time passes
		assert.strictEqual(stats().pbufs, before);
		c.peer.answers();
	});
});
