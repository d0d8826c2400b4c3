// SPDX-License-Identifier: MIT
// Sockets on a board whose network goes down, comes back, or changes: over an interface of the test's own, from which nothing
// leaves the machine. tests/core/network.c has what takes longer than a test should.
import assert from "assert";
import { POLLIN, poll, SO_ERROR, SO_LINGER, SOL_SOCKET, Socket } from "sockets";
import { settle, stats } from "sockets/stats";
import { addInterface, loseAddressSoon, removeInterface, setAddress, setUp } from "test/faults";
import { fails, GUARD, LARGE, listener, Pair, pattern, text } from "./support/sockets.js";

const HERE = "10.9.9.1";
/** An address of the same network that nobody has. */
const NOBODY = "10.9.9.9";

describe("a network that goes down", () => {
	beforeEach(addInterface);
	afterEach(removeInterface);

	it("in the middle, and up again, loses nothing", () => {
		using pair = new Pair(HERE);
		const data = pattern(5000);
		pair.client.sendall(data.subarray(0, 1000));
		setUp(false);
		pair.client.sendall(data.subarray(1000)); // it waits in the send buffer
		pair.server.settimeout(0.1);
		fails("ETIMEDOUT", () => pair.server.readexactly(data.length));
		setUp(true);
		pair.server.settimeout(3 * GUARD);
		assert.deepStrictEqual(pair.server.readexactly(data.length), data);
		pair.server.sendall("goes on");
		assert.strictEqual(text(pair.client.readexactly(7)), "goes on");
	}).timeout(4 * GUARD * 1000);

	it("makes blocked calls run into their timeouts", () => {
		using pair = new Pair(HERE);
		setUp(false);
		pair.client.settimeout(0.1);
		fails("ETIMEDOUT", () => pair.client.sendall(pattern(LARGE)));
		fails("ETIMEDOUT", () => pair.client.recv(1));
		using server = listener([HERE, 0]);
		server.settimeout(0.1);
		fails("ETIMEDOUT", () => server.accept());
		setUp(true);
	});

	it("is unreachable for connect, and reached when it is up again", () => {
		using server = listener([HERE, 0]);
		using client = new Socket();
		setUp(false);
		fails("ENETUNREACH", () => client.connect(server.getsockname()));
		assert.ok(client.connect_ex(server.getsockname()) > 0);
		setUp(true);
		client.connect(server.getsockname());
		server.accept()[0].close();
	});

	it("does not disturb the board's own loopback", () => {
		setUp(false);
		using pair = new Pair();
		pair.client.sendall("hello");
		assert.strictEqual(text(pair.server.recv(10)), "hello");
	});

	it("with unsent data at close, ends the close in a bounded time", () => {
		const pair = new Pair(HERE);
		setUp(false);
		pair.client.setsockopt(SOL_SOCKET, SO_LINGER, [true, 1]);
		pair.client.sendall("never arrives");
		pair.client.close();
		assert.strictEqual(stats().closing, 1);
		assert.ok(settle(GUARD * 1000));
		assert.strictEqual(stats().closing, 0);
		setUp(true);
		// The end of the connection was never told to its peer.
		pair.server.settimeout(0);
		fails("EAGAIN", () => pair.server.recv(1));
		pair.server.close();
	}).timeout(2 * GUARD * 1000);
});

describe("an address that nobody has", () => {
	before(addInterface);
	after(removeInterface);

	it("makes connect run into its timeout; the socket can connect elsewhere", () => {
		using server = listener();
		using client = new Socket();
		client.settimeout(0.05);
		fails("ETIMEDOUT", () => client.connect([NOBODY, 80]));
		client.settimeout(GUARD);
		client.connect(server.getsockname());
		server.accept()[0].close();
	});
});

describe("an address that the board loses", () => {
	beforeEach(addInterface);
	afterEach(removeInterface);

	it("aborts its connections: first the data, then ECONNABORTED once, then the end of the stream", () => {
		using pair = new Pair(HERE);
		pair.client.sendall("abc");
		assert.deepStrictEqual(poll([[pair.server, POLLIN]], GUARD * 1000), [[pair.server, POLLIN]]);
		setAddress(0);
		assert.strictEqual(text(pair.server.recv(10)), "abc");
		fails("ECONNABORTED", () => pair.server.recv(10));
		assert.strictEqual(pair.server.recv(10).length, 0);
		fails("ECONNABORTED", () => pair.client.send("x"));
		fails("EPIPE", () => pair.client.send("x"));
		assert.strictEqual(pair.client.getpeername()[0], HERE);
	});

	it("aborts a read of much, which leaves what came, and a sendall", () => {
		using pair = new Pair(HERE);
		pair.client.sendall("abc");
		assert.deepStrictEqual(poll([[pair.server, POLLIN]], GUARD * 1000), [[pair.server, POLLIN]]);
		setAddress(0);
		fails("ECONNABORTED", () => pair.server.readexactly(10));
		assert.strictEqual(text(pair.server.readline()), "abc");
		fails("ECONNABORTED", () => pair.client.sendall(pattern(LARGE)));
	});

	it("ends the calls that are blocked", () => {
		const calls: [string, (pair: Pair) => unknown][] = [
			[
				"connect",
				() => {
					using client = new Socket();
					client.connect([NOBODY, 80]);
				},
			],
			["recv", (pair) => pair.server.recv(1)],
			["recv_into", (pair) => pair.server.recv_into(new Uint8Array(1))],
			["read", (pair) => pair.server.read()],
			["readexactly", (pair) => pair.server.readexactly(4)],
			["readline", (pair) => pair.server.readline()],
			["sendall", (pair) => pair.client.sendall(pattern(LARGE))],
		];
		for (const [, call] of calls) {
			setAddress(1);
			using pair = new Pair(HERE);
			loseAddressSoon();
			fails("ECONNABORTED", () => call(pair));
		}
	});

	it("aborts a connect that goes on", () => {
		using client = new Socket();
		client.setblocking(false);
		fails("EINPROGRESS", () => client.connect([NOBODY, 80]));
		setAddress(0);
		fails("ECONNABORTED", () => client.recv(1));
		assert.strictEqual(client.getsockopt(SOL_SOCKET, SO_ERROR), 0);
	});

	it("is not available to those that were bound to it, until it is back", () => {
		using bound = new Socket();
		bound.bind([HERE, 0]);
		using other = new Socket();
		setAddress(0);
		fails("EADDRNOTAVAIL", () => bound.connect([HERE, 80]));
		fails("EADDRNOTAVAIL", () => bound.listen());
		fails("EADDRNOTAVAIL", () => other.bind([HERE, 0]));
		fails("ENOTCONN", () => bound.recv(1));
		setAddress(1);
		bound.listen();
		other.connect(bound.getsockname());
		bound.accept()[0].close();
	});

	it("takes those that listen there along when the board gets another", () => {
		using server = listener([HERE, 0]);
		const [, port] = server.getsockname();
		setAddress(2);
		assert.deepStrictEqual(server.getsockname(), ["10.9.9.2", port]);
		using client = new Socket();
		client.connect(["10.9.9.2", port]);
		server.accept()[0].close();
	});
});
