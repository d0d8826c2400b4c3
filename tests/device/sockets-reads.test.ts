// SPDX-License-Identifier: MIT
// Sockets on a board: the reads that want more than one piece, their flags, and what becomes of them when they end early.
import assert from "assert";
import {
	EOFError,
	IPPROTO_TCP,
	MSG_DONTWAIT,
	MSG_PEEK,
	MSG_WAITALL,
	OSError,
	POLLERR,
	POLLHUP,
	POLLIN,
	POLLNVAL,
	POLLOUT,
	poll,
	SHUT_RD,
	SHUT_RDWR,
	SHUT_WR,
	Socket,
	TCP_NODELAY,
} from "sockets";
import { Pair as Ends, fails, text } from "./support/sockets.js";

/** More than the window and the send buffer together. */
const LARGE = 20000;

/** Two ends that send small pieces at once. */
class Pair extends Ends {
	constructor() {
		super();
		// Else each piece waits for the acknowledgement of the one before.
		this.client.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
	}

	/**
	 * Sends more than fits on the way while `read`, which must not wait, takes it in: both ends are in this one program.
	 * What `read` throws when it runs out of time is caught.
	 */
	transfer(data: Uint8Array, read: () => void): void {
		for (let sent = 0; sent < data.length; ) {
			try {
				sent += this.client.send(data.subarray(sent), MSG_DONTWAIT);
			} catch (error) {
				if (!(error instanceof OSError && error.code === "EAGAIN")) throw error;
			}
			try {
				read();
			} catch (error) {
				if (!(error instanceof OSError && error.code === "EAGAIN")) throw error;
			}
		}
	}
}

function large(): Uint8Array {
	const data = new Uint8Array(LARGE);
	for (let i = 0; i < LARGE; i++) data[i] = 0x61 + ((i * 7 + (i >> 8)) % 26);
	return data;
}

describe("recv flags", () => {
	it("MSG_PEEK leaves the bytes for the next read", () => {
		using pair = new Pair();
		pair.client.sendall("peek");
		assert.strictEqual(text(pair.server.recv(2, MSG_PEEK)), "pe");
		assert.strictEqual(text(pair.server.recv(10, MSG_PEEK)), "peek");
		const buffer = new Uint8Array(3);
		assert.strictEqual(pair.server.recv_into(buffer, 3, MSG_PEEK), 3);
		assert.strictEqual(text(pair.server.recv(10)), "peek");
		fails("EAGAIN", () => pair.server.recv(1, MSG_PEEK | MSG_DONTWAIT));
	});

	it("MSG_DONTWAIT does not wait, whatever the timeout", () => {
		using pair = new Pair();
		pair.server.settimeout(null);
		fails("EAGAIN", () => pair.server.recv(1, MSG_DONTWAIT));
		fails("EAGAIN", () => pair.server.recv_into(new Uint8Array(1), 1, MSG_DONTWAIT));
		pair.client.settimeout(null);
		fails("EAGAIN", () => pair.client.sendall(large(), MSG_DONTWAIT));
	});

	it("MSG_WAITALL waits for all, and gives what came when it ends early", () => {
		using pair = new Pair();
		pair.client.sendall("ab");
		pair.client.sendall("cd");
		assert.strictEqual(text(pair.server.recv(4, MSG_WAITALL)), "abcd");
		pair.server.settimeout(0.02);
		fails("ETIMEDOUT", () => pair.server.recv(4, MSG_WAITALL));
		pair.client.sendall("ef");
		assert.strictEqual(text(pair.server.recv(4, MSG_WAITALL)), "ef");
		pair.client.sendall("gh");
		pair.client.close();
		assert.strictEqual(text(pair.server.recv(4, MSG_WAITALL)), "gh");
		assert.strictEqual(pair.server.recv(4, MSG_WAITALL).length, 0);
	});

	it("MSG_WAITALL takes more than the window", () => {
		using pair = new Pair();
		const data = large();
		const buffer = new Uint8Array(LARGE);
		let received = 0;
		const read = () => {
			received += pair.server.recv_into(buffer.subarray(received), undefined, MSG_WAITALL | MSG_DONTWAIT);
		};
		pair.transfer(data, read);
		if (received < LARGE) received += pair.server.recv_into(buffer.subarray(received), undefined, MSG_WAITALL);
		assert.strictEqual(received, LARGE);
		assert.deepStrictEqual(buffer, data);
	});

	it("that it does not have are EOPNOTSUPP", () => {
		using pair = new Pair();
		fails("EOPNOTSUPP", () => pair.server.recv(1, 1));
		fails("EOPNOTSUPP", () => pair.server.recv_into(new Uint8Array(1), 1, 0x4000));
		fails("EOPNOTSUPP", () => pair.server.send("x", MSG_PEEK));
		fails("EOPNOTSUPP", () => pair.server.sendall("x", MSG_WAITALL));
		assert.throws(() => pair.server.recv(1, "2" as unknown as number), TypeError);
	});
});

describe("recv_into", () => {
	it("fills every kind of buffer, and says how far", () => {
		using pair = new Pair();
		const buffers: [string, ArrayBufferView | ArrayBuffer, number[]][] = [
			["Uint8Array", new Uint8Array(6), [1, 2, 3, 4, 0, 0]],
			["part of one", new Uint8Array(6).subarray(1, 4), [1, 2, 3]],
			["ArrayBuffer", new ArrayBuffer(5), [1, 2, 3, 4, 0]],
			["DataView", new DataView(new ArrayBuffer(6), 2), [1, 2, 3, 4]],
			["Uint16Array", new Uint16Array(3), [1, 2, 3, 4, 0, 0]],
			["part of a Uint32Array", new Uint32Array(3).subarray(1, 2), [1, 2, 3, 4]],
		];
		for (const [name, buffer, expected] of buffers) {
			pair.client.sendall(Uint8Array.of(1, 2, 3, 4));
			const size = Math.min(4, buffer.byteLength);
			assert.strictEqual(pair.server.recv_into(buffer), size, name);
			const bytes =
				buffer instanceof ArrayBuffer
					? new Uint8Array(buffer)
					: new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
			assert.deepStrictEqual([...bytes], expected, name);
			if (size < 4) assert.strictEqual(pair.server.recv(4).length, 4 - size, name);
		}
	});

	it("takes at most as much as is asked for", () => {
		using pair = new Pair();
		pair.client.sendall("hello");
		const buffer = new Uint8Array(10);
		assert.strictEqual(pair.server.recv_into(buffer, 2), 2);
		assert.strictEqual(text(buffer), "he\0\0\0\0\0\0\0\0");
		assert.strictEqual(pair.server.recv_into(buffer, 0), 0);
		assert.throws(() => pair.server.recv_into(buffer, 11), RangeError);
		assert.throws(() => pair.server.recv_into(buffer, -1), RangeError);
		for (const wrong of [undefined, null, "text", 5, {}, [1, 2], pair.client]) {
			assert.throws(() => pair.server.recv_into(wrong as unknown as ArrayBuffer), Error);
		}
		assert.throws(() => pair.server.recv_into("text" as unknown as ArrayBuffer), TypeError);
		assert.strictEqual(pair.server.recv_into(buffer), 3);
		pair.client.close();
		assert.strictEqual(pair.server.recv_into(buffer), 0);
	});
});

describe("readexactly, read and readline", () => {
	it("give exactly so many bytes, however they came", () => {
		using pair = new Pair();
		for (const piece of ["ab", "cde", "f"]) pair.client.sendall(piece);
		assert.strictEqual(text(pair.server.readexactly(4)), "abcd");
		assert.strictEqual(text(pair.server.read(2)), "ef");
		assert.strictEqual(pair.server.readexactly(0).length, 0);
		assert.strictEqual(pair.server.read(0).length, 0);
	});

	it("take more than the window", () => {
		const data = large();
		for (const method of ["readexactly", "read"] as const) {
			using pair = new Pair();
			pair.server.settimeout(0);
			let result: Uint8Array | undefined;
			pair.transfer(data, () => {
				result = pair.server[method](LARGE);
			});
			pair.server.settimeout(5);
			assert.deepStrictEqual(result ?? pair.server[method](LARGE), data, method);
		}
	});

	it("take a line that is larger than the window", () => {
		using pair = new Pair();
		const line = large();
		line[LARGE - 1] = 0x0a;
		pair.server.settimeout(0);
		let result: Uint8Array | undefined;
		pair.transfer(line, () => {
			result = pair.server.readline();
		});
		pair.server.settimeout(5);
		assert.deepStrictEqual(result ?? pair.server.readline(), line);
	});

	it("read everything up to the end of the stream", () => {
		using pair = new Pair();
		const data = large();
		pair.server.settimeout(0);
		pair.transfer(data, () => pair.server.read());
		pair.client.close();
		pair.server.settimeout(5);
		assert.deepStrictEqual(pair.server.read(), data);
		assert.strictEqual(pair.server.read().length, 0);
	});

	it("take nothing away when they run out of time", () => {
		using pair = new Pair();
		pair.client.sendall("half a l");
		pair.server.settimeout(0.02);
		fails("ETIMEDOUT", () => pair.server.readexactly(100));
		fails("ETIMEDOUT", () => pair.server.readline());
		fails("ETIMEDOUT", () => pair.server.read(100));
		fails("ETIMEDOUT", () => pair.server.read());
		assert.deepStrictEqual(poll([[pair.server, POLLIN]], 0), [[pair.server, POLLIN]]);
		assert.strictEqual(text(pair.server.recv(4, MSG_PEEK)), "half");
		pair.client.sendall("ine\nnext");
		pair.server.settimeout(5);
		assert.strictEqual(text(pair.server.readline()), "half a line\n");
		assert.strictEqual(text(pair.server.readexactly(2)), "ne");
		assert.strictEqual(text(pair.server.recv(10)), "xt");
	});

	it("say at the end of the stream how much there was", () => {
		using pair = new Pair();
		pair.client.sendall("one\ntwo");
		pair.client.close();
		assert.strictEqual(text(pair.server.readline()), "one\n");
		assert.throws(
			() => pair.server.readexactly(10),
			(error: unknown) => {
				assert.ok(error instanceof EOFError);
				assert.strictEqual(error.name, "EOFError");
				assert.strictEqual(text(error.partial), "two");
				return true;
			},
		);
		assert.throws(() => pair.server.readexactly(1), EOFError);
		assert.strictEqual(pair.server.readline().length, 0);
	});

	it("give what is left without a newline as the last line", () => {
		using pair = new Pair();
		pair.client.sendall("\n\nlast");
		pair.client.close();
		const lines: string[] = [];
		for (let line = pair.server.readline(); line.length > 0; line = pair.server.readline()) lines.push(text(line));
		assert.deepStrictEqual(lines, ["\n", "\n", "last"]);
	});

	it("fail with a reset, and leave what came before it", () => {
		for (const method of ["readexactly", "read"] as const) {
			using pair = new Pair();
			pair.client.sendall("abc");
			pair.server.sendall("unread");
			assert.strictEqual(pair.client.recv(1).length, 1);
			pair.client.close();
			fails("ECONNRESET", () => pair.server[method](10));
			assert.strictEqual(text(pair.server.recv(10)), "abc");
			assert.strictEqual(pair.server.recv(10).length, 0);
		}
	});

	it("refuse what is no size", () => {
		using pair = new Pair();
		for (const wrong of [-1, 1.5, NaN, 2 ** 40]) {
			assert.throws(() => pair.server.readexactly(wrong), RangeError);
			assert.throws(() => pair.server.read(wrong), RangeError);
		}
		for (const wrong of ["1", null, {}]) {
			assert.throws(() => pair.server.readexactly(wrong as unknown as number), TypeError);
			assert.throws(() => pair.server.read(wrong as unknown as number), TypeError);
		}
	});
});

describe("shutdown", () => {
	it("of writing ends the stream for the peer, while reading goes on", () => {
		using pair = new Pair();
		pair.client.sendall("question");
		pair.client.shutdown(SHUT_WR);
		fails("EPIPE", () => pair.client.send("x"));
		fails("EPIPE", () => pair.client.sendall("x"));
		assert.strictEqual(text(pair.server.read()), "question");
		pair.server.sendall("answer");
		pair.server.close();
		assert.strictEqual(text(pair.client.read()), "answer");
	});

	it("of reading is the end of the stream at once", () => {
		using pair = new Pair();
		pair.client.sendall("never read");
		assert.deepStrictEqual(poll([[pair.server, POLLIN]], 5000), [[pair.server, POLLIN]]);
		pair.server.shutdown(SHUT_RD);
		assert.strictEqual(pair.server.recv(10).length, 0);
		pair.server.sendall("still writing");
		assert.strictEqual(text(pair.client.recv(100)), "still writing");
	});

	it("of both ends both", () => {
		using pair = new Pair();
		pair.client.shutdown(SHUT_RDWR);
		assert.strictEqual(pair.client.recv(1).length, 0);
		fails("EPIPE", () => pair.client.send("x"));
		assert.strictEqual(pair.server.recv(1).length, 0);
	});

	it("refuses a socket that never connected, and what is no direction", () => {
		using pair = new Pair();
		using socket = new Socket();
		fails("ENOTCONN", () => socket.shutdown(SHUT_WR));
		assert.throws(() => pair.client.shutdown(3), RangeError);
		assert.throws(() => pair.client.shutdown("w" as unknown as number), TypeError);
	});
});

describe("poll", () => {
	it("tells who has something to read and who has room to write", () => {
		using pair = new Pair();
		assert.deepStrictEqual(poll([[pair.server, POLLIN]], 0), []);
		assert.deepStrictEqual(poll([[pair.server, POLLIN | POLLOUT]], 0), [[pair.server, POLLOUT]]);
		pair.client.sendall("x");
		const found = poll(
			[
				[pair.client, POLLIN],
				[pair.server, POLLIN],
			],
			5000,
		);
		assert.deepStrictEqual(found, [[pair.server, POLLIN]]);
	});

	it("waits for a fraction of a millisecond, rounded up", () => {
		using pair = new Pair();
		const start = Date.now();
		for (let i = 0; i < 20; i++) assert.deepStrictEqual(poll([[pair.server, POLLIN]], 0.5), []);
		assert.ok(Date.now() - start >= 10, `${Date.now() - start} ms`);
	});

	it("does not call a full socket writable", () => {
		using pair = new Pair();
		fails("EAGAIN", () => pair.client.sendall(large(), MSG_DONTWAIT));
		assert.deepStrictEqual(poll([[pair.client, POLLOUT]], 0), []);
		while (poll([[pair.client, POLLOUT]], 0).length === 0) pair.server.recv(10000);
	});

	it("waits for a client, and for a connect that goes on", () => {
		using server = new Socket();
		server.bind(["127.0.0.1", 0]);
		server.listen(1);
		assert.deepStrictEqual(poll([[server, POLLIN]], 1), []);
		using client = new Socket();
		client.setblocking(false);
		fails("EINPROGRESS", () => client.connect(server.getsockname()));
		assert.deepStrictEqual(poll([[client, POLLOUT]], 5000), [[client, POLLOUT]]);
		assert.deepStrictEqual(poll([[server, POLLIN]], 5000), [[server, POLLIN]]);
		fails("EISCONN", () => client.connect(server.getsockname()));
	});

	it("tells failures and closed sockets without being asked", () => {
		using client = new Socket();
		client.setblocking(false);
		fails("EINPROGRESS", () => client.connect(["127.0.0.1", 1]));
		const [[, events]] = poll([[client, 0]], 5000) as [[Socket, number]];
		assert.strictEqual(events & POLLERR, POLLERR);
		using pair = new Pair();
		pair.client.shutdown(SHUT_WR);
		pair.server.shutdown(SHUT_WR);
		while (pair.server.recv(1).length > 0);
		assert.deepStrictEqual(poll([[pair.server, 0]], 5000), [[pair.server, POLLHUP]]);
		pair.client.close();
		assert.deepStrictEqual(poll([[pair.client, POLLIN]], 0), [[pair.client, POLLNVAL]]);
	});

	it("refuses what is no list of sockets and events", () => {
		assert.throws(() => poll([["socket", POLLIN]] as unknown as []), TypeError);
		using socket = new Socket();
		assert.throws(() => poll([[socket, "in"]] as unknown as [], 0), TypeError);
		assert.throws(() => poll([[socket, POLLIN]], "1" as unknown as number), TypeError);
		assert.throws(() => poll([[socket, POLLIN]], 2 ** 40), RangeError);
	});
});
