// SPDX-License-Identifier: MIT
// Bringing the network up.

import assert from "assert";
import { interfaces, up } from "network";

describe("network", () => {
	it("comes up with an address, a netmask, a gateway and a name server", async () => {
		const face = await up();
		assert(face.up);
		for (const address of [face.address, face.netmask, face.gateway, ...face.dns]) {
			assert.match(address, /^\d+\.\d+\.\d+\.\d+$/);
			assert.notStrictEqual(address, "0.0.0.0");
		}
		assert(face.dns.length > 0);
		assert.match(face.mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
	}).timeout(10_000);

	it("is up the second time at once", async () => {
		assert.deepStrictEqual(await up(), await up());
	});

	it("is listed among the interfaces", async () => {
		const { name, address } = await up();
		assert(interfaces().some((face) => face.name === name && face.address === address && face.up));
	});
});
