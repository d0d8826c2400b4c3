// SPDX-License-Identifier: MIT
// native-sim as a process: signals, ends, exit statuses, what it costs when it is idle, and its command line.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { open, readAll, withServer } from "./support/net.js";

/** What /proc/PID/stat says of CPU time used, in clock ticks (1/100 s). */
function cpuTicks(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return Number(fields[11]) + Number(fields[12]);
}

/** How often the process has gone to sleep. */
function sleeps(pid: number): number {
	return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}

describe("native-sim", function () {
	this.timeout(2 * GUARD);
	let firmware: Launch;
	let endings: Launch;

	before(async function () {
		this.timeout(0);
		firmware = await buildImage({ board: "native-sim" });
		endings = await buildImage({ board: "native-sim", manifest: "tests/images/endings/manifest.json" });
	});

	/** Runs one of the endings to its end. */
	async function run(...words: string[]): Promise<Board> {
		const board = new Board(endings, { words });
		await board.end();
		return board;
	}

	describe("ends with the status", () => {
		it("that the application gives", async () => {
			assert.deepEqual(await (await run("exit", "0")).ended, { status: 0, signal: null });
			assert.deepEqual(await (await run("exit", "7")).ended, { status: 7, signal: null });
			assert.deepEqual(await (await run("exit after")).ended, { status: 3, signal: null });
		});

		for (const ending of ["exit while an awaited operation is settled", "exit while awaited operations are canceled"]) {
			it(`that the application gives (${ending})`, async () => {
				assert.deepEqual(await (await run(ending)).ended, { status: 5, signal: null });
			});
		}

		for (const ending of ["throw", "throw in a timer", "reject", "reject late", "await"]) {
			it(`1 when nobody catches an error (${ending}), and says which and where`, async () => {
				const board = await run(ending);
				assert.deepEqual(await board.ended, { status: 1, signal: null });
				const said = board.stderr.all.join("\n");
				assert.match(said, /RangeError: nobody catches this/);
				assert.match(said, /tests\/images\/endings\/main\.ts:\d+/);
			});
		}

		it("1 when nobody catches the error of an operation that was awaited, and says who awaited it", async () => {
			const board = await run("awaited recv");
			assert.deepEqual(await board.ended, { status: 1, signal: null });
			const said = board.stderr.all.join("\n");
			assert.match(said, /^uncaught \(in promise\): OSError: ETIMEDOUT: timed out, recv$/m);
			const place =
				/ at reads \(tests\/images\/endings\/main\.ts:\d+\)\n at awaits \(tests\/images\/endings\/main\.ts:\d+\)/;
			assert.match(said, place);
			const atOnce = await run("awaited recv at once");
			assert.match(
				atOnce.stderr.all.join("\n"),
				/ENOTCONN.*\n(.*\n)* at reads \(tests\/images\/endings\/main\.ts:\d+\)/,
			);
		});

		it("1 when something is thrown that is no error", async () => {
			const board = await run("throw nothing");
			assert.deepEqual(await board.ended, { status: 1, signal: null });
			assert.match(board.stderr.all.join("\n"), /undefined/);
		});

		it("of the application when a rejection is handled in time", async () => {
			assert.deepEqual(await (await run("reject and catch")).ended, { status: 4, signal: null });
		});

		for (const ending of ["slots", "chunks", "one large chunk"]) {
			it(`71 when the heap is full (${ending}), and says so and where`, async () => {
				const board = await run(ending);
				assert.deepEqual(await board.ended, { status: 71, signal: null });
				const said = board.stderr.all.join("\n");
				assert.match(said, /out of memory.*creation\.static/);
				assert.match(said, /tests\/images\/endings\/main\.ts:\d+/);
			});
		}

		it("0 when the heap was full of what nothing refers to", async () => {
			assert.deepEqual(await (await run("memory")).ended, { status: 0, signal: null });
		});

		it("72 when the stack overflows, and says so and where", async () => {
			const board = await run("recurse");
			assert.deepEqual(await board.ended, { status: 72, signal: null });
			const said = board.stderr.all.join("\n");
			assert.match(said, /stack overflow.*creation\.stack/);
			assert.match(said, /at recurse \(tests\/images\/endings\/main\.ts:\d+\)/);
		});
	});

	describe("ends with status 0 and in silence", () => {
		for (const signal of ["SIGINT", "SIGTERM"] as const) {
			for (const [ending, line] of [
				["idle", "idle"],
				["loop", "looping"],
				["loop of promises", "looping"],
				["loop that catches all", "looping"],
				["recv", "waiting"],
				["recv that catches all", "waiting"],
			] as const) {
				it(`on ${signal} (${ending})`, async () => {
					const board = new Board(endings, { words: [ending] });
					await board.expect(new RegExp(`^${line}$`));
					assert.deepEqual(await board.stop(signal), { status: 0, signal: null });
					assert.deepEqual(board.stderr.all, []);
				});
			}

			it(`on ${signal} (the firmware, with a client)`, async () => {
				const board = new Board(firmware, { options: ["--forward", "0:9000"] });
				await board.expect(/^listening/);
				const socket = await open(await board.port());
				socket.on("error", () => {});
				socket.write("hello");
				await once(socket, "data");
				assert.deepEqual(await board.stop(signal), { status: 0, signal: null });
				socket.destroy();
			});
		}

		it("goes on without a terminal when there is nothing left to do, until a signal comes", async () => {
			const board = new Board(endings, { words: ["nothing"] });
			const ended = await Promise.race([board.ended, sleep(200)]);
			assert.equal(ended, undefined);
			assert.deepEqual(await board.stop(), { status: 0, signal: null });
		});
	});

	it("brings out what was sent before it ends", async () => {
		const board = new Board(endings, { options: ["--forward", "0:9000"], words: ["send and exit"] });
		await board.expect(/^listening/);
		const socket = await open(await board.port());
		assert.ok(Buffer.alloc(1_000_000, 7).equals(await readAll(socket)));
		socket.end();
		assert.deepEqual(await board.end(), { status: 0, signal: null });
	});

	it("uses next to no CPU while it waits, blocked or idle", async () => {
		const blocked = new Board(firmware);
		await blocked.expect(/^listening/);
		const idle = new Board(endings, { words: ["idle"] });
		await idle.expect(/^idle$/);
		for (const board of [blocked, idle]) {
			const [ticks, slept] = [cpuTicks(board.pid), sleeps(board.pid)];
			await sleep(1000);
			// lwIP's own timers wake it about ten times a second while a connection is open, less often without.
			const wakes = sleeps(board.pid) - slept;
			assert(cpuTicks(board.pid) - ticks <= 1, "it has used more than 10 ms in a second");
			assert(wakes <= 30, `it woke ${wakes} times in a second`);
			await board.stop();
		}
	});

	describe("command line", () => {
		/** Runs the firmware with wrong options and gives what it says. */
		async function refused(...options: string[]): Promise<string> {
			const board = new Board(firmware, { options });
			assert.deepEqual(await board.end(), { status: 2, signal: null });
			assert.deepEqual(board.stdout.all, []);
			assert.equal(board.stderr.all.length, 1, board.stderr.all.join("\n"));
			return board.stderr.all[0] as string;
		}

		it("says in one line that a port is taken, and what to do", async () => {
			await withServer(
				() => {},
				async (port) => {
					const board = new Board(firmware, { options: ["--forward", `${port}:9000`] });
					const { status } = await board.end();
					assert.notEqual(status, 0);
					assert.equal(board.stderr.all.length, 1);
					assert.match(board.stderr.all[0] as string, new RegExp(`port ${port} .*--forward`));
				},
			);
		});

		it("forwards several ports, and picks free ones for 0", async () => {
			const board = new Board(firmware, { options: ["--forward", "127.0.0.1:0:9000", "--forward", "0:9000"] });
			const ports = [await board.port(), await board.port()];
			assert.notEqual(ports[0], ports[1]);
			for (const port of ports) {
				const socket = await open(port);
				socket.end("hello");
				const [data] = (await once(socket, "data")) as [Buffer];
				assert.equal(data.toString(), "hello");
			}
			await board.stop();
		});

		it("refuses to be reached from other machines, unless told so", async () => {
			assert.match(await refused("--forward", "0.0.0.0:0:9000"), /--allow-remote/);
			assert.match(await refused("--forward", "192.168.1.1:0:9000"), /--allow-remote/);
			const board = new Board(firmware, { options: ["--allow-remote", "--forward", "0.0.0.0:0:9000"] });
			await board.expect(/^forwarding 0\.0\.0\.0:\d+ -> 9000$/, board.stderr);
			await board.stop();
		});

		it("refuses what it does not understand", async () => {
			assert.match(await refused("--frobnicate"), /--frobnicate.*--help/);
			assert.match(await refused("--forward"), /HOST/);
			for (const forward of ["9000", "a:9000", "0:0", "0:70000", "70000:9000", "300.0.0.1:0:9000", "0:9000x"]) {
				assert.match(await refused("--forward", forward), /--forward/);
			}
		});

		it("has a help", async () => {
			const board = new Board(firmware, { options: ["--help"] });
			assert.deepEqual(await board.end(), { status: 0, signal: null });
			assert.match(board.stdout.all.join("\n"), /--forward \[HOST:\]PORT:BOARDPORT/);
		});
	});
});
