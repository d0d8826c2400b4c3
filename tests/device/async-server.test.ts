// SPDX-License-Identifier: MIT
// start_server: many clients at once, each for itself.
import assert from "assert";
import { type Address, OSError, Socket } from "sockets";
import { type AsyncServer, type AsyncSocket, open_connection, start_server } from "sockets/async";
import { stats } from "sockets/stats";
import { AsyncPair, rejects, turns, watch } from "./support/async.js";
import { LARGE, pattern, text } from "./support/sockets.js";

const ANY_PORT: Address = ["127.0.0.1", 0];

async function echo(connection: AsyncSocket): Promise<void> {
	for await (const chunk of connection) await connection.sendall(chunk);
}

/** A client that is connected to the server. */
function connect(server: AsyncServer): Promise<AsyncSocket> {
	return open_connection(server.getsockname(), { timeout: 5 });
}

/** Sends a line and gives what comes back. */
async function ask(client: AsyncSocket, line: string): Promise<string> {
	await client.sendall(`${line}\n`);
	return text(await client.readline()).trimEnd();
}

describe("a server", () => {
	it("serves its clients at the same time", async () => {
		await using server = await start_server(echo, ANY_PORT);
		const clients = [await connect(server), await connect(server), await connect(server)];
		for (let round = 0; round < 3; round++) {
			for (const [i, client] of clients.entries())
				assert.strictEqual(await ask(client, `${i} ${round}`), `${i} ${round}`);
		}
		assert.strictEqual(server.clients, 3);
		const bytes = pattern(LARGE);
		await Promise.all(
			clients.map(async (client) => {
				const sent = client.sendall(bytes);
				assert.deepStrictEqual(await client.readexactly(bytes.length), bytes);
				await sent;
				client.close();
			}),
		);
	}).timeout(10_000);

	it("is not slowed by a client that says nothing or does not read", async () => {
		await using server = await start_server(echo, ANY_PORT);
		using silent = await connect(server);
		using stalled = await connect(server);
		const stuck = stalled.sendall(pattern(5 * LARGE));
		using client = await connect(server);
		for (let i = 0; i < 20; i++) assert.strictEqual(await ask(client, `${i}`), `${i}`);
		assert.strictEqual(watch(stuck).state, "pending");
		assert.ok(silent.fileno() > 0);
		stalled.close();
		await rejects("ECANCELED", stuck);
	});

	it("tells an error of a handler with the peer's address, and closes only that one", async () => {
		const told: [unknown, Address][] = [];
		await using server = await start_server(
			async (connection) => {
				for (;;) {
					const line = text(await connection.readline());
					if (line === "fail\n") throw new RangeError("a handler's own error");
					await connection.sendall(line);
				}
			},
			ANY_PORT,
			{ onerror: (error, address) => told.push([error, address]) },
		);
		using good = await connect(server);
		using bad = await connect(server);
		assert.strictEqual(await ask(good, "one"), "one");
		await bad.sendall("fail\n");
		assert.strictEqual((await bad.recv(1)).length, 0);
		assert.strictEqual(await ask(good, "two"), "two");
		const [[error, address]] = told as [[Error, Address]];
		assert.ok(error instanceof RangeError && error.message === "a handler's own error");
		assert.deepStrictEqual(address, bad.getsockname());
		assert.strictEqual(told.length, 1);
		good.close();
	});

	it("tells an error that a handler throws at once, and a reset, too", async () => {
		const told: unknown[] = [];
		const onerror = (error: unknown) => told.push(error);
		{
			await using server = await start_server(
				() => {
					throw new Error("at once");
				},
				ANY_PORT,
				{ onerror },
			);
			using client = await connect(server);
			assert.strictEqual((await client.recv(1)).length, 0);
		}
		await using server = await start_server(async (connection) => connection.read(), ANY_PORT, { onerror });
		const client = await connect(server);
		await client.sendall("x");
		client.setsockopt(1, 13, [true, 0]);
		await turns(2);
		client.close();
		await turns(3);
		assert.strictEqual((told[0] as Error).message, "at once");
		assert.strictEqual((told[1] as OSError).code, "ECONNRESET");
	});

	it("keeps one client too many in the backlog until another goes", async () => {
		const served: number[] = [];
		await using server = await start_server(
			async (connection, [, port]) => {
				served.push(port);
				await echo(connection);
			},
			ANY_PORT,
			{ max_clients: 2 },
		);
		const first = await connect(server);
		using second = await connect(server);
		using third = await connect(server);
		const answer = ask(third, "my turn");
		const seen = watch(answer);
		assert.strictEqual(await ask(second, "served"), "served");
		await turns(3);
		assert.strictEqual(seen.state, "pending");
		assert.strictEqual(server.clients, 2);
		first.close();
		assert.strictEqual(await answer, "my turn");
		assert.deepStrictEqual(
			served,
			[first, second, third].map((_, i) => served[i]),
		);
		assert.strictEqual(served[2], third.getsockname()[1]);
	});

	it("stops accepting when it is closed, and lets who is served go on", async () => {
		const server = await start_server(echo, ANY_PORT);
		const address = server.getsockname();
		using client = await connect(server);
		assert.strictEqual(await ask(client, "before"), "before");
		const closed = server.close();
		await rejects("ECONNREFUSED", open_connection(address));
		assert.throws(() => server.getsockname(), { code: "EBADF" });
		assert.strictEqual(await ask(client, "after"), "after");
		const seen = watch(server.closed);
		await turns(2);
		assert.strictEqual(seen.state, "pending");
		client.close();
		await closed;
		await server.closed;
		assert.strictEqual(server.clients, 0);
	});

	it("lets its handlers finish when it is closed with time to drain", async () => {
		const server = await start_server(echo, ANY_PORT);
		using client = await connect(server);
		const bytes = pattern(3 * LARGE);
		const sent = client.sendall(bytes);
		await turns(2);
		const closed = server.close({ drain: 5 });
		assert.deepStrictEqual(await client.readexactly(bytes.length), bytes);
		await sent;
		client.close();
		await closed;
	});

	it("closes who has not finished by then, which is no error of a handler", async () => {
		const told: unknown[] = [];
		const ended: string[] = [];
		const server = await start_server(
			async (connection) => {
				try {
					await connection.recv(1);
				} catch (error) {
					ended.push((error as OSError).code);
					throw error;
				}
			},
			ANY_PORT,
			{ onerror: (error) => told.push(error) },
		);
		using client = await connect(server);
		await turns(2);
		await server.close({ drain: 0.02 });
		assert.deepStrictEqual(ended, ["ECANCELED"]);
		assert.deepStrictEqual(told, []);
		assert.strictEqual((await client.recv(1)).length, 0);
	});

	it("is closed at the end of its block, with its clients", async () => {
		const before = stats().sockets;
		let client: AsyncSocket;
		{
			await using server = await start_server(echo, ANY_PORT);
			client = await connect(server);
			assert.strictEqual(await ask(client, "hello"), "hello");
		}
		assert.strictEqual((await client.recv(1)).length, 0);
		client.close();
		assert.strictEqual(stats().sockets, before);
	});

	it("resets who waits in its backlog when it is closed", async () => {
		const server = await start_server(echo, ANY_PORT, { max_clients: 1 });
		using first = await connect(server);
		assert.strictEqual(await ask(first, "x"), "x");
		using second = await connect(server);
		const waiting = second.recv(1);
		void server.close({ drain: 0 });
		await rejects("ECONNRESET", waiting);
		await server.closed;
	});

	it("serves nobody whom it has just accepted when it is closed", async () => {
		using pair = new AsyncPair();
		let served = 0;
		const server = await start_server(
			async (connection) => {
				served += 1;
				await connection.read();
			},
			["127.0.0.1", 0],
		);
		const closing = pair.server.recv(1).then(() => server.close({ drain: 0 }));
		await pair.client.sendall("x");
		using client = new Socket();
		client.connect(server.getsockname()); // blocks: both are ready in the same turn, the pair first
		await closing;
		assert.strictEqual(served, 0);
	});

	it("fails to start where another listens, and leaves nothing", async () => {
		await using server = await start_server(echo, ANY_PORT);
		const before = stats().sockets;
		await rejects("EADDRINUSE", start_server(echo, server.getsockname()));
		await rejects("EADDRNOTAVAIL", start_server(echo, ["8.8.8.8", 0]));
		assert.strictEqual(stats().sockets, before);
	});

	it("refuses what makes no sense, by a rejection", async () => {
		for (const [handler, options, type] of [
			[undefined, {}, TypeError],
			[echo, { onerror: 5 }, TypeError],
			[echo, { max_clients: "many" }, TypeError],
			[echo, { max_clients: 0 }, RangeError],
			[echo, { max_clients: 1.5 }, RangeError],
			[echo, { backlog: "many" }, TypeError],
		] as const) {
			await assert.rejects(start_server(handler as never, ANY_PORT, options as never), type);
		}
		await using server = await start_server(echo, ANY_PORT);
		await assert.rejects(server.close({ drain: -1 }), RangeError);
		await assert.rejects(server.close({ drain: "long" as never }), TypeError);
		assert.ok(server.getsockname()[1] > 0);
	});

	it("holds as many clients as there are pcbs for", async () => {
		await using server = await start_server(echo, ANY_PORT);
		// Both ends are on this board: one pcb listens, and each client takes two.
		const clients: AsyncSocket[] = [];
		for (let i = 0; i < 7; i++) clients.push(await connect(server));
		const answers = clients.map((client, i) => ask(client, `client ${i}`));
		assert.deepStrictEqual(
			await Promise.all(answers),
			clients.map((_, i) => `client ${i}`),
		);
		assert.strictEqual(server.clients, 7);
		assert.strictEqual(stats().active, 14);
		for (const client of clients) client.close();
		assert.ok(OSError.prototype instanceof Error);
	});
});
