// SPDX-License-Identifier: MIT
// Frames of raw mode, as the tools write and read them. tests/core/frame.c tests the board's side with the same example.

import assert from "node:assert/strict";
import { Decoder, encode, type Found, type Frame } from "#tools/serial/frames.js";

describe("frames of raw mode", () => {
	const isFrame = (found: Found): found is Frame => "payload" in found;

	it("are as documented", () => {
		assert.equal(encode("A", 7, Buffer.from("hi")).toString("hex"), "7e417d277d207d2268695d2848477e");
	});

	it("come through in any pieces, with every byte", () => {
		const payload = Buffer.from(Array.from({ length: 1024 }, (_, i) => i & 255));
		const line = Buffer.concat([encode("o", 1, payload), encode("z", 255, Buffer.alloc(0))]);
		for (const size of [1, 2, 3, 7, 100, line.length]) {
			const decoder = new Decoder();
			const found: Found[] = [];
			for (let at = 0; at < line.length; at += size) found.push(...decoder.take(line.subarray(at, at + size)));
			assert.deepEqual(found, [
				{ type: "o", number: 1, payload },
				{ type: "z", number: 255, payload: Buffer.alloc(0) },
			]);
		}
	});

	it("are told from what the board prints", () => {
		const decoder = new Decoder();
		const found = decoder.take(
			Buffer.concat([Buffer.from("\r\nboot\r\n> "), encode("H", 0, Buffer.from("{}")), Buffer.from("\r\n> x")]),
		);
		assert.deepEqual(found, [
			{ text: "\r\nboot\r\n> " },
			{ type: "H", number: 0, payload: Buffer.from("{}") },
			{ text: "\r\n> x" },
		]);
	});

	it("are noticed when they are damaged, and the next one comes through", () => {
		const whole = encode("o", 5, Buffer.from("console"));
		for (let at = 1; at < whole.length - 1; at++) {
			for (let bit = 0; bit < 8; bit++) {
				const damaged = Buffer.from(whole);
				damaged[at] = (damaged[at] as number) ^ (1 << bit);
				const found = new Decoder().take(Buffer.concat([damaged, whole, whole]));
				const good = found.filter(isFrame);
				assert(good.length === 1 || good.length === 2, `byte ${at}, bit ${bit}: ${good.length} frames`);
				for (const frame of good) assert.equal(frame.payload.toString(), "console");
			}
		}
	});

	it("survive noise", () => {
		const decoder = new Decoder();
		let state = 1;
		const random = (limit: number) => {
			state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
			return (state >>> 8) % limit;
		};
		let sent = 0;
		let good = 0;
		for (let round = 0; round < 20_000; round++) {
			const noise = Buffer.from(Array.from({ length: random(40) }, () => random(256)));
			const frame = random(2) ? encode("o", round & 255, Buffer.from(`round ${round}`)) : Buffer.alloc(0);
			if (frame.length > 0) sent++;
			for (const found of decoder.take(Buffer.concat([noise, frame]))) {
				if (isFrame(found) && found.payload.toString() === `round ${round}`) good++;
			}
		}
		assert.equal(good, sent);
	});
});
