// SPDX-License-Identifier: MIT
// How connections end when the peer is slow, silent, gone, or does not keep to the rules: RFC 9293, 3.6 and 3.10.
import assert from "assert";
import { Connection, onWire, WINDOW } from "./support/peers.js";
import { pattern } from "./support/sockets.js";

describe("the end of a stream", () => {
	onWire();

	it("comes after all data, also through a window that is smaller than what is left (RFC 9293, 3.6)", () => {
		using c = new Connection();
		c.peer.send("A", { data: "x" });
		c.peer.send("A", { data: "y", window: 100 });
		c.socket.recv(10);
		c.socket.sendall(pattern(250));
		c.socket.close();
		const sizes: string[] = [];
		for (let i = 0; i < 6; i++) {
			sizes.push(...c.peer.pass(2), ...c.peer.send("A", { window: 100 }));
		}
		assert.deepStrictEqual(sizes, [
			`PSH,ACK seq=1 ack=3 win=${WINDOW - 2} len=100`,
			`PSH,ACK seq=101 ack=3 win=${WINDOW - 2} len=100`,
			`PSH,ACK seq=201 ack=3 win=${WINDOW - 2} len=50`,
			`FIN,ACK seq=251 ack=3 win=${WINDOW - 2}`,
		]);
	});
});
