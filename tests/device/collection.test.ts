// SPDX-License-Identifier: MIT
// Garbage: what is told of it, and when.

import assert from "assert";
import { memory, onuncaught } from "board";

/** Lets the main loop come round, so that what waits for the end of a call is done. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("garbage", () => {
	it("gives back all the room that it took", () => {
		// Once before, so that the names of its result are there; and figures only, since the result takes room as well.
		memory();
		const { chunks, slots } = memory();
		for (let i = 0; i < 100; i++) new Uint8Array(1000).fill(i);
		let list: object[] | undefined = Array.from({ length: 100 }, (_, i) => ({ i }));
		assert.strictEqual(list.length, 100);
		assert(memory().slots > slots + 100);
		list = undefined;
		const after = memory();
		assert.strictEqual(after.slots, slots);
		assert.strictEqual(after.chunks, chunks);
	});

	it("is told to a FinalizationRegistry, whose promise jobs run too", async () => {
		const told: string[] = [];
		const registry = new FinalizationRegistry((held: string) => {
			told.push(held);
			void Promise.resolve().then(() => told.push("job"));
		});
		(() => registry.register({}, "object"))();
		await turn();
		memory();
		await turn();
		assert.deepStrictEqual(told, ["object", "job"]);
	});

	it("is gone from a WeakRef in the next turn, not before", async () => {
		const reference = (() => new WeakRef({ value: 1 }))();
		assert.strictEqual(reference.deref()?.value, 1);
		memory();
		assert.strictEqual(reference.deref()?.value, 1);
		await turn();
		memory();
		assert.strictEqual(reference.deref(), undefined);
	});

	it("has callbacks whose errors are not lost", async () => {
		const errors: unknown[] = [];
		const before = onuncaught((error) => errors.push(error));
		try {
			const registry = new FinalizationRegistry(() => {
				throw new RangeError("in the callback");
			});
			(() => registry.register({}, 0))();
			await turn();
			memory();
			await turn();
		} finally {
			onuncaught(before);
		}
		assert.deepStrictEqual(errors.map(String), ["RangeError: in the callback"]);
	});
});
