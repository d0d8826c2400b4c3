// SPDX-License-Identifier: MIT
// Segments at random, near the edges of what is allowed, against connections whose program works at random too. Nothing is expected of
// a single one but that the board survives it: no assertion of lwIP's, every answer a whole segment with right checksums, everything
// given back. What each kind of segment does is in the other hostile-* files.
import assert from "assert";
import { OSError, SHUT_WR, Socket } from "sockets";
import { settle, stats } from "sockets/stats";
import { BOARD, discard, onWire, Peer, WINDOW } from "./support/peers.js";
import { mss } from "./support/segments.js";
import { listener, pattern } from "./support/sockets.js";

/** Each seed takes so many steps; each step is a segment, or something that the program does, or time that passes. */
const SEEDS = 10;
const STEPS = 400;

const FLAGS = ["A", "A", "A", "A", "PA", "FA", "FA", "S", "SA", "R", "RA", "", "F", "SF", "UA", "FSRPAU", "FPU"];
const SIZES = [0, 0, 0, 1, 1, 2, 10, 100, 536, 1436, 1460];
const WINDOWS = [0, 0, 1, 2, 4, 100, 536, 1436, WINDOW, 65535];

/** Numbers that look random and are the same for the same seed: Knuth's and Lewis's generator, its upper bits. */
class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed;
	}

	below(limit: number): number {
		this.#state = (this.#state * 1664525 + 1013904223) % 0x100000000;
		return Math.floor((this.#state / 0x100000000) * limit);
	}

	of<T>(choices: readonly T[]): T {
		return choices[this.below(choices.length)] as T;
	}
}

/** Does it, whatever comes of it. */
function attempt(operation: () => void): void {
	try {
		operation();
	} catch (error) {
		if (!(error instanceof OSError)) throw error;
	}
}

class Run {
	readonly #random: Random;
	readonly #server: Socket;
	readonly #peers: Peer[] = [];
	readonly #sockets: Socket[] = [];

	constructor(seed: number, server: Socket) {
		this.#random = new Random(seed * 7919 + 13);
		this.#server = server;
	}

	step(): void {
		const random = this.#random;
		if (this.#peers.length < 3) this.#begin();
		const peer = random.of(this.#peers);
		const kind = random.below(20);
		if (kind < 12) this.#segment(peer);
		else if (kind < 17) this.#program();
		else if (kind < 19) peer.pass(random.of([0.25, 0.5, 1, 3, 10]));
		else this.#peers.splice(this.#peers.indexOf(peer), 1);
		for (const each of this.#peers) each.answers();
		discard();
	}

	#begin(): void {
		if (this.#random.below(3) === 0) {
			this.#connect();
			return;
		}
		const peer = new Peer(this.#server.getsockname()[1], { host: 2 + this.#random.below(3) });
		this.#peers.push(peer);
		peer.window = this.#random.of(WINDOWS);
		peer.send("S");
		if (this.#random.below(4) > 0) peer.send("A");
	}

	/** The board asks a peer, which may answer, or say anything else. */
	#connect(): void {
		const peer = new Peer(0, { host: 2 + this.#random.below(3) });
		this.#peers.push(peer);
		if (this.#sockets.length > 8) this.#sockets.shift()?.close();
		attempt(() => {
			const socket = new Socket();
			this.#sockets.push(socket);
			socket.setblocking(false);
			socket.connect([`10.8.8.${peer.host}`, peer.port]);
		});
		peer.answers();
		if (this.#random.below(4) > 0) peer.send("SA", { window: this.#random.of(WINDOWS) });
	}

	#segment(peer: Peer): void {
		const random = this.#random;
		const right = peer.seq + WINDOW;
		const size = random.of(SIZES);
		const seqs = [
			peer.seq,
			peer.seq,
			peer.seq,
			peer.seq - 1,
			peer.seq + 1,
			right,
			right - 1,
			right - size,
			right - size - 1,
		];
		seqs.push(peer.seq + random.below(WINDOW), peer.seq - random.below(WINDOW), random.below(0x7fffffff));
		const acks = [
			peer.ack,
			peer.ack,
			peer.ack,
			peer.ack + 1,
			peer.ack - 1,
			peer.ack - random.below(WINDOW),
			random.below(0x7fffffff),
		];
		const flags = random.of(FLAGS);
		const options = [
			[],
			[],
			[],
			mss(random.of([0, 1, 50, 536, 1460, 65535])),
			[1, 1, 2, 4],
			[254, 0],
			[0],
			[3, 255, 1, 2],
		];
		const follows = random.below(2) === 0;
		peer.send(flags, {
			...(follows ? {} : { seq: random.of(seqs) }),
			ack: random.of(acks),
			window: random.of(WINDOWS),
			options: random.of(options),
			data: pattern(size),
		});
	}

	#program(): void {
		const random = this.#random;
		if (random.below(3) === 0) attempt(() => this.#sockets.push(this.#server.accept()[0]));
		const socket = this.#sockets[random.below(this.#sockets.length + 1)];
		if (socket === undefined) return;
		socket.settimeout(0);
		const kind = random.below(12);
		if (kind < 5) attempt(() => socket.send(pattern(random.of([1, 10, 500, 1436, 5744]))));
		else if (kind < 10) attempt(() => socket.recv(random.of([1, 100, 6000])));
		else if (kind === 10) attempt(() => socket.shutdown(SHUT_WR));
		else this.#sockets.splice(this.#sockets.indexOf(socket), 1)[0]?.close();
	}

	end(): void {
		for (const socket of this.#sockets) socket.close();
	}
}

onWire("segments at random", () => {
	for (let seed = 1; seed <= SEEDS; seed++) {
		it(`do no harm (seed ${seed})`, () => {
			const server = listener([BOARD, 0], 3);
			server.settimeout(0);
			const run = new Run(seed, server);
			try {
				for (let i = 0; i < STEPS; i++) run.step();
			} finally {
				run.end();
				server.close();
			}
			// The longest that lwIP keeps something of a connection that nobody has any more: the close of a sender, FIN_WAIT_2, half-open.
			new Peer(1).pass(60);
			assert.ok(settle(0));
			assert.strictEqual(stats().active, 2, "the bystander's connections");
		});
	}
});
