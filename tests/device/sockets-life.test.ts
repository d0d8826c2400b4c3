// SPDX-License-Identifier: MIT
// Sockets on a board: making, naming, connecting, accepting and closing them. What only the core can see is in tests/core.
import assert from "assert";
import { memory } from "board";
import { type Address, AF_INET, OSError, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, Socket } from "sockets";
import { stats } from "sockets/stats";
import { fails } from "./support/sockets.js";

const HOST = "127.0.0.1";

function listener(port = 0, backlog = 1): Socket {
	const server = new Socket();
	server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
	server.bind([HOST, port]);
	server.listen(backlog);
	server.settimeout(5);
	return server;
}

describe("Socket", () => {
	it("connects two ends that know each other's names", () => {
		using server = listener();
		using client = new Socket(AF_INET, SOCK_STREAM);
		client.connect(server.getsockname());
		const [connection, address] = server.accept();
		using _ = connection;
		assert.ok(connection instanceof Socket);
		assert.deepStrictEqual(address, client.getsockname());
		assert.deepStrictEqual(connection.getpeername(), address);
		assert.deepStrictEqual(client.getpeername(), server.getsockname());
		assert.deepStrictEqual(connection.getsockname(), server.getsockname());
	});

	it("is closed at the end of its block, whatever happens in it", () => {
		const before = stats().sockets;
		assert.throws(() => {
			using socket = new Socket();
			socket.bind([HOST, 0]);
			throw new Error("in between");
		}, /in between/);
		assert.strictEqual(stats().sockets, before);
	});

	it("is closed when it is garbage-collected", () => {
		const before = stats().sockets;
		for (let i = 0; i < 10; i++) new Socket();
		memory(); // collects garbage
		assert.strictEqual(stats().sockets, before);
	});

	it("makes room for another one when nobody has it any more", () => {
		// Were those in the way not collected, the limit of 16 would end this.
		for (let i = 0; i < 100; i++) new Socket().bind([HOST, 0]);
		memory();
	});

	it("can be closed twice, and is EBADF for everything else then", () => {
		const socket = new Socket();
		socket.close();
		socket.close();
		fails("EBADF", () => socket.connect([HOST, 1]));
		fails("EBADF", () => socket.bind([HOST, 0]));
		fails("EBADF", () => socket.listen());
		fails("EBADF", () => socket.accept());
		fails("EBADF", () => socket.send("x"));
		fails("EBADF", () => socket.sendall("x"));
		fails("EBADF", () => socket.recv(1));
		fails("EBADF", () => socket.settimeout(1));
		fails("EBADF", () => socket.gettimeout());
		fails("EBADF", () => socket.setblocking(true));
		fails("EBADF", () => socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1));
		fails("EBADF", () => socket.getsockopt(SOL_SOCKET, SO_REUSEADDR));
		fails("EBADF", () => socket.getsockname());
		fails("EBADF", () => socket.getpeername());
	});

	it("is of one family and one type", () => {
		fails("EAFNOSUPPORT", () => new Socket(10));
		fails("EPROTOTYPE", () => new Socket(AF_INET, 2));
		assert.throws(() => new Socket("inet" as unknown as number), TypeError);
	});

	it("is refused by a port where nobody listens, and connects to the next", () => {
		using client = new Socket();
		fails("ECONNREFUSED", () => client.connect([HOST, 1]));
		using server = listener();
		client.connect(server.getsockname());
		server.accept()[0].close();
	});

	it("says in an OSError what went wrong and where", () => {
		using client = new Socket();
		try {
			client.connect([HOST, 1]);
			assert.fail("connected");
		} catch (error) {
			assert.ok(error instanceof OSError && error instanceof Error);
			assert.strictEqual(error.name, "OSError");
			assert.strictEqual(error.message, "ECONNREFUSED: connection refused, connect 127.0.0.1:1");
			assert.ok(Number.isInteger(error.errno) && error.errno > 0);
			assert.ok(String(error.stack).includes("sockets-life.test"), error.stack);
		}
	});

	it('takes "", 0.0.0.0 and localhost for the board itself', () => {
		using server = new Socket();
		server.bind(["", 0]);
		server.listen();
		const [host, port] = server.getsockname();
		assert.strictEqual(host, "0.0.0.0");
		for (const name of ["", "0.0.0.0", "localhost", HOST]) {
			using client = new Socket();
			client.connect([name, port]);
			server.accept()[0].close();
			assert.deepStrictEqual(client.getpeername(), [HOST, port]);
		}
	});

	it("refuses what is not an address", () => {
		using socket = new Socket();
		const wrong: [unknown, typeof TypeError | typeof RangeError][] = [
			[undefined, TypeError],
			[`${HOST}:80`, TypeError],
			[[HOST], TypeError],
			[[HOST, "80"], TypeError],
			[[80, HOST], TypeError],
			[[null, 80], TypeError],
			[[HOST, -1], RangeError],
			[[HOST, 65536], RangeError],
			[[HOST, 1.5], RangeError],
			[[HOST, NaN], RangeError],
		];
		for (const [address, type] of wrong) {
			assert.throws(() => socket.connect(address as Address), type, `connect ${address}`);
			assert.throws(() => socket.bind(address as Address), type, `bind ${address}`);
		}
	});

	it("refuses what its state does not allow", () => {
		using socket = new Socket();
		fails("EINVAL", () => socket.accept());
		fails("ENOTCONN", () => socket.recv(1));
		fails("ENOTCONN", () => socket.send("x"));
		fails("ENOTCONN", () => socket.sendall("x"));
		fails("ENOTCONN", () => socket.getpeername());
		using server = listener();
		fails("ENOTCONN", () => server.recv(1));
		fails("EISCONN", () => server.connect([HOST, 1]));
		fails("EINVAL", () => server.bind([HOST, 0]));
		socket.connect(server.getsockname());
		fails("EISCONN", () => socket.connect(server.getsockname()));
		fails("EINVAL", () => socket.listen());
		server.accept()[0].close();
	});

	it("refuses a port that is in use, and an address that is not the board's", () => {
		using server = listener();
		using other = new Socket();
		fails("EADDRINUSE", () => other.bind(server.getsockname()));
		fails("EADDRNOTAVAIL", () => other.bind(["8.8.8.8", 0]));
		server.close();
		other.bind([HOST, 0]);
	});

	it("re-binds a port in TIME_WAIT only with SO_REUSEADDR", () => {
		let address: Address;
		{
			using server = listener();
			address = server.getsockname();
			using client = new Socket();
			client.connect(address);
			const connection = server.accept()[0];
			connection.close(); // first: so the server's end is the one that waits
			assert.strictEqual(client.recv(1).length, 0);
		}
		using again = new Socket();
		fails("EADDRINUSE", () => again.bind(address));
		again.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
		again.bind(address);
		again.listen(1);
		assert.deepStrictEqual(again.getsockname(), address);
	});

	it("accepts within its timeout; what it accepted has none", () => {
		using server = listener();
		server.settimeout(0.01);
		fails("ETIMEDOUT", () => server.accept());
		server.setblocking(false);
		fails("EAGAIN", () => server.accept());
		using client = new Socket();
		client.connect(server.getsockname());
		server.settimeout(5);
		using connection = server.accept()[0];
		assert.strictEqual(connection.gettimeout(), null);
	});

	it("keeps its timeout", () => {
		using socket = new Socket();
		assert.strictEqual(socket.gettimeout(), null);
		socket.settimeout(0.5);
		assert.strictEqual(socket.gettimeout(), 0.5);
		socket.settimeout(0.0001); // rounded up: 0 would not wait
		assert.strictEqual(socket.gettimeout(), 0.001);
		socket.settimeout(0);
		assert.strictEqual(socket.gettimeout(), 0);
		socket.setblocking(true);
		assert.strictEqual(socket.gettimeout(), null);
		socket.setblocking(false);
		assert.strictEqual(socket.gettimeout(), 0);
		for (const wrong of [-1, NaN, Infinity, 5e9]) assert.throws(() => socket.settimeout(wrong), RangeError);
		for (const wrong of ["1", undefined, {}]) {
			assert.throws(() => socket.settimeout(wrong as unknown as number), TypeError);
		}
		assert.strictEqual(socket.gettimeout(), 0);
	});

	it("has options", () => {
		using socket = new Socket();
		assert.strictEqual(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR), 0);
		socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		assert.strictEqual(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1);
		socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, false);
		assert.strictEqual(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR), 0);
		fails("ENOPROTOOPT", () => socket.setsockopt(SOL_SOCKET, 12345, 1));
		fails("ENOPROTOOPT", () => socket.getsockopt(41, SO_REUSEADDR));
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, "1" as unknown as number), TypeError);
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 0.5), RangeError);
	});

	it("says ENFILE when there are too many, and goes on once one is closed", () => {
		const sockets: Socket[] = [];
		try {
			fails("ENFILE", () => {
				for (let i = 0; i < 17; i++) sockets.push(new Socket());
			});
			sockets.pop()?.close();
			sockets.push(new Socket());
		} finally {
			for (const socket of sockets) socket.close();
		}
	});

	it("resets who waits in its backlog when it is closed, and leaves alone who was accepted", () => {
		using server = listener(0, 2);
		using first = new Socket();
		first.connect(server.getsockname());
		using connection = server.accept()[0];
		using second = new Socket();
		second.connect(server.getsockname());
		server.close();
		second.settimeout(5);
		fails("ECONNRESET", () => second.recv(1));
		connection.sendall("still here");
		assert.strictEqual(first.recv(100).length, 10);
	});
});
