// SPDX-License-Identifier: MIT
// The benchmark: each case makes its round trips, with the right bytes (bench/ throws otherwise); the table says what was measured.
import assert from "node:assert/strict";
import { cases, measureMemory, runTimed } from "#tools/bench/measure.js";
import { formatTable } from "#tools/bench/table.js";
import { buildImage } from "#tools/build/images.js";

describe("the benchmark", () => {
	for (const one of cases) {
		it(`makes round trips of every size: ${one.title}`, async () => {
			const launch = await buildImage({ manifest: "bench/manifest.json" });
			for (const size of [1, 16, 1024, 8192]) assert.ok((await runTimed(launch, one.word, size, 20)) >= 0);
		}).timeout(60_000);
	}

	it("sends pictures to clients, in JavaScript and in C, and makes round trips over many connections", async () => {
		const launch = await buildImage({ manifest: "bench/manifest.json" });
		for (const word of ["c pictures", "pictures"]) assert.ok((await runTimed(launch, word, 20_480, 3, 4)) >= 0);
		for (const word of ["c", "recv of many", "awaited"]) assert.ok((await runTimed(launch, word, 1024, 15, 7)) >= 0);
	}).timeout(60_000);

	it("weighs sockets and clients, which are within their budgets", async () => {
		const weights = await measureMemory(await buildImage({ manifest: "bench/manifest.json" }));
		const [socket, awaited, client] = weights.map(({ slots, chunks, c }) => ({
			slots: Math.round(slots),
			// As on the boards: a slot has 16 bytes there; what is in chunks and in C are pointers and slots mostly, of half the size.
			bytes: slots * 16 + chunks / 2 + c / 2,
		}));
		assert.deepEqual(
			weights.map(({ what }) => what),
			["Socket", "AsyncSocket", "awaited echo client"],
		);
		assert.ok(socket !== undefined && awaited !== undefined && client !== undefined);
		assert.ok(socket.slots > 0 && awaited.slots <= socket.slots, JSON.stringify(weights));
		assert.ok(socket.bytes <= 200 && awaited.bytes <= 200, JSON.stringify(weights));
		assert.ok(client.bytes > 500 && client.bytes <= 1400, JSON.stringify(weights));
	}).timeout(60_000);

	it("refuses a case that there is not", async () => {
		const launch = await buildImage({ manifest: "bench/manifest.json" });
		await assert.rejects(runTimed(launch, "nothing", 16, 1), /there is no case 'nothing'/);
	});

	it("has a table with what each case takes over C, and of it", () => {
		const [c, into] = cases;
		assert.ok(c !== undefined && into !== undefined);
		const table = formatTable([
			{ case: c, size: 16, instructions: 5000, time: 0.5 },
			{ case: into, size: 16, instructions: 9000, time: 1 },
		]);
		assert.match(table, /^\| +16 \| C on the raw API +\| +5,000 \| +\| +\| +0\.50 \| +\|$/m);
		assert.match(
			table,
			/^\| +16 \| JavaScript, recv_into a buffer \| +9,000 \| +4,000 \| 1\.80× \| +1\.00 \| 2\.00× \|$/m,
		);
	});
});
