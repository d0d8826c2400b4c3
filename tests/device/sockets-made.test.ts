// SPDX-License-Identifier: MIT
// What accept and create_connection make of what they are given: objects, and addresses however they are kept.
import assert from "assert";
import { type Address, create_connection, create_server, OSError, Socket } from "sockets";
import { stats } from "sockets/stats";

const HOST = "127.0.0.1";

/** A socket of a program's own. */
class Named extends Socket {
	name = "listener";
}

describe("accept", () => {
	it("gives a Socket, whatever its listener is, and an array of two arrays", () => {
		using server = new Named();
		server.bind([HOST, 0]);
		server.listen();
		using client = create_connection(server.getsockname());
		const accepted = server.accept();
		using connection = accepted[0];
		assert.strictEqual(Object.getPrototypeOf(connection), Socket.prototype);
		assert.ok(!("name" in connection));
		assert.deepStrictEqual(accepted, [connection, client.getsockname()]);
		for (const array of accepted.slice(1).concat([accepted] as never[]) as unknown[][]) {
			assert.ok(Array.isArray(array));
			assert.strictEqual(Object.getPrototypeOf(array), Array.prototype);
			assert.deepStrictEqual(Object.keys(array), ["0", "1"]);
			array.push("more");
			array.length = 1;
			assert.strictEqual(array.length, 1);
		}
		// As any other, it can be given more, and be awaited for.
		Object.assign(connection, { name: "one" });
		client.sendall("x");
		assert.strictEqual(connection.recv(1)[0], 120);
	});

	it("is for sockets alone", () => {
		assert.throws(() => Socket.prototype.accept.call({} as Socket), Error);
		using socket = new Socket();
		Object.setPrototypeOf(socket, null);
		assert.throws(() => Socket.prototype.accept.call(socket), TypeError);
		Object.setPrototypeOf(socket, Socket.prototype);
	});
});

describe("create_connection", () => {
	it("gives a Socket", () => {
		using server = create_server([HOST, 0]);
		using client = create_connection(server.getsockname());
		assert.strictEqual(Object.getPrototypeOf(client), Socket.prototype);
		assert.strictEqual(client.gettimeout(), null);
	});

	it("takes an address however it is kept", () => {
		using server = create_server([HOST, 0], { backlog: 8 });
		const port = server.getsockname()[1];
		const sparse: (string | number)[] = [];
		sparse[1] = port;
		sparse[0] = HOST;
		const proxy = new Proxy([HOST, port], {});
		const inherited = Object.create([HOST, port]);
		const kept = [Object.freeze([HOST, port]), sparse, [HOST, port, "more"], proxy, inherited];
		for (const address of [...kept, { 0: HOST, 1: port }, [HOST.split("").join(""), port + 0.5 - 0.5]]) {
			using client = create_connection(address as Address);
			assert.deepStrictEqual(client.getpeername(), [HOST, port]);
			server.accept()[0].close();
		}
		for (const address of [[HOST], [undefined, port], [port, HOST], HOST, null, undefined]) {
			assert.throws(() => create_connection(address as unknown as Address), TypeError);
		}
		for (const wrong of [-1, 65536, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
			assert.throws(() => create_connection([HOST, wrong]), RangeError);
		}
	});

	it("leaves nothing open when an option is wrong, or throws", () => {
		const before = stats().sockets;
		const own = new RangeError("the program's own");
		const options = {
			get timeout(): number {
				throw own;
			},
		};
		assert.throws(
			() => create_connection([HOST, 1], options),
			(error: unknown) => error === own,
		);
		assert.throws(() => create_connection([HOST, 1], { timeout: "5" as unknown as number }), TypeError);
		assert.throws(() => create_connection([HOST, 1], { source_address: [HOST, -1] }), RangeError);
		assert.throws(() => create_connection([HOST, 1], null as unknown as undefined), TypeError);
		assert.throws(
			() => create_connection([HOST, 1], { source_address: ["8.8.8.8", 0] }),
			(error: unknown) => error instanceof OSError && error.code === "EADDRNOTAVAIL" && /bind/.test(error.message),
		);
		assert.strictEqual(stats().sockets, before);
	});

	it("is in the stack of its errors", () => {
		assert.throws(
			() => create_connection([HOST, 1]),
			(error: unknown) => error instanceof OSError && /create_connection/.test(error.stack ?? ""),
		);
	});
});
