// SPDX-License-Identifier: MIT
// Awaited sockets on a board: what they refuse, and that they never throw it.
import assert from "assert";
import { SHUT_WR, SO_REUSEADDR, SOL_SOCKET } from "sockets";
import { AsyncSocket, create_server } from "sockets/async";
import { AsyncPair, rejects } from "./support/async.js";
import { LARGE, pattern, text } from "./support/sockets.js";

const HOST = "127.0.0.1";

describe("an AsyncSocket", () => {
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
});
