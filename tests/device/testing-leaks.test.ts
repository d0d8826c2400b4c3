// SPDX-License-Identifier: MIT
// The leak check after each test: what is left behind is reported, once, and what is not left behind is not.

import assert from "assert";
import { memory } from "board";
import { AF_INET, SOCK_STREAM, Socket } from "sockets";
import { LeakError, watch } from "testing/leaks";
import { type Result, Runner } from "testing/runner";
import { collect } from "testing/suite";

const LOOPBACK = "127.0.0.1";

/** Runs tests of its own; gives what each result says. */
async function run(declare: () => void): Promise<string[]> {
	const results: Result[] = [];
	await new Runner({ report: (result) => results.push(result), watch }).run(collect(declare));
	return results.map(({ outcome, errors }) => [outcome, ...errors.map((error) => (error as Error).message)].join(": "));
}

function listener(): Socket {
	const server = new Socket(AF_INET, SOCK_STREAM);
	server.bind([LOOPBACK, 0]);
	server.listen(1);
	return server;
}

/** Both ends of a connection. */
function connection(): [Socket, Socket] {
	using server = listener();
	const client = new Socket(AF_INET, SOCK_STREAM);
	client.connect(server.getsockname());
	return [client, server.accept()[0]];
}

describe("leak check", () => {
	const left: Socket[] = [];
	afterEach(() => {
		for (const socket of left.splice(0)) socket.close();
		// Collects what a test here has let go.
		memory();
	});

	it("reports a socket that was never bound", async () => {
		const [result] = await run(() => it("leaks", () => void left.push(new Socket())));
		assert.match(result as string, /^fail: left 1 socket/);
	});

	it("reports a socket that nobody has any more", async () => {
		const results = await run(() => {
			it("leaks", () => void new Socket());
			// The garbage of the first test, were it still there when this one begins, would hide what this one leaves.
			it("leaks too", () => {
				left.push(listener());
				memory();
			});
		});
		for (const result of results) assert.match(result, /^fail: left 1 socket/);
	});

	it("reports a listener", async () => {
		const [result] = await run(() => it("leaks", () => void left.push(listener())));
		assert.match(result as string, /^fail: left 1 socket, 1 pcb\b.* \(.*1 listening/);
	});

	it("reports a connection, and the data in it", async () => {
		const [result] = await run(() =>
			it("leaks", () => {
				const [client, peer] = connection();
				left.push(client, peer);
				client.sendall("never read");
			}),
		);
		assert.match(result as string, /^fail: left 2 sockets, 2 pcbs, .*bytes of lwIP's heap behind \(.*2 active/);
	});

	it("blames only the test that left something", async () => {
		const results = await run(() => {
			it("leaks", () => void left.push(listener()));
			it("does not", () => {});
			describe("nor in a suite", () => it("does not", () => {}));
		});
		assert.deepStrictEqual(results.slice(1), ["pass", "pass"]);
	});

	it("does not take a suite's own socket for a test's, and knows when the suite leaves it", async () => {
		let server: Socket | undefined;
		const results = await run(() => {
			describe("tidy", () => {
				before(() => {
					server = listener();
				});
				after(() => server?.close());
				it("uses it", () => {
					using client = new Socket();
					client.connect((server as Socket).getsockname());
					(server as Socket).accept()[0].close();
				});
			});
			describe("untidy", () => {
				before(() => void left.push(listener()));
				it("one", () => {});
				it("two", () => {});
			});
		});
		assert.deepStrictEqual(results.slice(0, 2), ["pass", "pass"]);
		assert.match(results[2] as string, /^fail: suite "untidy": left 1 socket, 1 pcb/);
	});

	it("gives closed connections the time to end", async () => {
		const results = await run(() =>
			it("closes both ends", () => {
				const [client, peer] = connection();
				client.sendall(new Uint8Array(3000));
				client.close();
				peer.close();
			}),
		);
		assert.deepStrictEqual(results, ["pass"]);
	});

	it("is a LeakError with the code ERR_TEST_LEAK", () => {
		const check = watch("test");
		left.push(new Socket());
		assert.throws(check, { name: "LeakError", code: "ERR_TEST_LEAK" });
		assert.throws(() => {
			const again = watch("test");
			left.push(new Socket());
			again();
		}, LeakError);
	});
});
