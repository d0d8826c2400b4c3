// SPDX-License-Identifier: MIT
// The exact benchmarks of qemu-riscv32: that no figure is more than 2 % worse than in docs/benchmarks.md, and what they are
// read, compared and written with.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
	benchmarksFile,
	committedPart,
	exactBoard,
	type Figure,
	formatFigures,
	measureExact,
	parseFigures,
	versions,
	withPart,
	worse,
} from "#tools/bench/exact.js";
import { countInstructions } from "#tools/bench/measure.js";
import { buildImage } from "#tools/build/images.js";

const figures: Figure[] = [
	{ what: "round trip", value: 10_000, unit: "instructions", c: 4000 },
	{ what: "a Socket", value: 186, unit: "bytes" },
];

describe(`the benchmarks of ${exactBoard}`, () => {
	it("take the same instructions in each run", async function () {
		this.timeout(0);
		const launch = await buildImage({ board: exactBoard, manifest: "bench/life/manifest.json" });
		const counts: number[] = [];
		for (let i = 0; i < 3; i++) counts.push(await countInstructions(launch, ["life", "50"]));
		assert.ok((counts[0] as number) > 1_000_000, `${counts[0]} instructions`);
		assert.deepEqual(counts, [counts[0], counts[0], counts[0]]);
		assert.notEqual(await countInstructions(launch, ["life", "51"]), counts[0]);
	});

	it("are not worse than docs/benchmarks.md has them", async function () {
		this.timeout(0);
		this.slow(120_000);
		const committed = committedPart(readFileSync(benchmarksFile, "utf8"));
		assert.ok(committed !== undefined);
		if (!committed.startsWith(versions())) {
			console.log(`      not compared: made with ${committed.split("\n", 1)[0]}, here are ${versions()}`);
			this.skip();
		}
		const measured = await measureExact(() => {});
		assert.deepEqual(worse(measured, parseFigures(committed)), []);
	});

	it("have a table that can be read back", () => {
		const table = formatFigures(figures);
		assert.match(table, /^\| round trip \| instructions \| 10,000 \| 4,000 \| {2}6,000 \| 2\.50× \|$/m);
		assert.deepEqual(
			parseFigures(table),
			new Map([
				["round trip", 10_000],
				["a Socket", 186],
			]),
		);
	});

	it("fail with what is more than 2 % worse, and with what is new", () => {
		assert.deepEqual(
			worse(
				figures,
				new Map([
					["round trip", 9_804],
					["a Socket", 183],
				]),
			),
			[],
		);
		assert.deepEqual(worse(figures, new Map([["round trip", 9_803]])), [
			"round trip: 10,000 instructions instead of 9,803",
			"a Socket: not in docs/benchmarks.md",
		]);
	});

	it("replace the part between the marks, and nothing else", () => {
		const text = readFileSync(benchmarksFile, "utf8");
		assert.equal(withPart(text, committedPart(text) as string), text);
		assert.equal(committedPart(withPart(text, "other")), "other");
		assert.equal(committedPart("no marks"), undefined);
		assert.throws(() => withPart("no marks", "part"), /benchmarks\.md has no/);
	});
});
