// SPDX-License-Identifier: MIT
// Messages of OSErrors.
import assert from "assert";
import { Socket } from "sockets";

describe("messages", () => {
	it("of long names are whole text", () => {
		using socket = new Socket();
		for (const name of [`a${"é".repeat(100)}`, `ab${"€".repeat(70)}`, "ü".repeat(65)]) {
			try {
				socket.connect([name, 9]);
			} catch (error) {
				const message = (error as Error).message;
				const again = new TextDecoder().decode(new TextEncoder().encode(message));
				assert.strictEqual(again, message);
				assert.ok(!message.includes("\uFFFD"), message);
				assert.strictEqual([...message].join(""), message);
			}
		}
	});
});
