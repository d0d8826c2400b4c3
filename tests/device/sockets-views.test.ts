// SPDX-License-Identifier: MIT
// Views of what is no buffer.
import assert from "assert";
import { create_server, Socket } from "sockets";
import { AsyncSocket } from "sockets/async";

/** Gives the object a length, if that can be had, and makes views of it. */
function view(socket: Socket | AsyncSocket): void {
	try {
		Object.defineProperty(socket, "byteLength", { value: 64 });
	} catch {
		// so much the better
	}
	// biome-ignore lint: not a buffer
	assert.throws(() => new Uint8Array(socket as any)[0], TypeError);
	// biome-ignore lint: not a buffer
	assert.throws(() => new DataView(socket as any).getInt8(0), TypeError);
}

describe("A socket", () => {
	it("is no buffer", () => {
		using socket = new Socket();
		view(socket);
	});
	it("is none when it was accepted", () => {
		using server = create_server(["127.0.0.1", 0]);
		using client = new Socket();
		client.connect(server.getsockname());
		using connection = server.accept()[0];
		view(connection);
	});
	it("is none when it was handed over", () => {
		using socket = new AsyncSocket(new Socket());
		view(socket);
	});
});
