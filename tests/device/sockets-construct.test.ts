// SPDX-License-Identifier: MIT
// Construction by Reflect.
import assert from "assert";
import { Socket } from "sockets";
import { stats } from "sockets/stats";

describe("Reflect.construct", () => {
	it("with another's prototype leaves no socket behind", () => {
		const before = stats().sockets;
		assert.throws(() => Reflect.construct(Socket, [], Object), SyntaxError);
		assert.strictEqual(stats().sockets, before);
	});
});
