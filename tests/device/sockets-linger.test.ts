// SPDX-License-Identifier: MIT
// SO_LINGER's pair of numbers.
import assert from "assert";
import { SO_LINGER, SOL_SOCKET, Socket } from "sockets";

describe("SO_LINGER", () => {
	it("takes whole seconds only", () => {
		using socket = new Socket();
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, [1, 0.5]), RangeError);
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, [1, Number.NaN]), RangeError);
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, [1, 4294967296]), RangeError);
	});
	it("is found by a number that is whole but not XS's integer", () => {
		using socket = new Socket();
		assert.deepStrictEqual(socket.getsockopt(SOL_SOCKET, (26 / 2) as 13), [0, 0]);
	});
});
