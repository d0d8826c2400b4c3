// SPDX-License-Identifier: MIT
// The echo server with clients on the board's own loopback. They connect, send and close before the server runs: one
// thread has both ends. tests/host/echo.test.ts has clients outside, and the echo client against a server outside.

import assert from "assert";
import { client, request } from "echo/client";
import { echo, listen, type ServeOptions, serve } from "echo/server";
import { type Address, OSError, Socket } from "sockets";

const ANY_PORT: Address = ["127.0.0.1", 0];

/** A client that is connected to the server; it is accepted once the server runs. */
function connect(server: Socket): Socket {
	const socket = new Socket();
	// A guard: nothing here waits for more than the loopback.
	socket.settimeout(5);
	socket.connect(server.getsockname());
	return socket;
}

/** Both ends of a connection. */
function pair(): { client: Socket; connection: Socket } {
	using server = listen(ANY_PORT);
	const client = connect(server);
	return { client, connection: server.accept()[0] };
}

/** Serves as many clients as wait, and gives what was told of each: bytes and the error's code. */
function served(server: Socket, clients: number, options: ServeOptions = {}): string[] {
	const told: string[] = [];
	serve(server, {
		...options,
		clients,
		onclose(_address, bytes, error) {
			told.push(error === undefined ? `${bytes}` : `${bytes} ${(error as OSError).code}`);
		},
	});
	return told;
}

describe("echo", () => {
	it("sends back what comes until the client closes, and counts it", () => {
		const { client, connection } = pair();
		const sent = new Uint8Array(3000).map((_, i) => i * 7);
		const received = new Uint8Array(sent.length);
		let at = 0;
		client.sendall(sent);
		const bytes = echo(connection, (count) => {
			while (at < count) {
				const data = client.recv(4096);
				received.set(data, at);
				at += data.length;
			}
			if (count === sent.length) client.close();
		});
		connection.close();
		assert.strictEqual(bytes, sent.length);
		assert.deepStrictEqual(received, sent);
	});

	it("throws what went wrong", () => {
		const { client, connection } = pair();
		client.sendall("the echo of this is never read");
		// Closed with unread data: the peer gets a reset.
		assert.throws(
			() =>
				echo(connection, () => {
					client.settimeout(5);
					client.recv(1);
					client.close();
				}),
			{ name: "OSError", code: "ECONNRESET" },
		);
		connection.close();
	});
});

describe("echo server", () => {
	it("serves one client after the other, with the tutorial's backlog of 1 too", () => {
		using server = listen(ANY_PORT, { backlog: 1 });
		const told: string[] = [];
		const addresses: Address[] = [];
		let next = 2;
		const send = (bytes: number) => {
			using socket = connect(server);
			addresses.push(socket.getsockname());
			socket.sendall(new Uint8Array(bytes));
		};
		send(1);
		serve(server, {
			clients: 3,
			onclose(address, bytes, error) {
				assert.deepStrictEqual(address, addresses[told.length]);
				assert.strictEqual(error, undefined);
				told.push(`${bytes}`);
				if (next <= 3) send(next++);
			},
		});
		assert.deepStrictEqual(told, ["1", "2", "3"]);
	});

	it("takes clients that send nothing", () => {
		using server = listen(ANY_PORT);
		for (let i = 0; i < 8; i++) connect(server).close();
		assert.deepStrictEqual(served(server, 8), Array(8).fill("0"));
	});

	it("closes a client that is silent for too long, tells it, and serves the next one", () => {
		using server = listen(ANY_PORT);
		using silent = connect(server);
		silent.sendall("hello");
		{
			using next = connect(server);
			next.sendall("world!");
		}
		assert.deepStrictEqual(served(server, 2, { timeout: 0.01 }), ["5 ETIMEDOUT", "6"]);
		assert.strictEqual(String.fromCharCode(...silent.recv(100)), "hello");
		assert.strictEqual(silent.recv(100).length, 0);
	});

	it("closes a connection even when the server itself is at fault", () => {
		using server = listen(ANY_PORT);
		using socket = connect(server);
		assert.throws(() => serve(server, { timeout: -1 }), RangeError);
		assert.strictEqual(socket.recv(1).length, 0);
	});

	it("ends when its socket is closed", () => {
		const server = listen(ANY_PORT);
		connect(server).close();
		assert.throws(() => serve(server, { onclose: () => server.close() }), { name: "OSError", code: "EBADF" });
	});
});

describe("listen", () => {
	it("fails on a port in use, and leaves nothing", () => {
		using server = listen(ANY_PORT);
		assert.throws(() => listen(server.getsockname()), { name: "OSError", code: "EADDRINUSE" });
	});

	it("takes a port again while a connection of the last time is in TIME_WAIT", () => {
		const server = listen(ANY_PORT);
		const address = server.getsockname();
		const client = connect(server);
		// The side that closes first is the one that waits.
		server.accept()[0].close();
		client.recv(1);
		client.close();
		server.close();
		listen(address).close();
	});
});

describe("echo client", () => {
	it("tells that nobody listens", () => {
		const server = listen(ANY_PORT);
		const address = server.getsockname();
		server.close();
		assert.throws(
			() => request(address, "hello"),
			(error: unknown) => error instanceof OSError && error.code === "ECONNREFUSED",
		);
		assert.throws(() => client(address), { code: "ECONNREFUSED" });
	});

	it("does not wait longer than it should", () => {
		using server = listen(ANY_PORT);
		assert.throws(() => request(server.getsockname(), "hello", { timeout: 0.01 }), { code: "ETIMEDOUT" });
	});
});
