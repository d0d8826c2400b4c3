// SPDX-License-Identifier: MIT
// Awaited sockets on a board: connecting, binding, accepting.
import assert from "assert";
import { type Accepted, AsyncSocket, create_server, open_connection } from "sockets/async";
import { rejects, turns, watch } from "./support/async.js";
import { text } from "./support/sockets.js";

const HOST = "127.0.0.1";

describe("an AsyncSocket", () => {
	it("connects and accepts, in either order", async () => {
		using server = create_server([HOST, 0]);
		const accepting = server.accept();
		using early = new AsyncSocket();
		await early.connect(server.getsockname());
		const [first, address] = await accepting;
		assert.ok(first instanceof AsyncSocket);
		assert.deepStrictEqual(address, early.getsockname());
		assert.deepStrictEqual(first.getpeername(), address);
		using late = await open_connection(server.getsockname());
		await turns(2);
		const [second] = await server.accept();
		assert.deepStrictEqual(second.getpeername(), late.getsockname());
		for (const connection of [first, second]) {
			assert.strictEqual(connection.gettimeout(), null);
			connection.close();
		}
	});

	it("is refused, and can connect to another", async () => {
		using socket = new AsyncSocket();
		const error = await rejects("ECONNREFUSED", socket.connect([HOST, 1]));
		assert.strictEqual(error.message, "ECONNREFUSED: connection refused, connect 127.0.0.1:1");
		using server = create_server([HOST, 0]);
		await socket.connect(server.getsockname());
		(await server.accept())[0].close();
	});

	it("tells by connect_ex how connecting failed, as a number", async () => {
		using server = create_server([HOST, 0]);
		using socket = new AsyncSocket();
		const { errno } = await rejects("ECONNREFUSED", socket.connect([HOST, 1]));
		assert.strictEqual(await socket.connect_ex([HOST, 1]), errno);
		assert.strictEqual(await socket.connect_ex(server.getsockname()), 0);
		await assert.rejects(socket.connect_ex(undefined as never), TypeError);
		(await server.accept())[0].close();
	});

	it("connects once at a time, and not when it is connected or listens", async () => {
		using server = create_server([HOST, 0]);
		using socket = new AsyncSocket();
		const connecting = socket.connect(server.getsockname());
		await rejects("EALREADY", socket.connect(server.getsockname()));
		await connecting;
		await rejects("EISCONN", socket.connect(server.getsockname()));
		await rejects("EISCONN", server.connect(socket.getsockname()));
		(await server.accept())[0].close();
	});

	it("connects without waiting when its timeout is 0, and goes on connecting", async () => {
		using server = create_server([HOST, 0]);
		using socket = new AsyncSocket();
		await rejects("EINPROGRESS", socket.connect(server.getsockname(), { timeout: 0 }));
		const sent = socket.sendall("as soon as it can");
		const [connection] = await server.accept();
		await sent;
		assert.strictEqual(text(await connection.recv(100)), "as soon as it can");
		connection.close();
	});

	it("runs out of time connecting, and can connect to another", async () => {
		using full = create_server([HOST, 0], { backlog: 1 });
		using first = await open_connection(full.getsockname());
		assert.ok(first.fileno() > 0);
		using socket = new AsyncSocket();
		await rejects("ETIMEDOUT", socket.connect(full.getsockname(), { timeout: 0.02 }));
		using server = create_server([HOST, 0]);
		await socket.connect(server.getsockname());
		(await server.accept())[0].close();
	});

	it("is canceled while it connects", async () => {
		using full = create_server([HOST, 0], { backlog: 1 });
		using first = await open_connection(full.getsockname());
		assert.ok(first.fileno() > 0);
		const socket = new AsyncSocket();
		const connecting = socket.connect(full.getsockname());
		await turns(2);
		assert.strictEqual(watch(connecting).state, "pending");
		socket.close();
		await rejects("ECANCELED", connecting);
	});

	it("accepts within its time, one accept at a time", async () => {
		using server = create_server([HOST, 0]);
		await rejects("ETIMEDOUT", server.accept({ timeout: 0.01 }));
		await rejects("EAGAIN", server.accept({ timeout: 0 }));
		const accepting = server.accept();
		await rejects("EALREADY", server.accept());
		using client = await open_connection(server.getsockname());
		const [connection] = await accepting;
		assert.deepStrictEqual(connection.getpeername(), client.getsockname());
		connection.close();
	});

	it("iterates over connections until it is closed", async () => {
		const server = create_server([HOST, 0]);
		const ports: number[] = [];
		const served = (async () => {
			for await (const [connection, [, port]] of server) {
				ports.push(port);
				connection.close();
				if (ports.length === 3) setTimeout(() => server.close(), 0);
			}
		})();
		const expected: number[] = [];
		for (let i = 0; i < 3; i++) {
			using client = await open_connection(server.getsockname());
			expected.push(client.getsockname()[1]);
			assert.strictEqual((await client.read()).length, 0);
		}
		await served;
		assert.deepStrictEqual(ports, expected);
	});

	it("refuses to iterate over what neither listens nor is connected", async () => {
		using socket = new AsyncSocket<Accepted>();
		await assert.rejects(
			(async () => {
				for await (const _ of socket) assert.fail("there is something");
			})(),
			{ code: "ENOTCONN" },
		);
	});

	it("binds to addresses only: what would have to be asked for is refused", () => {
		using socket = new AsyncSocket();
		assert.throws(() => socket.bind(["camera.example", 0]), { code: "EAI_NONAME" });
		assert.throws(() => socket.bind(["8.8.8.8", 0]), { code: "EADDRNOTAVAIL" });
		socket.bind(["localhost", 0]);
		assert.strictEqual(socket.getsockname()[0], HOST);
		assert.throws(() => socket.bind([HOST, 0]), { code: "EINVAL" });
	});
});
