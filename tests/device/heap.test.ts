// SPDX-License-Identifier: MIT
// The heap of fixed size that chunks (strings, buffers) and slots (everything else) share, on the emulated boards.

import assert from "assert";
import { memory } from "board";

/** Bytes of a slot, as creation.static counts them. */
const SLOT = 16;

/** Bytes of the heap that nothing has been set aside in for chunks, slots or the stack. */
function free(): number {
	const { size, taken } = memory();
	return size - taken;
}

/** Objects that take more slots than there is room for without what chunks had. */
function fillSlots(bytes: number): number {
	let last: unknown;
	for (let slots = 0; slots < bytes / SLOT; slots += 2) last = { last }; // an instance, and a property
	return last === undefined ? 0 : memory().slots_room * SLOT;
}

describe("the heap", () => {
	before(function () {
		if (memory().size === 0) this.skip();
	});

	it("gives slots the room that a large buffer had", () => {
		const { chunks, chunks_room } = memory();
		const bytes = chunks_room - chunks + free() - 8192;
		assert.ok(bytes > 16384, `there are ${bytes} bytes`);
		assert.strictEqual(new Uint8Array(bytes).length, bytes);
		assert.ok(memory().chunks_room > bytes);
		assert.ok(free() < 16384);
		assert.ok(fillSlots(bytes / 2 + memory().slots_room * SLOT) > bytes / 2);
	});

	it("gives slots the room between chunks that are needed", () => {
		const kept: Uint8Array[] = [];
		const room = memory().chunks_room + free() - memory().chunks - 8192;
		for (let bytes = 0; bytes + 4096 < room; bytes += 4096) kept.push(new Uint8Array(4000).fill(kept.length));
		const some = kept.filter((_, at) => at % 8 === 0);
		kept.length = 0;
		assert.ok(fillSlots(room / 4 + memory().slots_room * SLOT) > room / 4);
		for (const [at, chunk] of some.entries()) assert.ok(chunk.every((byte) => byte === ((at * 8) & 0xff)));
	});
});
