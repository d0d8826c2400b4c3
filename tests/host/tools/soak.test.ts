// SPDX-License-Identifier: MIT
// What npm run soak makes of its figures.
import assert from "node:assert/strict";
import { sparkline } from "#tools/soak/picture.js";
import { Random } from "#tools/soak/random.js";
import { judge, metrics } from "#tools/soak/series.js";

describe("a soak's curve", () => {
	it("has a bar for each value, from 0 to the highest", () => {
		assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), "▁▂▃▄▅▆▇█");
		assert.equal(sparkline([5, 5], 8), "██");
		assert.equal(sparkline([0, 0], 8), "▁▁");
		assert.equal(sparkline([1, 1], 8, 7), "▂▂");
	});

	it("shows the highest of the values that share a column", () => {
		assert.equal(sparkline([0, 7, 0, 0, 0, 0, 3, 0], 4), "█▁▁▄");
	});
});

describe("a soak's verdict", () => {
	const list = [{ key: "slots", title: "slots", allowance: 10 }];
	const flat = (values: readonly number[]) =>
		judge(list, { short: values.map((slots) => ({ slots })), long: [] })?.map((verdict) => verdict.flat);

	it("compares the least of the last third with that of the first", () => {
		assert.deepEqual(flat([100, 120, 900, 900, 150, 110]), [true]);
		assert.deepEqual(flat([100, 120, 90, 90, 150, 111]), [false]);
		assert.deepEqual(flat([100, 90, 0, 0, 0, 101, 100, 101]), [true]);
	});

	it("is not given for less than six rests", () => {
		assert.equal(flat([1, 1, 1, 1, 1]), undefined);
	});

	it("takes the memory of native-sim's process from the long rests", () => {
		const [rss] = metrics("native-sim").filter(({ key }) => key === "rss");
		assert.ok(rss?.allowance);
		const judged = (...values: number[]) =>
			judge([rss], { short: Array(6).fill({ rss: 0 }), long: values.map((value) => ({ rss: value })) });
		assert.deepEqual(judged(1e6), []);
		assert.equal(judged(1e6, 1e6 + rss.allowance)?.[0]?.flat, true);
		assert.equal(judged(1e6, 1e6 + rss.allowance + 1)?.[0]?.flat, false);
	});

	it("allows the pools of lwIP nothing", () => {
		for (const board of ["native-sim", "qemu-riscv32"]) {
			const pools = metrics(board).filter(({ title, allowance }) => title.startsWith("lwIP: ") && allowance === 0);
			assert.equal(pools.length, 7);
		}
	});
});

describe("a soak's random numbers", () => {
	const numbers = (...seeds: number[]) => {
		const random = new Random(...seeds);
		return Array.from({ length: 5 }, () => random.whole(0, 1e6));
	};

	it("are the same for the same seed, and others for another", () => {
		assert.deepEqual(numbers(7, 1), numbers(7, 1));
		const all = [numbers(7, 1), numbers(7, 2), numbers(8, 1), numbers(1, 7), numbers(7)].map(String);
		assert.equal(new Set(all).size, all.length);
	});

	it("choose as often as the weights say", () => {
		const random = new Random(3);
		const counts = { a: 0, b: 0 };
		const all = [
			{ name: "a", weight: 1 },
			{ name: "b", weight: 3 },
		] as const;
		for (let i = 0; i < 10_000; i++) counts[random.choose(all).name]++;
		assert.ok(Math.abs(counts.b - 7500) < 200, String(counts.b));
	});
});
