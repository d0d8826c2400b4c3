// SPDX-License-Identifier: MIT
// Peers of the board whose every segment a test makes by hand, on the wire of test/wire. Sequence numbers are said and shown as
// counted from the beginning of each direction, so that a test reads as the examples of RFC 9293: SYN is 0, the first byte 1.
import assert from "assert";
import { startVirtualTime, stopVirtualTime } from "board/time";
import { type Address, Socket } from "sockets";
import { add, lost, pass, remove, send, take } from "test/wire";
import { compose, describeSegment, isTcp, length, mss, parse, type Segment } from "./segments.js";
import { fails, GUARD, listener, Pair, text } from "./sockets.js";

/** Where the board is on the wire. */
export const BOARD = "10.8.8.1";
/** The board's window when nothing waits to be read, and the largest segment that it takes. */
export const WINDOW = 5744;
export const MSS = 1436;
/** Milliseconds for a test: a guard, for an emulated processor on a machine that does other work. */
const LIMIT = 30_000;
/** What the board answers to a SYN, and the acknowledgement that shows that it has got all so far. */
export const SYN_ACK = `SYN,ACK seq=0 ack=1 win=${WINDOW} mss=${MSS}`;

/** What a segment has besides its flags. Numbers are relative; what is not said is what a peer would say now. */
export interface Rest {
	seq?: number;
	ack?: number;
	window?: number;
	urgent?: number;
	options?: number[];
	data?: string | Uint8Array;
	/** Spoils the frame before it is sent. */
	spoil?: (frame: ArrayBuffer) => void;
}

/** Frames of the board's that no peer has asked for yet. */
let waiting: Segment[] = [];

/** Forgets what the board has sent to peers that do not ask any more. */
export function discard(): void {
	waiting = [];
}

/** The last port that a peer has had: each one gets another. */
let port = 40000;

/** 32-bit sequence numbers. */
const wrap = (number: number): number => number >>> 0;

export class Peer {
	readonly host: number;
	readonly port: number;
	/** The board's port. */
	to: number;
	/** The first sequence number of either direction; the board's is known by its SYN. */
	readonly first: number;
	boardFirst = 0;
	/** What it sends next, and what it waits for. */
	seq = 0;
	ack = 0;
	window = WINDOW;
	/** The bytes that came, in order. */
	received = "";

	constructor(
		to: number,
		{ host = 2, from = ++port, first = 0xfffffc00 }: { host?: number; from?: number; first?: number } = {},
	) {
		this.to = to;
		this.host = host;
		this.port = from;
		this.first = first;
	}

	/** Sends a segment, and gives what the board answers at once. */
	send(flags: string, rest: Rest = {}): string[] {
		const data = typeof rest.data === "string" ? new TextEncoder().encode(rest.data) : (rest.data ?? new Uint8Array(0));
		const segment = {
			source: this.host,
			destination: 1,
			from: this.port,
			to: this.to,
			seq: wrap(this.first + (rest.seq ?? this.seq)),
			ack: flags.includes("A") || rest.ack !== undefined ? wrap(this.boardFirst + (rest.ack ?? this.ack)) : 0,
			flags,
			window: rest.window ?? this.window,
			urgent: rest.urgent ?? 0,
			options: rest.options ?? (flags.includes("S") ? mss(1460) : []),
			data,
		};
		const frame = compose(segment);
		rest.spoil?.(frame);
		if (rest.seq === undefined) this.seq += length(segment);
		send(frame);
		return this.answers();
	}

	/** What the board has sent to this peer since the last time. */
	answers(): string[] {
		for (let frame = take(); frame !== undefined; frame = take()) if (isTcp(frame)) waiting.push(parse(frame));
		const mine = waiting.filter((segment) => segment.destination === this.host && segment.to === this.port);
		waiting = waiting.filter((segment) => !mine.includes(segment));
		return mine.map((segment) => this.#read(segment));
	}

	#read(segment: Segment): string {
		this.to = segment.from;
		if (segment.flags.includes("S")) this.boardFirst = segment.seq;
		const seq = wrap(segment.seq - this.boardFirst);
		if (seq === this.ack && !segment.flags.includes("R")) {
			this.ack += length(segment);
			this.received += text(segment.data);
		}
		return describeSegment(segment, seq, wrap(segment.ack - this.first));
	}

	/** Opens a connection to a listening socket of the board: gives the board's end. */
	connect(server: Socket, rest: Rest = {}): Socket {
		assert.deepStrictEqual(this.send("S", rest), [SYN_ACK]);
		assert.deepStrictEqual(this.send("A", { ...rest, options: [] }), []);
		const [connection, address] = server.accept();
		assert.deepStrictEqual(address, [`10.8.8.${this.host}`, this.port]);
		connection.settimeout(GUARD);
		return connection;
	}

	/** Takes the connection of a socket whose connect does not wait: its SYN has come. */
	accept(rest: Rest = {}): void {
		assert.deepStrictEqual(this.answers(), [`SYN seq=0 win=${WINDOW} mss=${MSS}`]);
		assert.deepStrictEqual(this.send("SA", rest), [`ACK seq=1 ack=1 win=${WINDOW}`]);
	}

	/** Lets time pass for TCP's timers: what the board sends meanwhile. */
	pass(seconds: number): string[] {
		pass(seconds * 1000);
		return this.answers();
	}
}

/** A connection between a listening socket of the board and a peer. */
export class Connection {
	readonly server: Socket;
	readonly peer: Peer;
	readonly socket: Socket;

	constructor(rest: Rest = {}) {
		this.server = listener([BOARD, 0]);
		this.peer = new Peer(this.server.getsockname()[1]);
		this.peer.window = rest.window ?? WINDOW;
		this.socket = this.peer.connect(this.server, rest);
	}

	[Symbol.dispose](): void {
		this.server.close();
		this.socket.close();
	}
}

/** A socket that connects to a peer, without waiting. */
export function connecting(peer: Peer): Socket {
	const socket = new Socket();
	socket.setblocking(false);
	const address: Address = [`10.8.8.${peer.host}`, peer.port];
	fails("EINPROGRESS", () => socket.connect(address));
	return socket;
}

/**
 * A suite whose tests have a wire each; and a bystander, another connection of the board's, over which messages go to and fro before and
 * after the test: whatever happens on the wire, the board serves others.
 */
export function onWire(title: string, body: () => void): void {
	describe(title, function () {
		this.timeout(LIMIT);
		let bystander: Pair;
		const echo = (): void => {
			bystander.client.sendall("still there?\n");
			assert.strictEqual(text(bystander.server.readline()), "still there?\n");
			bystander.server.sendall("yes\n");
			assert.strictEqual(text(bystander.client.readline()), "yes\n");
		};
		beforeEach(() => {
			startVirtualTime(1); // so that no timer runs in between
			add();
			waiting = [];
			bystander = new Pair();
			echo();
		});
		afterEach(() => {
			try {
				assert.strictEqual(lost(), 0, "the test has not taken the board's frames");
				echo();
			} finally {
				bystander[Symbol.dispose]();
				remove();
				stopVirtualTime();
			}
		});
		body();
	});
}
