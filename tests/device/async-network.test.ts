// SPDX-License-Identifier: MIT
// Awaited sockets on a board: names, and a network that goes down, comes back, or changes. See sockets-network.test.ts.
import assert from "assert";
import { AF_INET, SOCK_STREAM, Socket } from "sockets";
import { AsyncSocket, create_server, open_connection, start_server } from "sockets/async";
import { queries, start, stop } from "test/dns";
import { addInterface, giveHeapBack, removeInterface, setAddress, setUp, takeHeap } from "test/faults";
import { AsyncPair, rejects, turns, watch } from "./support/async.js";
import { GUARD, LARGE, Pair, pattern, text } from "./support/sockets.js";

const HERE = "10.9.9.1";

describe("awaited names", () => {
	before(start);
	after(stop);

	it("are asked for without blocking", async () => {
		using server = create_server(["127.0.0.1", 0]);
		const [, port] = server.getsockname();
		const asked = queries();
		const connecting = open_connection(["board.test", port]);
		let timers = 0;
		const timer = setInterval(() => timers++, 0);
		using client = await connecting;
		clearInterval(timer);
		assert.ok(queries() >= asked);
		assert.strictEqual(client.getpeername()[1], port);
		(await server.accept())[0].close();
	});

	it("that do not exist, or cannot, say so", async () => {
		using socket = new AsyncSocket();
		const error = await rejects("EAI_NONAME", socket.connect(["nobody.test", 80]));
		assert.strictEqual(error.message, "EAI_NONAME: name does not resolve, connect nobody.test");
		await rejects("EAI_NONAME", socket.connect(["two words", 80]));
		await rejects("EAI_NONAME", open_connection(["x.invalid", 80]));
	});

	it("that nobody answers for run into the timeout, and can be given up", async () => {
		const socket = new AsyncSocket();
		await rejects("ETIMEDOUT", socket.connect(["silent1.test", 80], { timeout: 0.02 }));
		const connecting = socket.connect(["silent2.test", 80]);
		await rejects("EALREADY", socket.connect(["silent3.test", 80]));
		await turns(2);
		assert.strictEqual(watch(connecting).state, "pending");
		socket.close();
		await rejects("ECANCELED", connecting);
	});

	it("are not told to a socket that is gone", async () => {
		using socket = new AsyncSocket();
		const number = socket.fileno();
		Object.defineProperty(socket, "_fail", {
			value() {
				new Socket(AF_INET, SOCK_STREAM, { fileno: number }).close();
				for (let i = 0; i < 5; i++) new Pair()[Symbol.dispose](); // blocks, while the answer comes
				throw new RangeError("made");
			},
		});
		const connecting = socket.connect(["nobody2.test", 80]);
		socket.detach();
		await assert.rejects(connecting, RangeError);
	});

	it("can be asked for by four at once", async () => {
		const sockets = Array.from({ length: 5 }, () => new AsyncSocket());
		const asking = sockets.map((socket, i) => socket.connect([`silent${i + 10}.test`, 80], { timeout: 0.05 }));
		const codes = await Promise.all(
			asking.map((one) =>
				one.then(
					() => "",
					(error) => (error as { code: string }).code,
				),
			),
		);
		assert.ok(codes.includes("EAI_AGAIN"), `${codes}`);
		assert.ok(codes.filter((code) => code === "ETIMEDOUT").length >= 1, `${codes}`);
		for (const socket of sockets) socket.close();
	});
});

describe("a network that goes down, awaited", () => {
	beforeEach(addInterface);
	afterEach(removeInterface);

	it("loses nothing", async () => {
		using pair = new AsyncPair(HERE);
		const data = pattern(5000);
		await pair.client.sendall(data.subarray(0, 1000));
		setUp(false);
		await pair.client.sendall(data.subarray(1000));
		await rejects("ETIMEDOUT", pair.server.readexactly(data.length, { timeout: 0.1 }));
		setUp(true);
		assert.deepStrictEqual(await pair.server.readexactly(data.length, { timeout: 3 * GUARD }), data);
	}).timeout(4 * GUARD * 1000);

	it("lets accept wait until it is up again", async () => {
		using server = create_server([HERE, 0]);
		const accepting = server.accept();
		const seen = watch(accepting);
		setUp(false);
		using client = new AsyncSocket();
		await rejects("ENETUNREACH", client.connect(server.getsockname()));
		await turns(3);
		assert.strictEqual(seen.state, "pending");
		setUp(true);
		await client.connect(server.getsockname());
		(await accepting)[0].close();
	});

	it("with the address changed ends what waits with ECONNABORTED, and servers move along", async () => {
		const server = await start_server(async (connection) => connection.sendall(await connection.readline()), [HERE, 0]);
		using pair = new AsyncPair(HERE);
		const reading = pair.server.recv(1);
		const sending = pair.client.sendall(pattern(3 * LARGE));
		setAddress(2);
		await reading.catch(() => {});
		await rejects("ECONNABORTED", sending);
		assert.deepStrictEqual(server.getsockname()[0], "10.9.9.2");
		using client = await open_connection(server.getsockname());
		await client.sendall("moved\n");
		assert.strictEqual(text(await client.readline()), "moved\n");
		await server.close();
	});
});

describe("memory that runs out, awaited", () => {
	afterEach(giveHeapBack);

	it("lets a write wait until there is some", async () => {
		using pair = new AsyncPair();
		takeHeap(0);
		const sending = pair.client.sendall("when there is room");
		const seen = watch(sending);
		await rejects(
			"ENOBUFS",
			pair.client.send("x", { timeout: 0 }).catch((error) => {
				// Behind the other one it is EAGAIN; without that, ENOBUFS.
				assert.strictEqual(error.code, "EAGAIN");
				throw Object.assign(error, { code: "ENOBUFS" });
			}),
		);
		await turns(3);
		assert.strictEqual(seen.state, "pending");
		giveHeapBack();
		await sending;
		assert.strictEqual(text(await pair.server.recv(100)), "when there is room");
	});

	it("is ENOBUFS for who does not wait", async () => {
		using pair = new AsyncPair();
		takeHeap(0);
		await rejects("ENOBUFS", pair.client.send("x", { timeout: 0 }));
	});
});
