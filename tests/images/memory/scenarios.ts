// SPDX-License-Identifier: MIT
// A call of each function of the API, with what it needs, and what must hold after it: whether it was done, or failed for
// memory and is then made again. See main.ts.
import {
	AF_INET,
	create_connection,
	create_server,
	getaddrinfo,
	inet_ntop,
	inet_pton,
	MSG_PEEK,
	MSG_WAITALL,
	POLLIN,
	POLLOUT,
	poll,
	SHUT_WR,
	SO_LINGER,
	SO_REUSEADDR,
	SOL_SOCKET,
	Socket,
} from "sockets";
import { AsyncSocket, open_connection, start_server } from "sockets/async";
import { list, stats } from "sockets/stats";

const HOST = "127.0.0.1";
const GUARD = 5;

type Closeable = { close(): unknown };

/** Sockets of one run: closed at its end. */
export class Run {
	readonly #closeables: Closeable[] = [];

	keep<T extends Closeable>(it: T): T {
		this.#closeables.push(it);
		return it;
	}

	listener(backlog = 2): Socket {
		const server = this.keep(new Socket());
		server.bind([HOST, 0]);
		server.listen(backlog);
		server.settimeout(GUARD);
		return server;
	}

	/** Two ends of a connection; the peer has sent a text. */
	pair(text = ""): [Socket, Socket] {
		const server = this.listener();
		const client = this.keep(new Socket());
		client.connect(server.getsockname());
		const peer = this.keep(server.accept()[0]);
		for (const end of [client, peer]) end.settimeout(GUARD);
		if (text) {
			peer.sendall(text);
			poll([[client, POLLIN]], GUARD * 1000);
		}
		return [client, peer];
	}

	/** The same, with an end that is awaited. */
	asyncPair(text = ""): [AsyncSocket, Socket] {
		const [client, peer] = this.pair(text);
		return [this.keep(new AsyncSocket(client)), peer];
	}

	close(): void {
		for (const it of this.#closeables) it.close();
	}
}

export function equal(actual: unknown, expected: unknown): void {
	if (actual !== expected) throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What has come so far and is not read, or comes within a moment. */
function arrived(socket: Socket, size: number): string {
	return text(socket.recv(size, MSG_WAITALL));
}

/** Names that were asked for: each is a new one. */
let names = 0;

export interface Scenario {
	name: string;
	/** Prepares, and gives the call, which is made again if it has failed, and what checks its result. */
	prepare(run: Run): [call: () => unknown, check: (result: never) => void];
	/** The code of the error that it ends with, if it does; that is its result then. */
	fails?: string;
	/** What has the operation settled that waits in a turn of the main loop; without it the operation is done at once. */
	settle?: (run: Run) => void;
}

function scenario(name: string, prepare: (run: Run) => [() => unknown, (result: never) => unknown]): Scenario {
	return { name, prepare } as Scenario;
}

const MESSAGE = "hello, world\n";

export const scenarios: Scenario[] = [
	scenario("new Socket", (run) => [() => new Socket(), (socket: Closeable) => run.keep(socket)]),
	scenario("new AsyncSocket", (run) => [() => new AsyncSocket(), (socket: Closeable) => run.keep(socket)]),
	scenario("new AsyncSocket of a Socket", (run) => {
		const [client, peer] = run.pair(MESSAGE);
		return [
			() => new AsyncSocket(client),
			(socket: Closeable) => {
				run.keep(socket);
				peer.sendall("!");
			},
		];
	}),
	scenario("connect", (run) => {
		const server = run.listener();
		const client = run.keep(new Socket());
		return [() => client.connect(server.getsockname()), () => run.keep(server.accept()[0])];
	}),
	scenario("connect, refused", (run) => {
		const client = run.keep(new Socket());
		return [() => client.connect_ex([HOST, 1]), (result: unknown) => equal((result as number) > 0, true)];
	}),
	scenario("bind, listen", (run) => {
		return [
			() => {
				const socket = run.keep(new Socket());
				socket.bind([HOST, 0]);
				socket.listen();
				return socket.getsockname();
			},
			(name: string[]) => equal(name[0], HOST),
		];
	}),
	scenario("accept", (run) => {
		const server = run.listener(1);
		const client = run.keep(new Socket());
		client.connect(server.getsockname());
		client.sendall(MESSAGE);
		return [
			() => server.accept(),
			([socket, address]: [Socket, unknown]) => {
				run.keep(socket);
				equal(arrived(socket, MESSAGE.length), MESSAGE);
				equal(`${address}`, `${client.getsockname()}`);
			},
		];
	}),
	scenario("send", (run) => {
		const [client, peer] = run.pair();
		return [
			() => client.send(MESSAGE),
			(count: number) => {
				equal(count, MESSAGE.length);
				equal(arrived(peer, MESSAGE.length), MESSAGE);
			},
		];
	}),
	scenario("sendall of a text with a NUL", (run) => {
		const [client, peer] = run.pair();
		return [() => client.sendall("a\0b"), () => equal(arrived(peer, 3), "a\0b")];
	}),
	scenario("recv", (run) => {
		const [client] = run.pair(MESSAGE);
		return [() => client.recv(100), (bytes: Uint8Array) => equal(text(bytes), MESSAGE)];
	}),
	scenario("recv, MSG_PEEK", (run) => {
		const [client] = run.pair(MESSAGE);
		return [() => client.recv(5, MSG_PEEK), () => equal(arrived(client, MESSAGE.length), MESSAGE)];
	}),
	scenario("recv_into", (run) => {
		const [client] = run.pair(MESSAGE);
		const buffer = new Uint8Array(5);
		return [() => client.recv_into(buffer), () => equal(text(buffer) + text(client.recv(100)), MESSAGE)];
	}),
	scenario("read", (run) => {
		const [client, peer] = run.pair(MESSAGE);
		peer.shutdown(SHUT_WR);
		return [() => client.read(), (bytes: Uint8Array) => equal(text(bytes), MESSAGE)];
	}),
	scenario("readexactly", (run) => {
		const [client] = run.pair(MESSAGE);
		return [() => client.readexactly(5), (bytes: Uint8Array) => equal(text(bytes) + text(client.recv(100)), MESSAGE)];
	}),
	scenario("readline", (run) => {
		const [client] = run.pair(MESSAGE);
		return [() => client.readline(), (bytes: Uint8Array) => equal(text(bytes), MESSAGE)];
	}),
	scenario("an error", (run) => {
		const [client] = run.pair();
		client.settimeout(0);
		return [
			() => {
				try {
					client.recv(1);
				} catch (error) {
					if ((error as { code?: string }).code !== "EAGAIN") throw error;
					return true;
				}
				return false;
			},
			(done: boolean) => equal(done, true),
		];
	}),
	scenario("options and names", (run) => {
		const [client] = run.pair();
		return [
			() => {
				client.setsockopt(SOL_SOCKET, SO_REUSEADDR, true);
				client.setsockopt(SOL_SOCKET, SO_LINGER, [1, 2]);
				client.settimeout(0.5);
				return [client.getsockopt(SOL_SOCKET, SO_LINGER), client.getpeername(), client.gettimeout(), client.fileno()];
			},
			(result: unknown) => equal(JSON.stringify((result as unknown[])[0]), "[1,2]"),
		];
	}),
	scenario("shutdown, detach, close", (run) => {
		const [client, peer] = run.pair();
		return [
			() => {
				if (client.fileno() >= 0) {
					client.shutdown(SHUT_WR);
					client.close();
				}
			},
			() => equal(peer.recv(1).length, 0),
		];
	}),
	scenario("poll", (run) => {
		const [client] = run.pair(MESSAGE);
		return [() => poll([[client, POLLIN | POLLOUT]], 1000), (ready: unknown[]) => equal(ready.length, 1)];
	}),
	scenario("create_connection", (run) => {
		const server = run.listener();
		return [
			() => create_connection(server.getsockname() as [string, number], { timeout: 5 }),
			(socket: Closeable) => run.keep(socket),
		];
	}),
	scenario("create_server", (run) => [() => create_server([HOST, 0]), (socket: Closeable) => run.keep(socket)]),
	scenario("getaddrinfo, inet_pton", () => [
		() => [getaddrinfo("localhost", 80), inet_ntop(AF_INET, inet_pton(AF_INET, HOST))],
		(result: unknown) => equal((result as unknown[])[1], HOST),
	]),
	scenario("stats, list", (run) => {
		run.pair();
		return [() => [stats(), list().length], (result: unknown) => equal((result as unknown[])[1], 3)];
	}),

	scenario("AsyncSocket.send", (run) => {
		const [client, peer] = run.asyncPair();
		return [
			() => client.send(MESSAGE),
			(count: number) => {
				equal(count, MESSAGE.length);
				equal(arrived(peer, MESSAGE.length), MESSAGE);
			},
		];
	}),
	scenario("AsyncSocket.send of bytes", (run) => {
		const [client, peer] = run.asyncPair();
		const bytes = new TextEncoder().encode(MESSAGE);
		return [
			() => client.send(bytes),
			(count: number) => {
				equal(count, MESSAGE.length);
				equal(arrived(peer, MESSAGE.length), MESSAGE);
				peer.settimeout(0);
				let more = false;
				try {
					more = peer.recv(1).length > 0;
				} catch {}
				equal(more, false);
			},
		];
	}),
	scenario("AsyncSocket.sendall", (run) => {
		const [client, peer] = run.asyncPair();
		return [() => client.sendall(MESSAGE), () => equal(arrived(peer, MESSAGE.length), MESSAGE)];
	}),
	scenario("AsyncSocket.recv", (run) => {
		const [client] = run.asyncPair(MESSAGE);
		return [() => client.recv(100), (bytes: Uint8Array) => equal(text(bytes), MESSAGE)];
	}),
	scenario("AsyncSocket.recv_into", (run) => {
		const [client] = run.asyncPair(MESSAGE);
		const buffer = new Uint8Array(5);
		return [() => client.recv_into(buffer), (count: number) => equal(text(buffer) + count, "hello5")];
	}),
	scenario("AsyncSocket.readexactly", (run) => {
		const [client] = run.asyncPair(MESSAGE);
		return [() => client.readexactly(5), (bytes: Uint8Array) => equal(text(bytes), "hello")];
	}),
	scenario("AsyncSocket.readline", (run) => {
		const [client] = run.asyncPair(MESSAGE);
		return [() => client.readline(), (bytes: Uint8Array) => equal(text(bytes), MESSAGE)];
	}),
	scenario("AsyncSocket.accept", (run) => {
		const server = run.keep(new AsyncSocket(run.listener(1)));
		const client = run.keep(new Socket());
		client.connect(server.getsockname());
		client.sendall(MESSAGE);
		return [
			() => server.accept(),
			([socket]: [AsyncSocket]) => {
				run.keep(socket);
				equal(socket.getpeername()[1], client.getsockname()[1]);
			},
		];
	}),
	scenario("AsyncSocket.connect", (run) => {
		const server = run.listener();
		let client: AsyncSocket;
		return [
			() => {
				client = run.keep(new AsyncSocket());
				return client.connect(server.getsockname());
			},
			() => equal(client.getpeername()[1], server.getsockname()[1]),
		];
	}),
	{
		name: "AsyncSocket.connect to a name",
		fails: "EAI_NONAME",
		prepare(run) {
			let client: AsyncSocket | undefined;
			return [
				() => {
					client?.close();
					client = run.keep(new AsyncSocket());
					return client.connect([`name${names++}.test`, 1]);
				},
				(code: string) => equal(code, "EAI_NONAME"),
			];
		},
	},
	scenario("open_connection", (run) => {
		const server = run.listener();
		return [() => open_connection(server.getsockname()), (socket: Closeable) => run.keep(socket)];
	}),
	scenario("start_server", (run) => [
		() => start_server(async () => {}, [HOST, 0]),
		(server: Closeable) => run.keep(server),
	]),
	scenario("AsyncSocket.close with what waits", (run) => {
		const [client, peer] = run.asyncPair();
		const waits = client.recv(1).catch((error) => error.code ?? error.name);
		return [
			() => client.close(),
			async () => {
				await waits;
				equal(peer.recv(1).length, 0);
			},
		];
	}),

	{
		name: "a recv that waits",
		prepare(run) {
			const [client, peer] = run.asyncPair();
			this.settle = () => peer.sendall(MESSAGE);
			return [() => client.recv(100), (bytes: Uint8Array) => equal(text(bytes), MESSAGE)];
		},
	},
	{
		name: "a recv_into that waits",
		prepare(run) {
			const [client, peer] = run.asyncPair();
			const buffer = new Uint8Array(MESSAGE.length);
			this.settle = () => peer.sendall(MESSAGE);
			return [() => client.recv_into(buffer), () => equal(text(buffer), MESSAGE)];
		},
	},
	{
		name: "a readline that waits, and a sendall",
		prepare(run) {
			const [client, peer] = run.asyncPair();
			this.settle = () => peer.sendall(MESSAGE);
			return [
				() => {
					client.sendall("!").catch(() => {});
					return client.readline();
				},
				(bytes: Uint8Array) => equal(text(bytes), MESSAGE),
			];
		},
	},
	{
		name: "an accept that waits",
		prepare(run) {
			const server = run.keep(new AsyncSocket(run.listener()));
			const client = run.keep(new Socket());
			let connected = false;
			this.settle = () => {
				if (!connected) client.connect(server.getsockname());
				connected = true;
			};
			return [() => server.accept(), ([socket]: [AsyncSocket]) => equal(run.keep(socket).getpeername()[0], HOST)];
		},
	},
	{
		name: "a read that times out",
		fails: "ETIMEDOUT",
		prepare(run) {
			const [client] = run.asyncPair();
			this.settle = () => {};
			return [() => client.recv(1, 0, { timeout: 0.01 }), (code: string) => equal(code, "ETIMEDOUT")];
		},
	},
] as Scenario[];
