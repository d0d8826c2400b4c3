// SPDX-License-Identifier: MIT
// TCP's slow timers, in virtual time over the link: retransmission and its back-off, giving up, the persist timer, keepalive, TIME_WAIT.
// lwIP's clock ticks each half second, so times are known to one tick, or two.
import assert from "assert";
import { FAR, type Link, simulated } from "board/link";
import { now } from "board/time";
import {
	create_connection,
	IPPROTO_TCP,
	OSError,
	SHUT_WR,
	SO_KEEPALIVE,
	SOL_SOCKET,
	Socket,
	TCP_KEEPCNT,
	TCP_KEEPIDLE,
	TCP_KEEPINTVL,
} from "sockets";
import { stats } from "sockets/stats";
import { rejects } from "./support/async.js";
import { AsyncLinkPair, LinkPair, since, sleep, transfer } from "./support/link.js";
import { fails, pattern, text } from "./support/sockets.js";

const TICK = 500;
/** How often lwIP sends something again before it gives up: TCP_MAXRTX and TCP_SYNMAXRTX. */
const RETRIES = 12;
const SYN_RETRIES = 6;

/** Milliseconds from now to the first packet that goes in one direction, and between those that follow, until `over`. */
async function gaps(link: Link, direction: "toFar" | "toNear", over: () => boolean): Promise<number[]> {
	const times: number[] = [0];
	const start = now();
	let sent = link.counts(direction).sent;
	while (!over()) {
		await sleep(250);
		const count = link.counts(direction).sent;
		for (; sent < count; sent++) times.push(since(start));
	}
	return times.slice(1).map((time, i) => time - (times[i] as number));
}

describe("over the link", () => {
	it(
		"data that is lost is sent again, each time after twice as long, then given up",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			link.set({ partition: true });
			await pair.client.sendall("hello");
			let over = false;
			const read = rejects("ETIMEDOUT", pair.client.recv(1)).then(() => {
				over = true;
			});
			const waits = await gaps(link, "toFar", () => over);
			await read;
			assert.strictEqual(waits.length, RETRIES);
			for (let i = 1; i < 6; i++) {
				const [before, after] = [waits[i - 1] as number, waits[i] as number];
				assert.ok(Math.abs(after - 2 * before) <= 2 * TICK, `waits: ${waits}`);
			}
			await pair.server.sendall("x"); // its end knows of nothing
		}),
	).timeout(20_000);

	it(
		"one loss costs one retransmission",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			link.set({ partition: true }, "toFar");
			const { sent } = link.counts("toFar");
			await pair.client.sendall("hello");
			link.set({});
			const before = now();
			assert.strictEqual(text(await pair.server.readexactly(5)), "hello");
			assert.ok(since(before) >= TICK && since(before) < 8 * TICK, `${since(before)} ms`);
			assert.strictEqual(link.counts("toFar").sent, sent + 2);
		}),
	);

	it(
		"a connect that nobody answers gives up",
		simulated((link) => {
			link.set({ partition: true });
			const before = now();
			fails("ETIMEDOUT", () => create_connection([FAR, 9000]));
			assert.strictEqual(link.counts("toFar").sent, 1 + SYN_RETRIES);
			assert.ok(since(before) >= SYN_RETRIES * 3000, `${since(before)} ms`);
		}),
	);

	it(
		"a window that does not open is asked for, as long as it takes",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			pair.client.settimeout(null);
			const bytes = pattern(20_000);
			const sent = pair.client.sendall(bytes);
			await sleep(10_000);
			const { sent: before } = link.counts("toFar");
			await sleep(3_600_000);
			assert.ok(link.counts("toFar").sent > before + 10, "it was not asked for");
			// What opens it is lost: the next question finds it open.
			link.set({ partition: true }, "toNear");
			const first = await pair.server.recv(4000);
			link.set({});
			const rest = await pair.server.readexactly(bytes.length - first.length);
			const wrong = bytes.findIndex((byte, i) => byte !== (i < first.length ? first[i] : rest[i - first.length]));
			assert.strictEqual(wrong, -1, `byte ${wrong} is another`);
			await sent;
		}),
	).timeout(20_000);

	it(
		"a question that takes all there is to send is the last one",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			const bytes = pattern(5745);
			await pair.server.sendall(bytes);
			await sleep(1000); // the window is full, and one byte is left
			const first = await pair.client.recv(100); // too little for the window to be told of
			const { delivered } = link.counts("toFar");
			while (link.counts("toFar").delivered === delivered) await sleep(TICK);
			await sleep(10 * TICK); // lwIP once found its timer running with nothing to send, and that was the end of the board
			const rest = await pair.client.readexactly(bytes.length - first.length);
			assert.strictEqual(rest[rest.length - 1], bytes[bytes.length - 1]);
		}),
	);

	it(
		"the end of a stream comes after data that the window has split",
		simulated(async () => {
			using pair = new AsyncLinkPair();
			const [first, second] = [pattern(4341), pattern(1420)];
			await pair.server.sendall(first);
			await sleep(1000); // 1403 bytes of the window are left
			await pair.server.sendall(second);
			pair.server.shutdown(SHUT_WR); // the end is in the one segment with these
			await pair.client.recv(100); // there is room for the end, of which the server is not told
			await sleep(20 * TICK); // lwIP has sent as much of that segment as fits, once with the end
			let size = 100;
			for await (const chunk of pair.client) size += chunk.length;
			assert.strictEqual(size, first.length + second.length);
		}),
	);

	it(
		"keepalive keeps a connection, and ends one whose peer is gone",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			pair.client.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
			pair.client.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 60);
			pair.client.setsockopt(IPPROTO_TCP, TCP_KEEPINTVL, 10);
			pair.client.setsockopt(IPPROTO_TCP, TCP_KEEPCNT, 3);
			const { sent } = link.counts("toFar");
			await sleep(600_000);
			const probes = link.counts("toFar").sent - sent;
			assert.ok(probes >= 9 && probes <= 10, `${probes} probes in ten minutes`);
			await transfer(pair.client, pair.server, 100);
			await sleep(1000); // for the acknowledgement
			link.set({ partition: true });
			const before = now();
			await rejects("ETIMEDOUT", pair.client.recv(1));
			assert.ok(Math.abs(since(before) + 1000 - 90_000) <= 4 * TICK, `${since(before)} ms`);
		}),
	).timeout(20_000);

	it(
		"TIME_WAIT answers a FIN that comes again, and ends after twice MSL",
		simulated(async (link) => {
			const pair = new LinkPair();
			pair.client.close();
			await sleep(1000);
			link.set({ partition: true }, "toFar"); // the answer to the server's FIN
			pair.server.close();
			await sleep(1000);
			assert.deepStrictEqual([stats().time_wait, stats().closing], [1, 1]);
			link.set({});
			await sleep(10_000);
			assert.deepStrictEqual([stats().time_wait, stats().closing], [1, 0]);
			await sleep(120_000);
			assert.strictEqual(stats().time_wait, 0);
		}),
	);

	it(
		"what was sent before both ends have finished is brought over a line that is dead for a minute",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			const bytes = pattern(1000);
			link.set({ partition: true }, "toNear");
			await pair.server.sendall(bytes);
			pair.server.shutdown(SHUT_WR);
			pair.client.shutdown(SHUT_WR);
			assert.strictEqual((await pair.server.recv(1)).length, 0);
			await sleep(60_000);
			link.set({});
			assert.strictEqual((await pair.client.readexactly(bytes.length)).length, bytes.length);
			assert.strictEqual((await pair.client.recv(1)).length, 0);
		}),
	);

	it(
		"what is unsent at close is given up after ten seconds",
		simulated(async (link) => {
			const pair = new LinkPair();
			link.set({ partition: true });
			pair.client.sendall("hello");
			pair.client.close();
			await sleep(9000);
			assert.strictEqual(stats().closing, 1);
			await sleep(2000);
			assert.strictEqual(stats().closing, 0);
			pair.server.settimeout(5);
			fails("ETIMEDOUT", () => pair.server.recv(1));
			pair.server.close();
		}),
	);

	it(
		"what a listener's backlog has no room for gets in later",
		simulated(async () => {
			using server = new Socket();
			server.bind([FAR, 9000]);
			server.listen(1);
			server.settimeout(600);
			const connected: Socket[] = [];
			for (let i = 0; i < 3; i++) {
				const socket = new Socket();
				socket.setblocking(false);
				try {
					socket.connect([FAR, 9000]);
				} catch (error) {
					assert.ok(error instanceof OSError && error.code === "EINPROGRESS");
				}
				connected.push(socket);
			}
			for (let i = 0; i < 3; i++) server.accept()[0].close();
			for (const socket of connected) socket.close();
		}),
	).timeout(20_000);
});
