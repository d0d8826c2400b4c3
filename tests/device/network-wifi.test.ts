// SPDX-License-Identifier: MIT
// The parts of Wi-Fi that need no radio: when to try again, and the password of an access point.

import assert from "assert";
import { Backoff } from "network/backoff";
import { PASSPHRASE_BYTES, passphrase } from "network/passphrase";

describe("Backoff", () => {
	it("doubles from a second to a minute", () => {
		const backoff = new Backoff();
		const delays = Array.from({ length: 8 }, () => backoff.failed(0));
		assert.deepStrictEqual(delays, [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
	});

	it("takes up to a quarter off, at random", () => {
		assert.strictEqual(new Backoff().failed(1), 750);
		const delay = new Backoff().failed();
		assert.ok(delay >= 750 && delay <= 1000, String(delay));
	});

	it("begins again after a success", () => {
		const backoff = new Backoff();
		backoff.failed(0);
		backoff.failed(0);
		backoff.succeeded();
		assert.strictEqual(backoff.failed(0), 1000);
	});

	it("does not overflow after years of failures", () => {
		const backoff = new Backoff();
		for (let i = 0; i < 5000; i++) backoff.failed(0);
		assert.strictEqual(backoff.failed(0), 60000);
	});
});

describe("passphrase", () => {
	it("is what WPA2 takes, of five bits of each byte", () => {
		const bytes = Uint8Array.from({ length: PASSPHRASE_BYTES }, (_, i) => i * 37);
		const text = passphrase(bytes);
		assert.match(text, /^[a-km-z2-9]{4}-[a-km-z2-9]{4}-[a-km-z2-9]{4}$/);
		assert.strictEqual(passphrase(bytes.map((byte) => byte | 0xe0)), text);
		assert.notStrictEqual(passphrase(bytes.map((byte) => byte ^ 1)), text);
	});

	it("uses all 32 characters", () => {
		const seen = new Set<string>();
		for (let i = 0; i < 32; i++) seen.add(passphrase(new Uint8Array(PASSPHRASE_BYTES).fill(i)).charAt(0));
		assert.strictEqual(seen.size, 32);
		for (const confusing of "l01o") assert.ok(!seen.has(confusing), confusing);
	});

	it("refuses too few bytes", () => {
		assert.throws(() => passphrase(new Uint8Array(PASSPHRASE_BYTES - 1)), RangeError);
	});
});
