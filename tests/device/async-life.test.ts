// SPDX-License-Identifier: MIT
// Awaited sockets on a board: making, connecting, accepting, handing over, closing and collecting them.
import assert from "assert";
import { memory } from "board";
import {
	AF_INET,
	EOFError,
	MSG_DONTWAIT,
	OSError,
	SHUT_WR,
	SO_ACCEPTCONN,
	SO_ERROR,
	SO_LINGER,
	SO_REUSEADDR,
	SOCK_STREAM,
	SOL_SOCKET,
	Socket,
} from "sockets";
import { type Accepted, AsyncSocket, create_server, open_connection } from "sockets/async";
import { stats } from "sockets/stats";
import { AsyncPair, drain, rejects, turns, watch } from "./support/async.js";
import { GUARD, LARGE, Pair, pattern, text } from "./support/sockets.js";

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

	it("has the options, the names and the timeout of a socket", () => {
		using socket = new AsyncSocket(AF_INET, SOCK_STREAM);
		assert.deepStrictEqual(socket.getsockname(), ["0.0.0.0", 0]);
		socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		assert.strictEqual(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1);
		socket.setsockopt(SOL_SOCKET, SO_LINGER, [true, 3]);
		assert.deepStrictEqual(socket.getsockopt(SOL_SOCKET, SO_LINGER), [1, 3]);
		assert.strictEqual(socket.gettimeout(), null);
		socket.settimeout(1.5);
		assert.strictEqual(socket.gettimeout(), 1.5);
		socket.bind([HOST, 0]);
		socket.listen();
		assert.strictEqual(socket.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 1);
		assert.ok(socket.fileno() >= 3);
	});

	it("takes over a Socket, with what it has received, and gives it back", async () => {
		using pair = new Pair();
		pair.client.sendall("first second third");
		assert.strictEqual(text(pair.server.readexactly(6)), "first ");
		using taken = new AsyncSocket(pair.server);
		assert.strictEqual(pair.server.fileno(), -1);
		assert.throws(() => pair.server.recv(1), { code: "EBADF" });
		assert.strictEqual(text(await taken.readexactly(7)), "second ");
		using back = new Socket(AF_INET, SOCK_STREAM, { fileno: taken.detach() });
		assert.strictEqual(text(back.recv(100)), "third");
		await rejects("EBADF", taken.recv(1));
		assert.throws(() => new AsyncSocket(taken), { code: "EBADF" });
		assert.throws(() => new AsyncSocket({} as Socket), Error);
		assert.throws(() => new AsyncSocket(5), { code: "EAFNOSUPPORT" });
		using other = new AsyncSocket(AF_INET, SOCK_STREAM, { fileno: back.detach() });
		assert.deepStrictEqual(other.getpeername(), pair.client.getsockname());
	});

	it("does not connect where that failed, although another call has been told why", async () => {
		for (const tell of [
			async (socket: AsyncSocket) => rejects("ECONNREFUSED", socket.recv(1)),
			async (socket: AsyncSocket) => assert.ok(Number(socket.getsockopt(SOL_SOCKET, SO_ERROR)) > 0),
		]) {
			using server = create_server([HOST, 0]);
			const address = server.getsockname();
			server.close();
			using socket = new AsyncSocket();
			const connecting = socket.connect(address);
			new Pair()[Symbol.dispose](); // blocks, while the refusal comes
			await Promise.all([tell(socket), rejects("ECONNABORTED", connecting)]);
		}
	});

	it("settles what waits with ECANCELED when it is closed, detached, or handed over", async () => {
		const ends: [string, (socket: AsyncSocket) => void][] = [
			["close", (socket) => socket.close()],
			["using", (socket) => socket[Symbol.dispose]()],
			["detach", (socket) => new Socket(AF_INET, SOCK_STREAM, { fileno: socket.detach() }).close()],
			["another object", (socket) => new AsyncSocket(socket).close()],
		];
		for (const [name, end] of ends) {
			using pair = new AsyncPair();
			const large = pair.client.sendall(pattern(2 * LARGE));
			const behind = pair.client.send("x");
			const reading = pair.client.readexactly(5);
			await turns(2);
			end(pair.client);
			for (const promise of [large, behind, reading]) await rejects("ECANCELED", promise);
			await rejects("EBADF", pair.client.recv(1));
			assert.strictEqual(pair.client.fileno(), -1, name);
		}
		const server = create_server([HOST, 0]);
		const accepting = server.accept();
		server.close();
		await rejects("ECANCELED", accepting);
	});

	it("settles whatever waits with ECANCELED, each kind", async () => {
		const waiting: ((pair: AsyncPair) => Promise<unknown>)[] = [
			({ server }) => server.recv(1),
			({ server }) => server.recv_into(new Uint8Array(1)),
			({ server }) => server.read(),
			({ server }) => server.readexactly(1),
			({ server }) => server.readline(),
			({ server }) => server.sendall(pattern(2 * LARGE)),
			({ server }) => {
				server.sendall(pattern(2 * LARGE)).catch(() => {});
				return server.send("x");
			},
		];
		for (const wait of waiting) {
			using pair = new AsyncPair();
			const promise = wait(pair);
			await turns(2);
			pair.server.close();
			await rejects("ECANCELED", promise);
		}
		const server = create_server([HOST, 0]);
		const accepting = server.accept();
		server.close();
		await rejects("ECANCELED", accepting);
	});

	it("reads once at a time, whichever way", async () => {
		using pair = new AsyncPair();
		const first = pair.server.readline();
		await rejects("EALREADY", pair.server.recv(1));
		await rejects("EALREADY", pair.server.recv_into(new Uint8Array(1)));
		await rejects("EALREADY", pair.server.read());
		await rejects("EALREADY", pair.server.readexactly(1));
		await rejects("EALREADY", pair.server.readline());
		await pair.client.sendall("line\n");
		assert.strictEqual(text(await first), "line\n");
	});

	it("can be closed by who waits for it, in the turn in which that is settled", async () => {
		using pair = new AsyncPair();
		const first = pair.server.readline().then(() => pair.server.close());
		const second = pair.server.sendall(pattern(2 * LARGE));
		pair.client.sendall("line\n");
		await first;
		await rejects("ECANCELED", second);
	});

	it("is closed at the end of its block", async () => {
		const before = stats().sockets;
		{
			await using one = new AsyncSocket();
			using two = new AsyncSocket();
			assert.strictEqual(stats().sockets, before + 2);
			assert.notStrictEqual(one.fileno(), two.fileno());
		}
		assert.strictEqual(stats().sockets, before);
	});

	it("is closed when nobody has it any more and nothing waits", async () => {
		const before = stats().sockets;
		(() => {
			for (let i = 0; i < 10; i++) new AsyncSocket().bind([HOST, 0]);
		})();
		await turns();
		memory(); // collects garbage
		assert.strictEqual(stats().sockets, before);
	});

	it("stays alive without a reference while something waits, and is closed after that", async () => {
		using pair = new Pair();
		const said: string[] = [];
		(() => {
			new AsyncSocket(pair.server).readline().then((line) => said.push(text(line)));
		})();
		await turns(2);
		for (let i = 0; i < 3; i++) memory();
		pair.client.sendall("still there\n");
		await turns(3);
		assert.deepStrictEqual(said, ["still there\n"]);
		memory();
		assert.strictEqual(pair.client.recv(1).length, 0); // closed
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

	it("gives rejections, never exceptions, from whatever may wait", async () => {
		const closed = new AsyncSocket();
		closed.close();
		using open = new AsyncSocket();
		const wrong = undefined as never;
		const calls: [string, (socket: AsyncSocket) => Promise<unknown>][] = [
			["accept", (socket) => socket.accept(wrong)],
			["connect", (socket) => socket.connect(wrong)],
			["send", (socket) => socket.send(wrong)],
			["sendall", (socket) => socket.sendall(wrong)],
			["recv", (socket) => socket.recv(wrong)],
			["recv, negative", (socket) => socket.recv(-1)],
			["recv_into", (socket) => socket.recv_into(wrong)],
			["recv_into, too much", (socket) => socket.recv_into(new Uint8Array(1), 2)],
			["read", (socket) => socket.read(-1)],
			["readexactly", (socket) => socket.readexactly(wrong)],
			["readline", (socket) => socket.readline({ timeout: -1 })],
			["recv, flags", (socket) => socket.recv(1, 1)],
			["send, flags", (socket) => socket.send("x", 2)],
			["not a socket", () => AsyncSocket.prototype.recv.call({} as AsyncSocket, 1)],
		];
		for (const [name, call] of calls) {
			for (const socket of [closed, open]) {
				const promise = call(socket);
				assert.ok(promise instanceof Promise, name);
				await assert.rejects(promise, Error, name);
			}
		}
	});

	it("says ENOTCONN and EINVAL for what its state does not allow, EOPNOTSUPP for unknown flags", async () => {
		using socket = new AsyncSocket();
		await rejects("ENOTCONN", socket.recv(1));
		await rejects("ENOTCONN", socket.recv_into(new Uint8Array(1)));
		await rejects("ENOTCONN", socket.read());
		await rejects("ENOTCONN", socket.readexactly(1));
		await rejects("ENOTCONN", socket.readline());
		await rejects("ENOTCONN", socket.send("x"));
		await rejects("ENOTCONN", socket.sendall("x"));
		await rejects("EINVAL", socket.accept());
		await rejects("EOPNOTSUPP", socket.recv(1, 1));
		await rejects("EOPNOTSUPP", socket.recv_into(new Uint8Array(1), 1, 1));
		await rejects("EOPNOTSUPP", socket.send("x", 2));
		await rejects("EOPNOTSUPP", socket.sendall("x", 2));
		assert.throws(() => socket.getpeername(), { code: "ENOTCONN" });
		using server = create_server([HOST, 0]);
		await rejects("ENOTCONN", server.recv(1));
	});

	it("binds to addresses only: what would have to be asked for is refused", () => {
		using socket = new AsyncSocket();
		assert.throws(() => socket.bind(["camera.example", 0]), { code: "EAI_NONAME" });
		assert.throws(() => socket.bind(["8.8.8.8", 0]), { code: "EADDRNOTAVAIL" });
		socket.bind(["localhost", 0]);
		assert.strictEqual(socket.getsockname()[0], HOST);
		assert.throws(() => socket.bind([HOST, 0]), { code: "EINVAL" });
	});

	it("is EBADF for everything once it is closed", async () => {
		const socket = new AsyncSocket();
		socket.close();
		socket.close();
		await rejects("EBADF", socket.connect([HOST, 1]));
		await rejects("EBADF", socket.accept());
		await rejects("EBADF", socket.send("x"));
		await rejects("EBADF", socket.sendall("x"));
		await rejects("EBADF", socket.recv(1));
		await rejects("EBADF", socket.recv_into(new Uint8Array(1)));
		await rejects("EBADF", socket.read());
		await rejects("EBADF", socket.readexactly(1));
		await rejects("EBADF", socket.readline());
		for (const call of [
			() => socket.bind([HOST, 0]),
			() => socket.listen(),
			() => socket.shutdown(0),
			() => socket.detach(),
			() => socket.settimeout(1),
			() => socket.gettimeout(),
			() => socket.setblocking(true),
			() => socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1),
			() => socket.getsockopt(SOL_SOCKET, SO_REUSEADDR),
			() => socket.getsockname(),
			() => socket.getpeername(),
			() => socket[Symbol.asyncIterator](),
		]) {
			assert.throws(call, { code: "EBADF" });
		}
	});

	it("is EBADF when a getter of its arguments closes it", async () => {
		const closing = (socket: AsyncSocket) => ({
			get timeout() {
				socket.close();
				return 1;
			},
		});
		for (const call of [
			(socket: AsyncSocket) => socket.recv(1, closing(socket)),
			(socket: AsyncSocket) => socket.sendall("x", closing(socket)),
			(socket: AsyncSocket) => socket.accept(closing(socket)),
			(socket: AsyncSocket) => socket.connect([HOST, 1], closing(socket)),
		]) {
			await rejects("EBADF", call(new AsyncSocket()));
		}
		const socket = new AsyncSocket();
		const address = [HOST, 1];
		Object.defineProperty(address, 1, {
			get() {
				socket.close();
				return 1;
			},
		});
		await rejects("EBADF", socket.connect(address as [string, number]));
	});

	it("can be closed by what makes its errors", async () => {
		// Nobody should do this; but no program may make the board read freed memory.
		for (const wait of [
			async ({ client, server }: AsyncPair) => {
				setTimeout(() => client.shutdown(SHUT_WR), 0);
				return server.readexactly(5);
			},
			async ({ server }: AsyncPair) => server.recv(5, { timeout: 0.01 }),
		]) {
			using pair = new AsyncPair();
			const { server } = pair;
			const made = (name: string) => {
				const original = Reflect.get(server, name) as (...words: unknown[]) => void;
				Object.defineProperty(server, name, {
					value(...words: unknown[]) {
						server.close();
						original.apply(server, words);
					},
				});
			};
			made("_fail");
			made("_end");
			await Promise.all([assert.rejects(wait(pair), Error), assert.rejects(server.sendall(pattern(3 * LARGE)), Error)]);
			assert.strictEqual(server.fileno(), -1);
		}
	});

	it("mixes with blocking sockets on one board", async () => {
		using server = create_server([HOST, 0]);
		const accepting = server.accept();
		using client = new Socket();
		client.settimeout(GUARD);
		client.connect(server.getsockname());
		client.sendall("hello");
		const [connection] = await accepting;
		assert.strictEqual(text(await connection.recv(10)), "hello");
		await connection.sendall("there");
		assert.strictEqual(text(client.recv(10)), "there");
		assert.throws(() => client.recv(1, MSG_DONTWAIT), OSError);
		connection.close();
		assert.strictEqual(client.recv(1).length, 0);
	});

	it("has an end that both sides see, however it comes", async () => {
		using pair = new AsyncPair();
		await pair.client.sendall("bye");
		pair.client.close();
		assert.strictEqual(text(await drain(pair.server)), "bye");
		await assert.rejects(pair.server.readexactly(1), EOFError);
	});
});
