// SPDX-License-Identifier: MIT
// The tutorial's programs (tests/images/tutorial) on a board, with Node as the machine at the other end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { close, noise, open, readAll, readExactly } from "./support/net.js";

/** This machine, as the board sees it. */
const HOST = "10.0.2.2";

describe("the tutorial's programs", function () {
	this.timeout(2 * GUARD);
	let launch: Launch;
	let server: Server | undefined;

	before(async function () {
		this.timeout(0);
		launch = await buildImage({ manifest: "tests/images/tutorial/manifest.json" });
	});

	afterEach(() => {
		server?.close();
		server = undefined;
	});

	/** Runs a client against a server that does as told; gives what the board prints. It ends with the status 0. */
	async function run(program: string, serve: (socket: Socket) => void): Promise<string[]> {
		server = createServer({ allowHalfOpen: true }, serve).listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		const board = new Board(launch, { words: [program, HOST, `${port}`] });
		assert.deepEqual(await board.end(), { status: 0, signal: null }, board.stderr.all.join("\n"));
		return board.stdout.all;
	}

	for (const program of ["client", "client with using", "client with an error inside"]) {
		it(`${program}: a request, a reply, and the end of the connection`, async () => {
			let request: Promise<Buffer> | undefined;
			const lines = await run(program, (socket) => {
				socket.write("hello\n");
				request = readAll(socket); // until the board has closed its side
				request.then(() => socket.end());
			});
			assert.equal(
				lines.join("|"),
				program === "client with an error inside" ? "Error: after hello|" : "reply: hello|",
			);
			assert.equal((await request)?.toString(), "hello\n");
		});
	}

	it("reading until done: everything, in pieces, until the server closes", async () => {
		const bytes = noise(50_000);
		const [line] = await run("reading until done", (socket) => socket.resume().end(bytes));
		const sum = bytes.reduce((sum, byte) => (sum * 31 + byte) % 65521, 0);
		assert.equal(line, `largest 1024 bytes 50000 sum ${sum}`);
	});

	it("sending until done: a send is short, and all arrives", async () => {
		let arrived: Promise<Buffer> | undefined;
		const [line] = await run("sending until done", (socket) => {
			arrived = readAll(socket);
			arrived.then(() => socket.end());
		});
		const [, first] = /^first (\d+) of 20000$/.exec(line ?? "") ?? [];
		assert.ok(Number(first) > 0 && Number(first) < 20_000, line);
		assert.ok(Buffer.from(Uint8Array.from({ length: 20_000 }, (_, i) => i * 7)).equals((await arrived) as Buffer));
	});

	it("server: serves one client at a time, the next one when the first has closed", async () => {
		const board = new Board(launch, { options: ["--forward", "0:9000"], words: ["server"] });
		const port = await board.port();
		await board.expect(/^listening on port 9000$/);
		const first = await open(port);
		first.write("hello\n");
		assert.equal((await readExactly(first, 6)).toString(), "hello\n");
		await board.expect(/^connection from [\d.]+,\d+$/);
		const second = await open(port);
		second.write("still waiting");
		first.write("mine\n");
		assert.equal((await readExactly(first, 5)).toString(), "mine\n");
		assert.equal(second.readableLength, 0);
		await close(first);
		await board.expect(/^connection from [\d.]+,\d+$/);
		assert.equal((await readExactly(second, 13)).toString(), "still waiting");
		second.end();
		assert.equal((await readAll(second)).length, 0);
		assert.deepEqual(await board.stop(), { status: 0, signal: null });
	});
});
