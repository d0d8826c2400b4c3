// SPDX-License-Identifier: MIT
// Raw mode, for programs on a board's serial line (docs/raw-mode.md), also on a bad line. The line is a pty or a Unix socket of
// an emulated board's.

import assert from "node:assert/strict";
import { once } from "node:events";
import { constants } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { boardNames } from "#tools/boards/boards.js";
import { type Line, openPort, startBoard } from "#tools/serial/line.js";
import { RawClient } from "#tools/serial/raw-client.js";
import type { Board } from "./support/board.js";
import { close, open, readExactly } from "./support/net.js";
import { gather, SerialBoards } from "./support/serial.js";
import { cpuTicks, firmwareOf } from "./support/usage.js";

for (const name of boardNames) {
	describe(`programs on the serial line of ${name}`, function () {
		this.timeout(60_000);
		this.slow(5000);
		const boards = new SerialBoards(name);

		describe("raw mode", () => {
			let line: Line | undefined;
			let client: RawClient;

			/** A client on a line of its own to a board. */
			async function connected(): Promise<RawClient> {
				line = await startBoard(boards.image, ["--no-forward", "--", "quiet"]);
				client = new RawClient(line);
				await client.connect();
				return client;
			}

			afterEach(async () => {
				await line?.close();
				line = undefined;
			});

			it("greets, and keeps output, value and error apart", async () => {
				await connected();
				assert.equal(client.hello.board, name);
				assert.equal(client.hello.version, "test");
				await client.evaluate("console.log('printed'); ({ a: 1 })");
				assert.deepEqual(await gather(client), { output: "printed\n", value: "{ a: 1 }", error: "", status: 0 });
				await client.evaluate("console.log('printed'); throw new TypeError('wrong')");
				const thrown = await gather(client);
				assert.deepEqual(
					{ ...thrown, error: thrown.error.split("\n")[0] },
					{ output: "printed\n", value: "", error: "TypeError: wrong", status: 1 },
				);
			});

			it("carries every character", async () => {
				await connected();
				const odd = "\\u0000\\u0001\\u0003\\u007d\\u007e\\u007f\\ud83d\\ude00€ä\\r\\n";
				await client.evaluate(`console.log("${odd}".repeat(200))`);
				const expected = `${JSON.parse(`"${odd}"`).repeat(200)}\n`;
				assert.equal((await gather(client)).output, expected);
			});

			it("refuses a module that is no JavaScript, and one that is too big, in one line", async () => {
				await connected();
				for (const text of ["let let = 1;", "let a; let a;", "break;"]) {
					await assert.rejects(client.module("a", "a.ts", text), /^Failure: .* \(a\.ts:1\)$/, text);
				}
				await assert.rejects(
					client.module("b", "b.ts", `"${"x".repeat(200_000)}"`),
					/^BoardSilent|.*b\.ts is too big: it takes 200002 bytes of the heap, \d+ are free$/,
				);
				if (name !== "native-sim") {
					// There the parser has the memory of this machine.
					const long = "let x = [1, 2, 3];\n".repeat(1000).replace(/x/g, (_, at) => `x${at}`);
					await assert.rejects(
						client.module("c", "c.ts", long),
						/^Failure: out of memory: .* no room for all of c\.ts$/,
					);
				}
				await assert.rejects(
					client
						.program("nowhere", [])
						.then(() => gather(client))
						.then(({ error }) => Promise.reject(new Error(error))),
					/nowhere/,
				);
				await client.evaluate("1");
				assert.equal((await gather(client)).value, "1");
			});

			it("refuses to run two programs at a time", async () => {
				await connected();
				await client.evaluate("await new Promise(() => {})");
				await assert.rejects(client.evaluate("'second'"), /a program is running/);
				client.interrupt();
				assert.equal((await gather(client)).status, 130);
				await client.evaluate("'third'");
				assert.equal((await gather(client)).value, "'third'");
			});

			it("resets to the REPL alone", async () => {
				await connected();
				await client.evaluate("globalThis.x = 1");
				await gather(client);
				const hello = await client.reset();
				assert(hello.free > 30_000);
				await client.evaluate("typeof x");
				assert.equal((await gather(client)).value, "'undefined'");
			});
		});

		describe("a bad line", () => {
			let path: string;

			beforeEach(async () => {
				path = join(boards.folder, `line-${Math.random()}`);
				// No server: what that says when it listens would be in the output of what runs then.
				await boards.start(`unix:${path}`, "--no-forward", "--", "quiet");
			});

			/** The line with damage: `damage` gets each chunk, and whether it goes to the board. */
			async function through(
				damage: (data: Buffer, toBoard: boolean) => Buffer,
			): Promise<{ client: RawClient; socket: Socket }> {
				const socket = connect(path);
				await once(socket, "connect");
				const { PassThrough, Duplex } = await import("node:stream");
				const incoming = new PassThrough();
				socket.on("data", (data: Buffer) => incoming.write(damage(data, false)));
				const stream = Duplex.from({
					readable: incoming,
					writable: new (await import("node:stream")).Writable({
						write(data: Buffer, _encoding, done) {
							socket.write(damage(data, true), () => done());
						},
					}),
				});
				const over = new Promise<string>((resolve) => socket.on("close", () => resolve("closed")));
				return {
					client: new RawClient({ stream, name: "the line", over, close: async () => void socket.destroy() }),
					socket,
				};
			}

			it("sends again what the board did not get whole", async () => {
				let frames = 0;
				const { client, socket } = await through((data, toBoard) => {
					if (!toBoard || data[0] !== 0x7e || ++frames % 3 !== 0) return data;
					const copy = Buffer.from(data);
					copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 0x41;
					return copy;
				});
				await client.connect();
				const text = `console.log(${JSON.stringify("x".repeat(5000))});`;
				await client.module("noisy", "noisy.ts", text);
				await client.program("noisy", []);
				assert.equal((await gather(client)).output.length, 5001);
				assert(frames > 5);
				socket.destroy();
			});

			it("says so when what the board sent is damaged", async () => {
				let said = "";
				let hit = false;
				const { client, socket } = await through((data, toBoard) => {
					if (toBoard || hit) return data;
					// It may come in pieces.
					said += data.toString("latin1");
					const at = said.search(/(?<=damage m)e/);
					if (at < 0) return data;
					hit = true;
					const copy = Buffer.from(data);
					copy[copy.length - (said.length - at)] = 0x58;
					return copy;
				});
				await client.connect();
				await client.evaluate("console.log('one'); console.log('damage me'); console.log('three')");
				await assert.rejects(gather(client), /the line is noisy/);
				assert(hit);
				socket.destroy();
			});

			it("is survived: frames that are cut, garbage, and a line that drops while the board prints", async () => {
				await boards.board?.stop("SIGKILL");
				path += "-served";
				await boards.start(`unix:${path}`, "--forward", "0:9000");
				const first = connect(path);
				await once(first, "connect");
				first.write("\x01");
				await once(first, "data");
				first.write(Buffer.from([0x7e, 0x43, 0x01, 0xff]));
				first.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => 32 + ((i * 7919) % 224))));
				first.destroy();
				// Meanwhile the server serves, and its log lines go nowhere.
				const port = await (boards.board as Board).port();
				for (let i = 0; i < 20; i++) {
					const socket = await open(port);
					socket.write("hello");
					await readExactly(socket, 5);
					await close(socket);
				}
				const line = await openPort(`unix:${path}`);
				const client = new RawClient(line);
				await client.connect();
				await client.evaluate("6 * 7");
				assert.equal((await gather(client)).value, "42");
				client.leave();
				await line.close();
			});

			it("costs nothing after output that nobody read", async () => {
				await boards.board?.stop();
				const port = await boards.start("pty", "--no-forward");
				const line = await openFile(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
				await line.write("for (let i = 0; i < 20000; i++) console.log('line', i)\r");
				// When it says no more, it waits for nobody.
				const pid = firmwareOf(boards.board as Board);
				const quiet = async () => {
					const before = cpuTicks(pid);
					await sleep(1000);
					return cpuTicks(pid) - before <= 2;
				};
				while (!(await quiet()));
				const bytes = Buffer.alloc(65_536);
				for (;;) {
					const { bytesRead } = await line.read(bytes).catch(() => ({ bytesRead: 0 }));
					if (bytesRead === 0) break;
				}
				assert(await quiet(), "it uses the processor although nothing happens");
				await line.write("6 * 7\r");
				let said = "";
				while (!/42/.test(said)) {
					const { bytesRead } = await line.read(bytes).catch(() => ({ bytesRead: 0 }));
					said += bytes.toString("utf8", 0, bytesRead);
					if (bytesRead === 0) await sleep(10);
				}
				await line.close();
			});

			it("goes on when the other side goes away in the middle of much output", async () => {
				const { client, socket } = await through((data) => data);
				await client.connect();
				await client.evaluate("for (let i = 0; i < 100000; i++) console.log('much', i)");
				const events = client.events();
				await events.next();
				await events.return();
				socket.destroy();
				const line = await openPort(`unix:${path}`);
				const second = new RawClient(line);
				await second.connect();
				await second.evaluate("'here'");
				assert.equal((await gather(second)).value, "'here'");
				await line.close();
			});
		});
	});
}
