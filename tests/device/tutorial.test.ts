// SPDX-License-Identifier: MIT
// The programs of the tutorial on blocking TCP sockets, each as the tutorial writes it, in this API. Where a program needs
// somebody to talk to, that is tests/support/peer, which works while the program is blocked. tests/host/tutorial.test.ts
// has the client and the server with the other end outside of the board.
import assert from "assert";
import { AF_INET, MSG_PEEK, OSError, POLLOUT, poll, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, Socket } from "sockets";
import { settle, stats } from "sockets/stats";
import { addInterface, removeInterface } from "test/faults";
import { connect, ended, failed, listen, received, stop } from "test/peer";
import { fails, GUARD, LARGE, listener, Pair, pattern, text } from "./support/sockets.js";

const ECHO = 0;
const SINK = 1;
const SOURCE = 2;

const NOTHING = new ArrayBuffer(0);

/** What the programs print. */
let printed: string[] = [];
const print = (...words: unknown[]) => printed.push(words.join(" "));

beforeEach(() => {
	printed = [];
});
afterEach(stop);

describe("a TCP client", () => {
	it("opens a connection, sends a request, reads the reply, and closes", () => {
		const port = listen(ECHO, NOTHING);

		const s = new Socket(AF_INET, SOCK_STREAM);
		s.connect(["127.0.0.1", port]);
		s.send("hello\n");
		const reply = s.recv(1024);
		print("reply:", text(reply));
		s.close();

		assert.deepStrictEqual(printed, ["reply: hello\n"]);
		assert.ok(settle(GUARD * 1000));
		assert.strictEqual(ended(), 1);
	});

	it("is closed at the end of the block that has it", () => {
		const port = listen(ECHO, NOTHING);

		{
			using s = new Socket(AF_INET, SOCK_STREAM);
			s.connect(["127.0.0.1", port]);
			s.send("hello\n");
			print(text(s.recv(1024)));
		}

		assert.deepStrictEqual(printed, ["hello\n"]);
		assert.strictEqual(stats().sockets, 0);
		assert.ok(settle(GUARD * 1000));
		assert.strictEqual(ended(), 1);
	});

	it("is closed even if something raises in the block", () => {
		const port = listen(ECHO, NOTHING);
		let kept: Socket | undefined;

		assert.throws(() => {
			using s = new Socket(AF_INET, SOCK_STREAM);
			kept = s;
			s.connect(["127.0.0.1", port]);
			s.send("hello\n");
			throw new Error(`in the block, after ${text(s.recv(1024))}`);
		}, /in the block, after hello/);

		fails("EBADF", () => kept?.send("x"));
		assert.strictEqual(stats().sockets, 0);
		assert.ok(settle(GUARD * 1000));
		assert.strictEqual(ended(), 1);
	});
});

describe("reading until done", () => {
	it("a single recv returns up to the requested number of bytes", () => {
		const data = pattern(LARGE);
		using s = new Socket();
		s.connect(["127.0.0.1", listen(SOURCE, data.buffer)]);
		const chunk = s.recv(data.length);
		assert.ok(chunk.length > 0 && chunk.length < data.length, `${chunk.length} bytes`);
		assert.strictEqual(s.recv(10).length, 10);
		while (s.recv(1024).length > 0);
	});

	it("goes on until recv returns an empty array", () => {
		const data = pattern(LARGE);
		using s = new Socket();
		s.connect(["127.0.0.1", listen(SOURCE, data.buffer)]);

		const chunks: Uint8Array[] = [];
		while (true) {
			const chunk = s.recv(1024);
			if (chunk.length === 0) break; // empty: the other side has closed
			chunks.push(chunk);
		}
		const reply = join(chunks);

		assert.deepStrictEqual(reply, data);
		assert.ok(chunks.length > 1);
	});

	/** Python's b"".join. */
	function join(chunks: readonly Uint8Array[]): Uint8Array {
		const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
		let at = 0;
		for (const chunk of chunks) {
			whole.set(chunk, at);
			at += chunk.length;
		}
		return whole;
	}
});

describe("sending until done", () => {
	it("retries the rest of a send that was short", () => {
		const someBigBytes = pattern(LARGE);
		const s = new Socket();
		s.connect(["127.0.0.1", listen(SINK, NOTHING)]);
		const counts: number[] = [];

		let payload = someBigBytes;
		while (payload.length > 0) {
			const n = s.send(payload);
			payload = payload.subarray(n);
			counts.push(n);
		}

		s.close();
		assert.ok(counts.length > 1 && (counts[0] as number) < someBigBytes.length, `sends of ${counts}`);
		assert.ok(counts.every((n) => n > 0));
		assert.ok(settle(GUARD * 1000));
		assert.deepStrictEqual(new Uint8Array(received()), someBigBytes);
	});

	it("is what sendall does", () => {
		const someBigBytes = pattern(LARGE);
		const s = new Socket();
		s.connect(["127.0.0.1", listen(SINK, NOTHING)]);

		s.sendall(someBigBytes);

		s.close();
		assert.ok(settle(GUARD * 1000));
		assert.deepStrictEqual(new Uint8Array(received()), someBigBytes);
	});
});

/** Where the loop of a server ends, which goes on for ever on the page. */
class NoMoreClients extends Error {}

/** A socket that accepts as many clients, then ends the program. */
class ServerSocket extends Socket {
	clients = 0;

	override accept(): ReturnType<Socket["accept"]> {
		if (this.clients-- === 0) throw new NoMoreClients();
		return super.accept();
	}
}

describe("a TCP server", () => {
	it("accepts clients one by one and echoes until each has closed", () => {
		const hello = new TextEncoder().encode("hello\n").buffer as ArrayBuffer;
		const server = new ServerSocket(AF_INET, SOCK_STREAM);
		server.clients = 3;
		assert.throws(() => {
			server.bind(["0.0.0.0", 9000]);
			server.listen(1);
			print("listening on port 9000");
			connect(9000, hello, 3);

			while (true) {
				const [conn, addr] = server.accept();
				print("connection from", addr);
				while (true) {
					const data = conn.recv(1024);
					if (data.length === 0) break;
					conn.send(data); // echo back
				}
				conn.close();
			}
		}, NoMoreClients);
		server.close();
		assert.strictEqual(ended(), 3);
		assert.strictEqual(failed(), 0);
		assert.strictEqual(text(new Uint8Array(received())), "hello\nhello\nhello\n");
		assert.strictEqual(printed.length, 4);
		assert.strictEqual(printed[0], "listening on port 9000");
		for (const line of printed.slice(1)) assert.match(line, /^connection from 127\.0\.0\.1,\d+$/);
		assert.strictEqual(new Set(printed).size, 4); // each client has a port of its own
	});

	it("bound to 0.0.0.0 accepts on any interface, to one address on that alone", () => {
		addInterface();
		try {
			for (const host of ["127.0.0.1", "10.9.9.1"]) {
				using server = listener(["0.0.0.0", 0]);
				using client = new Socket();
				client.connect([host, server.getsockname()[1]]);
				const [conn] = server.accept();
				assert.strictEqual(conn.getsockname()[0], host);
				conn.close();
			}
			using server = listener(["127.0.0.1", 0]);
			using client = new Socket();
			fails("ECONNREFUSED", () => client.connect(["10.9.9.1", server.getsockname()[1]]));
		} finally {
			removeInterface();
		}
	});

	it("queues as many clients as its backlog says while it is busy; further ones get in later", () => {
		using server = listener(["127.0.0.1", 0], 1);
		using first = new Socket();
		first.connect(server.getsockname());
		using second = new Socket();
		second.setblocking(false);
		fails("EINPROGRESS", () => second.connect(server.getsockname()));
		assert.deepStrictEqual(poll([[second, POLLOUT]], 100), []); // not answered: it waits, and is not refused
		using conn = server.accept()[0];
		assert.deepStrictEqual(conn.getpeername(), first.getsockname());
		// It asks again by itself.
		assert.deepStrictEqual(poll([[second, POLLOUT]], 2 * GUARD * 1000), [[second, POLLOUT]]);
		using other = server.accept()[0];
		assert.deepStrictEqual(other.getpeername(), second.getsockname());
	}).timeout(3 * GUARD * 1000);

	it("reads the end of the stream when the client closes, and goes on listening", () => {
		using server = listener();
		for (let i = 0; i < 2; i++) {
			const client = new Socket();
			client.connect(server.getsockname());
			client.send("bye");
			client.close();
			using conn = server.accept()[0];
			assert.strictEqual(text(conn.recv(1024)), "bye");
			assert.strictEqual(conn.recv(1024).length, 0);
		}
	});
});

describe("the common pitfalls", () => {
	it("treating recv() as message-shaped: two sends arrive as one piece, or as two", () => {
		using pair = new Pair();
		pair.client.send("hi");
		pair.client.send("hi");
		pair.client.close();
		while (pair.server.recv(4, MSG_PEEK).length < 4); // both have come
		assert.strictEqual(text(pair.server.recv(4)), "hihi");

		using again = new Pair();
		again.client.send("hi");
		assert.strictEqual(text(again.server.recv(4)), "hi");
		again.client.send("hi");
		assert.strictEqual(text(again.server.recv(4)), "hi");

		// The framing that is the application's: a newline.
		again.client.send("hi\nh");
		again.client.send("i\n");
		assert.strictEqual(text(again.server.readline()), "hi\n");
		assert.strictEqual(text(again.server.readline()), "hi\n");
	});

	it("forgetting to retry on short sends: the rest is lost, with sendall it is not", () => {
		const payload = pattern(LARGE);
		for (const method of ["send", "sendall"] as const) {
			const s = new Socket();
			s.connect(["127.0.0.1", listen(SINK, NOTHING)]);
			s[method](payload); // the count is ignored
			s.close();
			assert.ok(settle(GUARD * 1000));
			const arrived = new Uint8Array(received());
			if (method === "sendall") assert.deepStrictEqual(arrived, payload);
			else assert.ok(arrived.length > 0 && arrived.length < payload.length, `${arrived.length} bytes arrived`);
		}
	});

	it("forgetting to close the accepted socket: closing the listening one does not", () => {
		const server = listener();
		using client = new Socket();
		client.connect(server.getsockname());
		const conn = server.accept()[0];
		server.close();
		assert.strictEqual(stats().sockets, 2);
		conn.send("still open");
		assert.strictEqual(text(client.recv(1024)), "still open");
		conn.close();
		assert.strictEqual(client.recv(1024).length, 0);
	});

	it("forgetting to close the accepted socket: blocks on both make it hard to get wrong", () => {
		assert.throws(() => {
			using server = new ServerSocket(AF_INET, SOCK_STREAM);
			server.clients = 2;
			server.bind(["0.0.0.0", 9000]);
			server.listen(1);
			connect(9000, pattern(10).buffer, 2);

			while (true) {
				using conn = server.accept()[0];
				conn.sendall(conn.recv(1024)); // ... talk on conn ...
			}
		}, NoMoreClients);
		assert.strictEqual(stats().sockets, 0);
		assert.ok(settle(GUARD * 1000));
		assert.strictEqual(ended(), 2);
	});

	it("re-binding to a port still in TIME_WAIT: fails, unless SO_REUSEADDR was set before", () => {
		// A server with one client, which it closes itself: so its own end of the connection is the one that waits.
		const serve = (server: Socket) => {
			server.bind(["0.0.0.0", 9001]);
			server.listen(1);
			const client = new Socket();
			client.connect(["127.0.0.1", 9001]);
			const conn = server.accept()[0];
			conn.close();
			assert.strictEqual(client.recv(1024).length, 0);
			client.close();
			server.close();
			assert.ok(settle(GUARD * 1000));
		};
		serve(new Socket(AF_INET, SOCK_STREAM));
		assert.ok(stats().time_wait > 0);

		let server = new Socket(AF_INET, SOCK_STREAM);
		assert.throws(
			() => server.bind(["0.0.0.0", 9001]),
			(error: unknown) => error instanceof OSError && /address already in use/.test(error.message),
		);
		server.close();

		server = new Socket(AF_INET, SOCK_STREAM);
		server.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		serve(server);
	});
});
