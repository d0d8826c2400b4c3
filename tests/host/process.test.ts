// SPDX-License-Identifier: MIT
// An emulated board as a process: signals, ends, exit statuses, what it costs when it is idle, and its command line; the
// same on each. qemu.test.ts has what there is on qemu-riscv32 alone.

import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "#tools/boards/board.js";
import { boardNames } from "#tools/boards/boards.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { open, readAll, withServer } from "./support/net.js";
import { cpuTicks, firmwareOf, sleeps } from "./support/usage.js";

const nobody = /RangeError: nobody catches this[\s\S]*tests\/images\/endings\/main\.ts:\d+/;
const full = /out of memory.*creation\.static[\s\S]*tests\/images\/endings\/main\.ts:\d+/;
const awaited =
	/^uncaught \(in promise\): OSError: ETIMEDOUT: timed out, recv\n(.*\n)* at reads \(tests\/images\/endings\/main\.ts:\d+\)\n at awaits \(tests\/images\/endings\/main\.ts:\d+\)/m;

/** Words for the application, the status that it ends with, and what is said where the firmware says what is wrong. */
const ends: [words: string[], status: number, said: RegExp][] = [
	[["exit", "0"], 0, /^$/],
	[["exit", "7"], 7, /^$/],
	[["exit", "255"], 255, /^$/],
	[["exit after"], 3, /^$/],
	[["exit while an awaited operation is settled"], 5, /^$/],
	[["exit while awaited operations are canceled"], 5, /^$/],
	[["reject and catch"], 4, /^$/],
	[["throw"], 1, nobody],
	[["throw in a timer"], 1, nobody],
	[["reject"], 1, nobody],
	[["reject late"], 1, nobody],
	[["await"], 1, nobody],
	[["throw nothing"], 1, /undefined/],
	[["awaited recv"], 1, awaited],
	[["awaited recv at once"], 1, /ENOTCONN.*\n(.*\n)* at reads \(tests\/images\/endings\/main\.ts:\d+\)/],
	[["slots"], 71, full],
	[["chunks"], 71, full],
	[["one large chunk"], 71, full],
	// The heap was full of what nothing refers to.
	[["memory"], 0, /^$/],
	// Chunks had taken nearly all of it, and slots need room.
	[["slots after a large chunk"], 0, /^$/],
	[["slots among chunks"], 0, /^$/],
	[["recurse"], 72, /stack overflow.*creation\.stack[\s\S]*at recurse \(tests\/images\/endings\/main\.ts:\d+\)/],
	[['no such ending, 100 % "sure"'], 1, /Error: no ending no such ending, 100 % "sure"/],
];

/** What an application does when it is told to end, and what it has said by then. */
const busy = [
	["idle", "idle"],
	["loop", "looping"],
	["loop of promises", "looping"],
	["loop that catches all", "looping"],
	["recv", "waiting"],
	["recv that catches all", "waiting"],
] as const;

/** Hundredths of a second that a board which waits uses in a second: QEMU's own threads wake now and then. */
const idleTicks: Record<string, number> = { "native-sim": 1, "qemu-riscv32": 3 };

for (const name of boardNames) {
	describe(`${name} as a process`, function () {
		this.timeout(2 * GUARD);
		this.slow(2000);
		let firmware: Launch;
		let endings: Launch;

		before(async function () {
			this.timeout(0);
			firmware = await buildImage({ board: name });
			endings = await buildImage({ board: name, manifest: "tests/images/endings/manifest.json" });
		});

		for (const [words, status, said] of ends) {
			it(`ends with status ${status} (${words.join(" ")})`, async () => {
				const board = new Board(endings, { words });
				assert.deepEqual(await board.end(), { status, signal: null });
				assert.match(board.errors.all.join("\n"), said);
			});
		}

		describe("ends with status 0 and in silence", () => {
			for (const signal of ["SIGINT", "SIGTERM"] as const) {
				for (const [ending, line] of busy) {
					it(`on ${signal} (${ending})`, async () => {
						const board = new Board(endings, { words: [ending] });
						await board.expect(new RegExp(`^${line}$`));
						assert.deepEqual(await board.stop(signal), { status: 0, signal: null });
						assert.deepEqual([board.stdout.all, board.stderr.all], [[line], []]);
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

			// On native-sim stdin is a serial line only if it is a terminal: its driver makes a signal of Ctrl-C.
			if (name !== "native-sim") {
				for (const [ending, line] of busy) {
					it(`on Ctrl-C on its serial line (${ending})`, async () => {
						const board = new Board(endings, { words: [ending], input: true });
						await board.expect(new RegExp(`^${line}$`));
						board.process.stdin?.write("\x03");
						assert.deepEqual(await board.end(), { status: 0, signal: null });
						assert.deepEqual([board.stdout.all, board.stderr.all], [[line], []]);
					});
				}
			}

			it("goes on without a terminal when there is nothing left to do, until a signal comes", async () => {
				const board = new Board(endings, { words: ["nothing"] });
				await board.expect(/^nothing$/);
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
				const pid = firmwareOf(board);
				const [ticks, slept] = [cpuTicks(pid), sleeps(pid)];
				await sleep(1000);
				const used = cpuTicks(pid) - ticks;
				assert.ok(used <= (idleTicks[name] as number), `it has used ${used * 10} ms in a second`);
				// lwIP's own timers wake it about ten times a second while a connection is open, less often without.
				const wakes = sleeps(pid) - slept;
				assert.ok(wakes <= 30, `it woke ${wakes} times in a second`);
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
}
