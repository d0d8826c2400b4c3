// SPDX-License-Identifier: MIT
// The ways in which each call can fail, as far as the tests of the calls do not show them already. docs/errors.md has the
// table of all.
import assert from "assert";
import {
	type Address,
	AF_INET,
	create_connection,
	create_server,
	getaddrinfo,
	MSG_WAITALL,
	POLLIN,
	poll,
	SO_LINGER,
	SO_REUSEADDR,
	SOCK_STREAM,
	SOL_SOCKET,
	Socket,
} from "sockets";
import { settle, stats } from "sockets/stats";
import { start, stop } from "test/dns";
import { giveHeapBack, takeHeap } from "test/faults";
import { fails, GUARD, LARGE, listener, Pair, pattern, text } from "./support/sockets.js";

const HOST = "127.0.0.1";
/** A port where nobody listens. */
const CLOSED: Address = [HOST, 1];

/** The number of pcbs that a board has. */
const PCBS = 16;

/** Every call that reads. */
const reads: [string, (socket: Socket) => unknown][] = [
	["recv", (socket) => socket.recv(4)],
	["recv, MSG_WAITALL", (socket) => socket.recv(4, MSG_WAITALL)],
	["recv_into", (socket) => socket.recv_into(new Uint8Array(4))],
	["read", (socket) => socket.read(4)],
	["readexactly", (socket) => socket.readexactly(4)],
	["readline", (socket) => socket.readline()],
];

/** Every call that writes. */
const writes: [string, (socket: Socket) => unknown][] = [
	["send", (socket) => socket.send("x")],
	["send of nothing", (socket) => socket.send("")],
	["sendall", (socket) => socket.sendall("x")],
];

/** Runs a function with more sockets open, until the limit. */
function crowded(run: () => void): void {
	const sockets: Socket[] = [];
	try {
		fails("ENFILE", () => {
			for (;;) sockets.push(new Socket());
		});
		run();
	} finally {
		for (const socket of sockets) socket.close();
	}
}

describe("a closed socket", () => {
	it("is EBADF for every call, but for close and fileno", () => {
		const socket = new Socket();
		socket.close();
		for (const [, call] of [...reads, ...writes]) fails("EBADF", () => call(socket));
		fails("EBADF", () => socket.connect(CLOSED));
		fails("EBADF", () => socket.bind([HOST, 0]));
		fails("EBADF", () => socket.listen());
		fails("EBADF", () => socket.accept());
		fails("EBADF", () => socket.shutdown(2));
		fails("EBADF", () => socket.detach());
		assert.ok(socket.connect_ex(CLOSED) > 0);
		socket.close();
		assert.strictEqual(socket.fileno(), -1);
	});
});

describe("a socket in the wrong state", () => {
	it("that never connected, or listens, neither reads nor writes", () => {
		using fresh = new Socket();
		using server = listener();
		for (const socket of [fresh, server]) {
			for (const [, call] of [...reads, ...writes]) fails("ENOTCONN", () => call(socket));
			fails("ENOTCONN", () => socket.shutdown(1));
			fails("ENOTCONN", () => socket.getpeername());
		}
	});

	it("does not accept unless it listens, nor bind, listen or connect once it is connected", () => {
		using pair = new Pair();
		using fresh = new Socket();
		fails("EINVAL", () => fresh.accept());
		fails("EINVAL", () => pair.client.accept());
		fails("EINVAL", () => pair.client.bind([HOST, 0]));
		fails("EINVAL", () => pair.client.listen());
		fails("EISCONN", () => pair.client.connect(CLOSED));
		fresh.bind([HOST, 0]);
		fails("EINVAL", () => fresh.bind([HOST, 0]));
	});

	it("that is connecting is EINPROGRESS, EALREADY, and at last EISCONN or the failure", () => {
		using server = listener([HOST, 0], 1);
		using waiting = new Socket();
		waiting.connect(server.getsockname());
		using client = new Socket();
		client.setblocking(false);
		fails("EINPROGRESS", () => client.connect(server.getsockname())); // the backlog is full: no answer yet
		fails("EALREADY", () => client.connect(server.getsockname()));
		fails("EAGAIN", () => client.recv(1));
		fails("EAGAIN", () => client.send("x"));
		fails("EISCONN", () => waiting.connect(server.getsockname()));
		server.close();
		client.settimeout(2 * GUARD);
		fails("ECONNREFUSED", () => client.recv(1)); // the failure of the connect that nobody waited for
		fails("ENOTCONN", () => client.recv(1));
	}).timeout(3 * GUARD * 1000);

	it("fails to send what it did not connect for", () => {
		using client = new Socket();
		client.setblocking(false);
		fails("EINPROGRESS", () => client.connect(CLOSED));
		client.settimeout(GUARD);
		fails("ECONNREFUSED", () => client.send("x"));
		fails("ENOTCONN", () => client.send("x"));
	});
});

describe("a connection that is reset", () => {
	it("is ECONNRESET once for whatever reads first, then the end of the stream", () => {
		for (const [name, call] of reads) {
			using pair = new Pair();
			pair.client.setsockopt(SOL_SOCKET, SO_LINGER, [true, 0]);
			pair.client.close();
			fails("ECONNRESET", () => call(pair.server));
			assert.strictEqual(pair.server.recv(1).length, 0, name);
		}
	});

	it("is ECONNRESET once for whatever writes first, then EPIPE", () => {
		for (const [name, call] of writes) {
			using pair = new Pair();
			pair.client.setsockopt(SOL_SOCKET, SO_LINGER, [true, 0]);
			pair.client.close();
			assert.strictEqual(poll([[pair.server, POLLIN]], GUARD * 1000).length, 1, name); // the reset has come
			fails("ECONNRESET", () => call(pair.server));
			fails("EPIPE", () => call(pair.server));
			assert.strictEqual(pair.server.recv(1).length, 0);
		}
	});
});

describe("a port in use", () => {
	it("cannot be listened at twice, not even with SO_REUSEADDR", () => {
		using first = new Socket();
		using second = new Socket();
		for (const socket of [first, second]) socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		first.bind([HOST, 0]);
		second.bind(first.getsockname()); // nobody listens yet
		first.listen();
		fails("EADDRINUSE", () => second.listen());
		using third = new Socket();
		third.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		fails("EADDRINUSE", () => third.bind(first.getsockname()));
	});

	it("that was lost to another after a refused connect is EADDRINUSE for the next", () => {
		using client = new Socket();
		client.bind([HOST, 0]);
		fails("ECONNREFUSED", () => client.connect(CLOSED));
		using server = listener(client.getsockname());
		fails("EADDRINUSE", () => client.connect(CLOSED));
		server.close();
		fails("ECONNREFUSED", () => client.connect(CLOSED));
	});
});

describe("too many sockets", () => {
	it("are ENFILE, and one that is closed makes room for another", () => {
		const open = stats().sockets;
		const sockets: Socket[] = [];
		try {
			fails("ENFILE", () => {
				for (;;) sockets.push(new Socket());
			});
			assert.ok(open + sockets.length <= PCBS && sockets.length > 0);
			sockets.pop()?.close();
			sockets.push(new Socket());
			fails("ENFILE", () => new Socket());
		} finally {
			for (const socket of sockets) socket.close();
		}
		using pair = new Pair(); // as before
		pair.client.sendall("x");
	});

	it("leave no room for the next attempt of a refused socket, until one is closed", () => {
		using client = new Socket();
		using bound = new Socket();
		bound.bind([HOST, 0]);
		for (const socket of [client, bound]) fails("ECONNREFUSED", () => socket.connect(CLOSED)); // they have no pcb now
		crowded(() => {
			fails("ENFILE", () => client.connect(CLOSED));
			fails("ENFILE", () => client.bind([HOST, 0]));
			fails("ENFILE", () => bound.listen());
		});
		fails("ECONNREFUSED", () => client.connect(CLOSED));
		bound.listen();
	});

	it("in TIME_WAIT do not count", () => {
		for (let i = 0; i < 2 * PCBS; i++) {
			using pair = new Pair();
			pair.server.close();
			assert.strictEqual(pair.client.recv(1).length, 0);
		}
		assert.ok(settle(GUARD * 1000));
		assert.ok(stats().time_wait > 0);
	});
});

describe("no memory", () => {
	afterEach(giveHeapBack);

	it("in the middle of a send makes it short, and loses nothing", () => {
		using pair = new Pair();
		const data = pattern(5000);
		takeHeap(1500);
		const first = pair.client.send(data);
		assert.ok(first > 0 && first < data.length, `${first} bytes`);
		giveHeapBack();
		pair.client.sendall(data.subarray(first));
		assert.deepStrictEqual(pair.server.readexactly(data.length), data);
	});

	it("at all is ENOBUFS for send, and the socket goes on when there is some", () => {
		using pair = new Pair();
		takeHeap(0);
		pair.client.settimeout(0);
		fails("ENOBUFS", () => pair.client.send("x"));
		fails("ENOBUFS", () => pair.client.sendall("x"));
		pair.client.settimeout(0.05);
		fails("ETIMEDOUT", () => pair.client.send("x"));
		giveHeapBack();
		pair.client.settimeout(GUARD);
		pair.client.sendall("hello");
		assert.strictEqual(text(pair.server.readexactly(5)), "hello");
	});

	it("is ENOBUFS for connect, which works when there is some", () => {
		using server = listener();
		using client = new Socket();
		takeHeap(0);
		fails("ENOBUFS", () => client.connect(server.getsockname()));
		giveHeapBack();
		client.connect(server.getsockname());
		server.accept()[0].close();
	});
});

describe("close with unsent data", () => {
	it("goes on sending it", () => {
		using pair = new Pair();
		const data = pattern(LARGE);
		pair.client.settimeout(0);
		let sent = 0;
		fails("EAGAIN", () => {
			for (;;) sent += pair.client.send(data.subarray(sent));
		});
		pair.client.close();
		assert.ok(sent > 0);
		assert.deepStrictEqual(pair.server.readexactly(sent), data.subarray(0, sent));
		assert.strictEqual(pair.server.recv(1).length, 0);
	});

	it("gives up after the time of SO_LINGER when nobody reads, with a reset", () => {
		using pair = new Pair();
		pair.client.settimeout(0);
		fails("EAGAIN", () => {
			for (;;) pair.client.send(pattern(1000));
		});
		pair.client.setsockopt(SOL_SOCKET, SO_LINGER, [true, 1]);
		pair.client.close();
		assert.strictEqual(stats().closing, 1);
		assert.ok(settle(GUARD * 1000));
		assert.strictEqual(stats().closing, 0);
		let bytes = 0;
		fails("ECONNRESET", () => {
			for (;;) bytes += pair.server.recv(10000).length; // what had come, first
		});
		assert.ok(bytes > 0);
		assert.strictEqual(pair.server.recv(1).length, 0);
	}).timeout(2 * GUARD * 1000);
});

describe("a full backlog", () => {
	it("lets a client run into its timeout, which can connect once there is room", () => {
		using server = listener([HOST, 0], 1);
		using first = new Socket();
		first.connect(server.getsockname());
		using second = new Socket();
		second.settimeout(0.05);
		fails("ETIMEDOUT", () => second.connect(server.getsockname()));
		server.accept()[0].close();
		second.settimeout(GUARD);
		second.connect(server.getsockname());
		using connection = server.accept()[0];
		assert.deepStrictEqual(connection.getpeername(), second.getsockname());
	});
});

describe("a name", () => {
	before(start);
	after(stop);

	it("that does not resolve is EAI_NONAME for every call that takes one", () => {
		using socket = new Socket();
		for (const name of ["nobody.test", "a b", "x.invalid"]) {
			fails("EAI_NONAME", () => socket.connect([name, 80]));
			fails("EAI_NONAME", () => socket.connect_ex([name, 80]));
			fails("EAI_NONAME", () => socket.bind([name, 0]));
			fails("EAI_NONAME", () => create_connection([name, 80]));
			fails("EAI_NONAME", () => create_server([name, 0]));
			fails("EAI_NONAME", () => getaddrinfo(name, 80));
		}
	});

	it("whose server does not answer is ETIMEDOUT after the socket's timeout", () => {
		using socket = new Socket();
		socket.settimeout(0.02);
		fails("ETIMEDOUT", () => socket.connect(["silent.test", 80]));
		fails("ETIMEDOUT", () => socket.bind(["silent.test", 0]));
		fails("ETIMEDOUT", () => create_connection(["silent.test", 80], { timeout: 0.02 }));
	});
});

describe("arguments out of their range", () => {
	it("are TypeErrors and RangeErrors, and change nothing", () => {
		using pair = new Pair();
		using fresh = new Socket();
		const wrong: [typeof TypeError | typeof RangeError, (value: never) => unknown, unknown[]][] = [
			[TypeError, (value) => new Socket(value), ["AF_INET", {}]],
			[TypeError, (value) => new Socket(AF_INET, value), ["SOCK_STREAM", {}]],
			[TypeError, (value) => new Socket(AF_INET, SOCK_STREAM, { fileno: value }), ["3", {}]],
			[TypeError, (value) => fresh.connect(value), [undefined, HOST, 80, [HOST], [HOST, "80"], [80, HOST]]],
			[RangeError, (value) => fresh.connect([HOST, value]), [-1, 65536, 1.5, NaN]],
			[TypeError, (value) => fresh.connect_ex(value), [undefined, HOST, [HOST]]],
			[RangeError, (value) => fresh.bind([HOST, value]), [-1, 65536, 1.5, NaN]],
			[TypeError, (value) => fresh.bind(value), [undefined, HOST, [HOST], [null, 1]]],
			[TypeError, (value) => fresh.listen(value), ["1", {}]],
			[RangeError, (value) => fresh.listen(value), [1.5, NaN, 2 ** 40]],
			[TypeError, (value) => fresh.settimeout(value), ["1", undefined, {}]],
			[RangeError, (value) => fresh.settimeout(value), [-1, NaN, Infinity]],
			[TypeError, (value) => fresh.shutdown(value), ["both", undefined]],
			[RangeError, (value) => fresh.shutdown(value), [-1, 3]],
			[TypeError, (value) => fresh.getsockopt(SOL_SOCKET, value), ["SO_LINGER", {}]],
			[TypeError, (value) => pair.client.send(value), [undefined, null, 1, {}, [1]]],
			[TypeError, (value) => pair.client.sendall(value), [undefined, null, 1, {}, [1]]],
			[TypeError, (value) => pair.server.recv(value), [undefined, null, "1"]],
			[RangeError, (value) => pair.server.recv(value), [-1, 1.5, NaN, 2 ** 40]],
			[TypeError, (value) => pair.server.recv_into(value), [undefined, 4, "text", {}]],
			[RangeError, (value) => pair.server.recv_into(new Uint8Array(4), value), [-1, 5, 1.5]],
			[RangeError, (value) => pair.server.readexactly(value), [-1, 1.5, 2 ** 40]],
			[RangeError, (value) => pair.server.read(value), [-1, 1.5, 2 ** 40]],
		];
		for (const [type, call, values] of wrong) {
			for (const value of values) assert.throws(() => call(value as never), type, `${call}: ${value}`);
		}
		assert.deepStrictEqual(fresh.getsockname(), ["0.0.0.0", 0]);
		assert.strictEqual(fresh.gettimeout(), null);
		pair.client.sendall("good");
		assert.strictEqual(text(pair.server.recv(10)), "good");
	});

	it("that name no option, or a flag that a call does not have, are OSErrors", () => {
		using pair = new Pair();
		fails("ENOPROTOOPT", () => pair.client.setsockopt(SOL_SOCKET, 9999, 1));
		fails("ENOPROTOOPT", () => pair.client.getsockopt(9999, SO_REUSEADDR));
		fails("EOPNOTSUPP", () => pair.client.recv(1, 0x4000));
		fails("EOPNOTSUPP", () => pair.client.recv_into(new Uint8Array(1), 1, 0x4000));
		fails("EOPNOTSUPP", () => pair.client.send("x", 0x4000));
		fails("EOPNOTSUPP", () => pair.client.sendall("x", 0x4000));
	});
});
