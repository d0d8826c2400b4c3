// SPDX-License-Identifier: MIT
// Awaited sockets on a board: making, handing over, closing and collecting them.
import assert from "assert";
import { memory } from "board";
import {
	AF_INET,
	EOFError,
	MSG_DONTWAIT,
	OSError,
	SO_ACCEPTCONN,
	SO_ERROR,
	SO_LINGER,
	SO_REUSEADDR,
	SOCK_STREAM,
	SOL_SOCKET,
	Socket,
} from "sockets";
import { AsyncSocket, create_server } from "sockets/async";
import { stats } from "sockets/stats";
import { AsyncPair, drain, rejects, turns } from "./support/async.js";
import { GUARD, LARGE, Pair, pattern, text } from "./support/sockets.js";

const HOST = "127.0.0.1";

describe("an AsyncSocket", () => {
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
