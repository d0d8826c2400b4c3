// SPDX-License-Identifier: MIT
// The echo server for many clients, with clients on the board's own loopback. tests/host/clients.test.ts has clients outside.
import assert from "assert";
import { echo, start } from "echo/async_server";
import type { Address, OSError } from "sockets";
import { type AsyncServer, type AsyncSocket, open_connection } from "sockets/async";
import { AsyncPair, rejects, turns } from "./support/async.js";
import { LARGE, pattern, text } from "./support/sockets.js";

const ANY_PORT: Address = ["127.0.0.1", 0];

function connect(server: AsyncServer): Promise<AsyncSocket> {
	return open_connection(server.getsockname(), { timeout: 5 });
}

describe("echo, awaited", () => {
	it("sends back what comes until the client closes, and counts it", async () => {
		using pair = new AsyncPair();
		const counted: number[] = [];
		const echoing = echo(pair.server, (bytes) => counted.push(bytes));
		const bytes = pattern(LARGE);
		const sent = pair.client.sendall(bytes).then(() => pair.client.shutdown(1));
		assert.deepStrictEqual(await pair.client.readexactly(bytes.length), bytes);
		await sent;
		assert.strictEqual(await echoing, bytes.length);
		assert.strictEqual(counted[counted.length - 1], bytes.length);
	});

	it("is rejected with what went wrong", async () => {
		using pair = new AsyncPair();
		const echoing = echo(pair.server);
		await pair.client.sendall("the echo of this is never read");
		await turns(3);
		pair.client.close();
		await rejects("ECONNRESET", echoing);
	});
});

describe("echo server, awaited", () => {
	it("tells of each client that comes and goes, with totals", async () => {
		const told: string[] = [];
		await using server = await start(ANY_PORT, {
			onopen: ([host], { clients }) => told.push(`${host} ${clients}`),
			onclose: (_address, bytes, totals, error) => told.push(`${bytes} ${JSON.stringify(totals)} ${error}`),
		});
		using first = await connect(server);
		using second = await connect(server);
		for (const [client, line] of [
			[first, "one\n"],
			[second, "three\n"],
		] as const) {
			await client.sendall(line);
			assert.strictEqual(text(await client.readline()), line);
		}
		second.close();
		await turns(3);
		first.close();
		await turns(3);
		assert.deepStrictEqual(told, [
			"127.0.0.1 1",
			"127.0.0.1 2",
			'6 {"clients":1,"served":1,"bytes":10} undefined',
			'4 {"clients":0,"served":2,"bytes":10} undefined',
		]);
	});

	it("closes a client that is silent for too long, and tells it; the others go on", async () => {
		const told: string[] = [];
		await using server = await start(ANY_PORT, {
			timeout: 0.05,
			onclose: (_address, bytes, _totals, error) => told.push(`${bytes} ${(error as OSError).code}`),
		});
		using silent = await connect(server);
		await silent.sendall("hello");
		assert.strictEqual(text(await silent.readexactly(5)), "hello");
		assert.strictEqual((await silent.recv(1)).length, 0);
		assert.deepStrictEqual(told, ["5 ETIMEDOUT"]);
		using next = await connect(server);
		await next.sendall("world");
		assert.strictEqual(text(await next.readexactly(5)), "world");
	});

	it("fails to start where another listens", async () => {
		await using server = await start(ANY_PORT);
		await rejects("EADDRINUSE", start(server.getsockname()));
	});
});
