// SPDX-License-Identifier: MIT
// The link with faults (docs/simulator.md), fault by fault: each is there, is counted, and TCP makes up for it.
import assert from "assert";
import { FAR, type Faults, Link, NEAR, simulated } from "board/link";
import { isVirtualTime, now } from "board/time";
import { create_connection, create_server, OSError, Socket } from "sockets";
import { AsyncLinkPair, LinkPair, PATIENCE, since, sleep, transfer } from "./support/link.js";
import { fails, pattern, text } from "./support/sockets.js";

const SIZE = 40_000;

/** Both directions' counts of one kind. */
const both = (link: Link, kind: keyof ReturnType<Link["counts"]>) =>
	link.counts("toFar")[kind] + link.counts("toNear")[kind];

describe("link", () => {
	it(
		"connects two addresses of the board",
		simulated((link) => {
			using pair = new LinkPair();
			assert.deepStrictEqual(pair.client.getpeername(), [FAR, 9000]);
			assert.strictEqual(pair.client.getsockname()[0], NEAR);
			assert.strictEqual(pair.server.getpeername()[0], NEAR);
			pair.client.sendall("ping");
			assert.strictEqual(text(pair.server.recv(10)), "ping");
			pair.server.sendall("pong");
			assert.strictEqual(text(pair.client.recv(10)), "pong");
			assert.ok(link.counts("toFar").sent >= 3 && link.counts("toNear").sent >= 2);
			assert.strictEqual(both(link, "lost") + both(link, "refused") + both(link, "overflowed"), 0);
		}),
	);

	it(
		"connects from the far end too",
		simulated(() => {
			using server = create_server([NEAR, 9000]);
			using client = create_connection([NEAR, 9000], { timeout: PATIENCE });
			const [conn, address] = server.accept();
			assert.strictEqual(address[0], FAR);
			assert.strictEqual(client.getsockname()[0], FAR);
			conn.close();
		}),
	);

	it(
		"takes as long as its delay says, to the millisecond",
		simulated((link) => {
			using pair = new LinkPair();
			link.set({ delay: 120 }, "toFar");
			link.set({ delay: 30 }, "toNear");
			const before = now();
			pair.client.sendall("ping");
			pair.server.recv(4);
			assert.strictEqual(since(before), 120);
			pair.server.sendall("pong");
			pair.client.recv(4);
			assert.strictEqual(since(before), 150);
		}),
	);

	const faults: [string, Faults, (keyof ReturnType<Link["counts"]>)[]][] = [
		["loses packets", { loss: 0.1, delay: 10 }, ["lost"]],
		["doubles packets", { duplicate: 0.3, delay: 10 }, ["duplicated"]],
		["damages packets", { corrupt: 0.15, delay: 10 }, ["corrupted"]],
		["reorders packets", { reorder: 0.3, delay: 10, hold: 40 }, ["reordered"]],
		["delays packets unevenly", { delay: 50, jitter: 200 }, []],
		[
			"does everything at once",
			{ loss: 0.05, duplicate: 0.05, corrupt: 0.05, reorder: 0.1, delay: 20, jitter: 30, rate: 1_000_000 },
			["lost", "duplicated", "corrupted", "reordered"],
		],
	];
	for (const [what, fault, counted] of faults) {
		it(
			`${what}, and all bytes arrive`,
			simulated(
				async (link) => {
					using pair = new AsyncLinkPair();
					await transfer(pair.client, pair.server, SIZE);
					await transfer(pair.server, pair.client, SIZE);
					for (const kind of counted) assert.ok(both(link, kind) > 0, `none ${kind}`);
				},
				{ faults: fault, seeds: 3 },
			),
		).timeout(20_000);
	}

	it(
		"lets through what its rate says",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			link.set({ rate: 80_000, delay: 5 });
			const before = now();
			await transfer(pair.client, pair.server, SIZE);
			const bits = (SIZE + (SIZE / 1436) * 40) * 8;
			assert.ok(since(before) >= (bits / 80_000) * 1000 - 1, `took ${since(before)} ms`);
			assert.ok(since(before) < (bits / 80_000) * 1000 * 1.5, `took ${since(before)} ms`);
		}),
	).timeout(20_000);

	it(
		"parts the ends, in one direction or both, until it is healed",
		simulated(async (link) => {
			using pair = new AsyncLinkPair();
			for (const direction of ["toFar", "toNear", undefined] as const) {
				link.set({ partition: true }, direction);
				const sent = transfer(pair.client, pair.server, 1000);
				await sleep(5000);
				assert.ok(both(link, "partitioned") > 0);
				link.set({});
				await sent;
			}
		}),
	).timeout(20_000);

	it(
		"loses what its memory has no room for",
		simulated(async (link) => {
			const pairs: AsyncLinkPair[] = [];
			try {
				for (let i = 0; i < 7; i++) pairs.push(new AsyncLinkPair());
				link.set({ delay: 2000 });
				const bytes = pattern(12_000); // one for all: a board has not so much memory
				await Promise.all(pairs.map((pair) => transfer(pair.client, pair.server, bytes.length, bytes)));
				assert.ok(both(link, "overflowed") > 0);
				assert.ok(link.waiting <= 128);
			} finally {
				for (const pair of pairs) pair[Symbol.dispose]();
			}
		}),
	).timeout(20_000);

	it(
		"takes an end's address away, and gives it back",
		simulated((link) => {
			const pair = new LinkPair();
			link.setAddress("near", false);
			fails("ECONNABORTED", () => pair.client.recv(1));
			// What the near end could still say was that it is over.
			fails("ECONNRESET", () => pair.server.recv(1));
			pair[Symbol.dispose]();
			using socket = new Socket();
			fails("EADDRNOTAVAIL", () => socket.bind([NEAR, 0]));
			link.setAddress("near", true);
			socket.bind([NEAR, 0]);
			using _ = new LinkPair();
		}),
	);

	it("does the same with the same seed, and something else with another", async () => {
		const digests: string[] = [];
		for (const seed of [5, 5, 6])
			await simulated(
				async (link) => {
					using pair = new AsyncLinkPair();
					await Promise.all([transfer(pair.client, pair.server, 20_000), transfer(pair.server, pair.client, 20_000)]);
					digests.push(link.digest());
				},
				{ seed, faults: { loss: 0.05, duplicate: 0.05, corrupt: 0.05, reorder: 0.1, delay: 20, jitter: 30 } },
			)();
		assert.strictEqual(digests[1], digests[0]);
		assert.notStrictEqual(digests[2], digests[0]);
	}).timeout(20_000);

	it("says the seed of a test that fails, and cleans up after it", async () => {
		let kept: LinkPair | undefined;
		await assert.rejects(
			simulated(
				() => {
					kept = new LinkPair();
					throw new Error("as planned");
				},
				{ seed: 77 },
			)(),
			/as planned \(seed 77; --seed 77 replays it\)/,
		);
		assert.ok(!isVirtualTime());
		assert.throws(() => kept?.client.recv(1), OSError);
		kept?.[Symbol.dispose]();
		new Link().close();
	});

	it("refuses faults that make no sense, and a second link", () => {
		for (const wrong of [{ loss: 1.5 }, { corrupt: -0.1 }, { duplicate: Number.NaN }, { delay: 0.5 }, { rate: -1 }]) {
			assert.throws(() => new Link(0, wrong), RangeError);
		}
		assert.throws(() => new Link(-1), RangeError);
		using _ = new Link();
		assert.throws(() => new Link(), /there is a link already/);
	});
});
