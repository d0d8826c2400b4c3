// SPDX-License-Identifier: MIT
// Sockets that are closed by getters of the arguments of their own methods.
import assert from "assert";
import { OSError, SO_LINGER, SOL_SOCKET, Socket } from "sockets";

const HOST = "127.0.0.1";

function ebadf(call: () => unknown): void {
	assert.throws(call, (error: unknown) => {
		assert.ok(error instanceof OSError, `${error}`);
		assert.strictEqual(error.code, "EBADF");
		return true;
	});
}

describe("An argument whose getter closes the socket", () => {
	it("bind", () => {
		const socket = new Socket();
		const address = [HOST, 0];
		Object.defineProperty(address, 0, {
			get() {
				socket.close();
				return HOST;
			},
		});
		ebadf(() => socket.bind(address as [string, number]));
	});
	it("connect", () => {
		const socket = new Socket();
		const address = [HOST, 0];
		Object.defineProperty(address, 1, {
			get() {
				socket.close();
				return 9;
			},
		});
		ebadf(() => socket.connect(address as [string, number]));
	});
	it("setsockopt", () => {
		const socket = new Socket();
		const value = [1, 1];
		Object.defineProperty(value, 0, {
			get() {
				socket.close();
				return 1;
			},
		});
		ebadf(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, value as [number, number]));
	});
});
