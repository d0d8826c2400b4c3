// SPDX-License-Identifier: MIT
// Virtual time (docs/simulator.md): the clock jumps when there is nothing to do, and only then. How long a test takes for real is never
// asserted: one that waited would run into its limit.
import assert from "assert";
import { isVirtualTime, now, startVirtualTime, stopVirtualTime } from "board/time";
import { create_server } from "sockets";
import { stats } from "sockets/stats";
import { AsyncPair, rejects } from "./support/async.js";
import { fails, listener, Pair, text } from "./support/sockets.js";

const HOUR = 3_600_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const since = (before: number) => (now() - before) >>> 0;

describe("virtual time", () => {
	beforeEach(() => startVirtualTime(1));
	afterEach(() => stopVirtualTime());

	it("jumps to the next timer, and no further", async () => {
		const before = now();
		const seen: number[] = [];
		setTimeout(() => seen.push(since(before)), HOUR);
		setTimeout(() => seen.push(since(before)), 70_000);
		await sleep(10 * HOUR);
		assert.deepStrictEqual([...seen, since(before)], [70_000, HOUR, 10 * HOUR]);
	});

	it("stands still while JavaScript runs", () => {
		const before = now();
		for (let i = 0; i < 20_000; i++);
		assert.strictEqual(now(), before);
	});

	it("passes while a call waits, to its timeout exactly", () => {
		using server = create_server(["127.0.0.1", 0]);
		server.settimeout(1000.5);
		const before = now();
		fails("ETIMEDOUT", () => server.accept());
		assert.strictEqual(since(before), 1_000_500);
	});

	it("passes while something is awaited, to its timeout exactly", async () => {
		using pair = new AsyncPair();
		pair.client.settimeout(5000);
		const before = now();
		await rejects("ETIMEDOUT", pair.client.recv(1));
		assert.strictEqual(since(before), 5_000_000);
	});

	it("does not pass while packets are on their way", () => {
		const before = now();
		using pair = new Pair();
		pair.client.sendall("hello");
		assert.strictEqual(text(pair.server.recv(5)), "hello");
		assert.strictEqual(now(), before);
	});

	it("lets TIME_WAIT end", async () => {
		await sleep(HOUR); // what the tests before have left
		assert.strictEqual(stats().time_wait, 0);
		using pair = new Pair();
		pair.client.close();
		await sleep(1000);
		pair.server.close();
		await sleep(1000);
		assert.strictEqual(stats().time_wait, 1);
		await sleep(117_000);
		assert.strictEqual(stats().time_wait, 1);
		await sleep(3000);
		assert.strictEqual(stats().time_wait, 0);
	});

	it("takes Date along", async () => {
		assert.strictEqual(new Date().toISOString(), "2000-01-01T00:00:00.000Z");
		await sleep(36 * HOUR);
		assert.strictEqual(new Date().toISOString(), "2000-01-02T12:00:00.000Z");
	});

	it("gives the same random numbers for a seed, and others for another", () => {
		const draw = (seed: number) => {
			startVirtualTime(seed);
			using server = listener();
			return [Math.random(), Math.random(), server.getsockname()[1]];
		};
		const [first, again, other] = [draw(7), draw(7), draw(8)];
		assert.deepStrictEqual(again, first);
		assert.notDeepStrictEqual(other, first);
	});

	it("has an ephemeral port for whatever random number lwIP starts with", () => {
		startVirtualTime(2231); // once 0xffff, behind which there was none
		using server = listener();
		assert.ok(server.getsockname()[1] >= 0xc000);
	});

	it("goes on from where it was when it is real again", async () => {
		const before = now();
		await sleep(HOUR);
		stopVirtualTime();
		assert.ok(!isVirtualTime());
		const real = since(before);
		assert.ok(real >= HOUR && real < HOUR + 60_000, `${real}`);
		await sleep(2);
		assert.ok(since(before) >= real + 2, "the real clock does not go on");
		assert.ok(new Date().getUTCFullYear() >= 2024, "Date is not real");
		startVirtualTime(1);
		assert.ok(
			since(before) >= real && since(before) < real + 60_000,
			"the virtual clock does not go on from the real one",
		);
	});

	it("refuses what is no seed", () => {
		for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) assert.throws(() => startVirtualTime(seed), RangeError);
	});
});
