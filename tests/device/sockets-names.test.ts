// SPDX-License-Identifier: MIT
// Sockets on a board: host names, addresses as text and bytes, and the functions that make sockets. Names are asked of a server on the board's
// own loopback.
import assert from "assert";
import {
	AF_INET,
	AI_CANONNAME,
	AI_NUMERICHOST,
	AI_PASSIVE,
	create_connection,
	create_server,
	getaddrinfo,
	IPPROTO_TCP,
	inet_ntop,
	inet_pton,
	OSError,
	SO_ACCEPTCONN,
	SO_ERROR,
	SO_KEEPALIVE,
	SO_LINGER,
	SO_RCVBUF,
	SO_REUSEADDR,
	SOCK_STREAM,
	SOL_SOCKET,
	Socket,
	TCP_KEEPCNT,
	TCP_KEEPIDLE,
	TCP_KEEPINTVL,
	TCP_NODELAY,
} from "sockets";
import { queries, start, stop } from "test/dns";

function fails(code: string, call: () => unknown): OSError {
	let caught: unknown;
	assert.throws(call, (error: unknown) => {
		assert.ok(error instanceof OSError, `${error}`);
		assert.strictEqual(error.code, code);
		caught = error;
		return true;
	});
	return caught as OSError;
}

describe("names", () => {
	before(start);
	after(stop);

	it("are resolved by connect and bind", () => {
		using server = create_server(["board.test", 0]);
		assert.strictEqual(server.getsockname()[0], "127.0.0.1");
		using client = new Socket();
		client.settimeout(5);
		client.connect(["board.test", server.getsockname()[1]]);
		server.accept()[0].close();
	});

	it("are resolved by getaddrinfo", () => {
		assert.deepStrictEqual(getaddrinfo("other.test", 80), [[AF_INET, SOCK_STREAM, IPPROTO_TCP, "", ["10.1.2.3", 80]]]);
		assert.deepStrictEqual(getaddrinfo("10.0.0.1", null)[0][4], ["10.0.0.1", 0]);
		assert.deepStrictEqual(getaddrinfo(null, 1)[0][4], ["127.0.0.1", 1]);
		assert.deepStrictEqual(getaddrinfo(null, 1, AF_INET, SOCK_STREAM, IPPROTO_TCP, AI_PASSIVE)[0][4], ["0.0.0.0", 1]);
		assert.strictEqual(getaddrinfo("localhost", 1, 0, 0, 0, AI_CANONNAME)[0][3], "localhost");
	});

	it("that do not exist fail, those that cannot exist without a query", () => {
		const error = fails("EAI_NONAME", () => getaddrinfo("nobody.test", 80));
		assert.strictEqual(error.message, "EAI_NONAME: name does not resolve, getaddrinfo nobody.test");
		assert.strictEqual(error.errno, -2);
		const before = queries();
		for (const name of ["a..b", ".", "a b", "x.invalid", "a".repeat(254), `${"a".repeat(64)}.test`]) {
			fails("EAI_NONAME", () => getaddrinfo(name, 80));
			using socket = new Socket();
			fails("EAI_NONAME", () => socket.connect([name, 80]));
			fails("EAI_NONAME", () => socket.connect_ex([name, 80]));
		}
		fails("EAI_NONAME", () => getaddrinfo("board.test", 80, 0, 0, 0, AI_NUMERICHOST));
		assert.deepStrictEqual(getaddrinfo("localhost", 80)[0][4][0], "127.0.0.1");
		assert.strictEqual(queries(), before);
	});

	it("whose server does not answer end with the timeout", () => {
		using socket = new Socket();
		socket.settimeout(0.02);
		fails("ETIMEDOUT", () => socket.connect(["silent.test", 80]));
	});

	it("of other families and types are refused", () => {
		assert.strictEqual(fails("EAI_FAMILY", () => getaddrinfo("board.test", 80, 10)).errno, -6);
		assert.strictEqual(fails("EAI_SOCKTYPE", () => getaddrinfo("board.test", 80, 0, 2)).errno, -7);
		assert.throws(() => getaddrinfo(5 as unknown as string, 80), TypeError);
		assert.throws(() => getaddrinfo("board.test", "http" as unknown as number), TypeError);
		assert.throws(() => getaddrinfo("board.test", 65536), RangeError);
	});
});

describe("addresses", () => {
	it("go from text to bytes and back", () => {
		for (const address of ["0.0.0.0", "127.0.0.1", "192.168.1.20", "255.255.255.255"]) {
			assert.strictEqual(inet_ntop(AF_INET, inet_pton(AF_INET, address)), address);
		}
		assert.deepStrictEqual([...inet_pton(AF_INET, "1.2.3.4")], [1, 2, 3, 4]);
		assert.strictEqual(inet_ntop(AF_INET, Uint8Array.of(9, 1, 2, 3, 4).subarray(1)), "1.2.3.4");
		assert.strictEqual(inet_ntop(AF_INET, Uint8Array.of(1, 2, 3, 4).buffer), "1.2.3.4");
	});

	it("have four decimal numbers, nothing else", () => {
		for (const wrong of ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "0x1.2.3.4", "1.2.3.4 ", "localhost"]) {
			fails("EINVAL", () => inet_pton(AF_INET, wrong));
		}
		fails("EAFNOSUPPORT", () => inet_pton(10, "1.2.3.4"));
		fails("EAFNOSUPPORT", () => inet_ntop(10, new Uint8Array(4)));
		assert.throws(() => inet_pton(AF_INET, 5 as unknown as string), TypeError);
		assert.throws(() => inet_ntop(AF_INET, "1.2.3.4" as unknown as Uint8Array), TypeError);
		assert.throws(() => inet_ntop(AF_INET, new Uint8Array(3)), RangeError);
	});
});

describe("create_connection and create_server", () => {
	it("make both ends", () => {
		using server = create_server(["127.0.0.1", 0], { backlog: 2 });
		assert.strictEqual(server.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1);
		assert.strictEqual(server.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 1);
		using probe = create_server(["127.0.0.1", 0]);
		const source = probe.getsockname();
		probe.close();
		using client = create_connection(server.getsockname(), { timeout: 5, source_address: source });
		assert.strictEqual(client.gettimeout(), 5);
		assert.deepStrictEqual(client.getsockname(), source);
		const [connection, address] = server.accept();
		connection.close();
		assert.deepStrictEqual(address, source);
	});

	it("leave nothing open when they fail", () => {
		// Were a socket left open each time, there would soon be none.
		for (let i = 0; i < 40; i++) {
			fails("ECONNREFUSED", () => create_connection(["127.0.0.1", 1], { timeout: 5 }));
			fails("EADDRNOTAVAIL", () => create_server(["8.8.8.8", 0]));
		}
	});
});

describe("connect_ex", () => {
	it("gives the failure as a number", () => {
		using server = create_server(["127.0.0.1", 0]);
		using client = new Socket();
		const refused = client.connect_ex(["127.0.0.1", 1]);
		assert.strictEqual(refused, fails("ECONNREFUSED", () => client.connect(["127.0.0.1", 1])).errno);
		assert.strictEqual(client.connect_ex(server.getsockname()), 0);
		assert.ok(client.connect_ex(server.getsockname()) > 0);
		assert.throws(() => client.connect_ex("address" as unknown as [string, number]), TypeError);
	});
});

describe("detach and fileno", () => {
	it("part an object from its socket, for another to take over", () => {
		using server = create_server(["127.0.0.1", 0]);
		const first = create_connection(server.getsockname());
		using connection = server.accept()[0];
		const number = first.fileno();
		assert.ok(number >= 3);
		assert.notStrictEqual(connection.fileno(), number);
		assert.strictEqual(first.detach(), number);
		assert.strictEqual(first.fileno(), -1);
		fails("EBADF", () => first.send("x"));
		fails("EBADF", () => first.detach());
		first.close();
		using second = new Socket(AF_INET, SOCK_STREAM, { fileno: number });
		assert.strictEqual(second.fileno(), number);
		second.sendall("over");
		assert.strictEqual(connection.recv(10).length, 4);
		fails("EBADF", () => new Socket(AF_INET, SOCK_STREAM, { fileno: number }));
		fails("EBADF", () => new Socket(AF_INET, SOCK_STREAM, { fileno: 99 }));
		second.close();
		assert.strictEqual(second.fileno(), -1);
	});
});

describe("options", () => {
	it("are kept, checked and inherited", () => {
		using server = create_server(["127.0.0.1", 0]);
		const values: [number, number, number][] = [
			[SOL_SOCKET, SO_KEEPALIVE, 1],
			[IPPROTO_TCP, TCP_NODELAY, 1],
			[IPPROTO_TCP, TCP_KEEPIDLE, 30],
			[IPPROTO_TCP, TCP_KEEPINTVL, 5],
			[IPPROTO_TCP, TCP_KEEPCNT, 4],
		];
		for (const [level, name, value] of values) server.setsockopt(level, name, value);
		server.setsockopt(SOL_SOCKET, SO_LINGER, [1, 3]);
		using client = create_connection(server.getsockname());
		using connection = server.accept()[0];
		for (const [level, name, value] of values) {
			assert.strictEqual(server.getsockopt(level, name), value);
			assert.strictEqual(connection.getsockopt(level, name), value);
		}
		assert.deepStrictEqual(connection.getsockopt(SOL_SOCKET, SO_LINGER), [1, 3]);
		assert.deepStrictEqual(client.getsockopt(SOL_SOCKET, SO_LINGER), [0, 0]);
		assert.strictEqual(client.getsockopt(SOL_SOCKET, SO_KEEPALIVE), 0);
		assert.ok(client.getsockopt(SOL_SOCKET, SO_RCVBUF) >= 5744);
		assert.strictEqual(client.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 0);
		assert.strictEqual(client.getsockopt(SOL_SOCKET, SO_ERROR), 0);
	});

	it("that can only be read, or have no such value, are refused", () => {
		using socket = new Socket();
		for (const name of [SO_ERROR, SO_RCVBUF, SO_ACCEPTCONN]) {
			fails("ENOPROTOOPT", () => socket.setsockopt(SOL_SOCKET, name, 1));
		}
		for (const [name, value] of [
			[TCP_KEEPIDLE, 0],
			[TCP_KEEPIDLE, 32768],
			[TCP_KEEPINTVL, 0],
			[TCP_KEEPCNT, 128],
		] as const) {
			fails("EINVAL", () => socket.setsockopt(IPPROTO_TCP, name, value));
		}
		fails("EINVAL", () => socket.setsockopt(SOL_SOCKET, SO_LINGER, [1, -1]));
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, 1 as unknown as [number, number]), TypeError);
		assert.throws(() => socket.setsockopt(SOL_SOCKET, SO_LINGER, ["1", "2"] as unknown as [number, number]), TypeError);
	});

	it("SO_ERROR tells the failure of a connect that nobody waited for, once", () => {
		using socket = new Socket();
		socket.setblocking(false);
		fails("EINPROGRESS", () => socket.connect(["127.0.0.1", 1]));
		let error = 0;
		for (let i = 0; i < 1000 && error === 0; i++) {
			fails("EAGAIN", () => server.accept());
			error = socket.getsockopt(SOL_SOCKET, SO_ERROR);
		}
		assert.ok(error > 0);
		assert.strictEqual(socket.getsockopt(SOL_SOCKET, SO_ERROR), 0);
	});

	// Something to step the network with.
	let server: Socket;
	beforeEach(() => {
		server = create_server(["127.0.0.1", 0]);
		server.setblocking(false);
	});
	afterEach(() => server.close());

	it("SO_LINGER with 0 seconds resets", () => {
		using client = create_connection(server.getsockname());
		server.setblocking(true);
		using connection = server.accept()[0];
		client.setsockopt(SOL_SOCKET, SO_LINGER, [true, 0]);
		client.close();
		fails("ECONNRESET", () => connection.recv(1));
	});
});
