// SPDX-License-Identifier: MIT
// Two tests for the command .test, one of which fails.

import assert from "assert";

describe("sample", () => {
	it("passes", () => {
		assert.strictEqual(1 + 1, 2);
	});

	it("fails", () => {
		assert.strictEqual(1 + 1, 3);
	});
});
