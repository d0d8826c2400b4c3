// SPDX-License-Identifier: MIT
// qemu-riscv32 as a machine: its ends, its traps, what it does without buffers and when it is idle, its command line.
// process.test.ts is the same for native-sim.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { noise, open, readAll, withServer } from "./support/net.js";

const board = "qemu-riscv32";

/** The process with QEMU in it, whose parent the board's process is. */
function emulatorOf({ pid }: Board): number {
	for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
		try {
			const stat = readFileSync(`/proc/${name}/stat`, "latin1");
			const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
			if (Number(fields[1]) === pid) return Number(name);
		} catch {
			// It has ended meanwhile.
		}
	}
	throw new Error(`process ${pid} has no child`);
}

/** CPU time that a process has used, in hundredths of a second. */
function cpuTicks(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return Number(fields[11]) + Number(fields[12]);
}

describe(board, function () {
	this.timeout(2 * GUARD);
	this.slow(2000);
	let firmware: Launch;
	let endings: Launch;
	let crashes: Launch;

	before(async function () {
		this.timeout(0);
		firmware = await buildImage({ board });
		endings = await buildImage({ board, manifest: "tests/images/endings/manifest.json" });
		crashes = await buildImage({ board, manifest: "tests/images/crashes/manifest.json" });
	});

	/** Runs an image to its end; gives the status, and what was said: the board has one line for all. */
	async function run(launch: Launch, ...words: string[]): Promise<{ status: number | null; said: string }> {
		const machine = new Board(launch, { words });
		const { status, signal } = await machine.end();
		assert.equal(signal, null);
		assert.deepEqual(machine.stderr.all, []);
		return { status, said: machine.stdout.all.join("\n") };
	}

	const ends: [words: string[], status: number, said: RegExp][] = [
		[["exit", "0"], 0, /^$/],
		[["exit", "7"], 7, /^$/],
		[["exit", "255"], 255, /^$/],
		[["exit after"], 3, /^$/],
		[["reject and catch"], 4, /^$/],
		[["memory"], 0, /^$/],
		[["throw"], 1, /RangeError: nobody catches this[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["throw in a timer"], 1, /RangeError: nobody catches this[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["reject"], 1, /RangeError: nobody catches this[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["await"], 1, /RangeError: nobody catches this[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["throw nothing"], 1, /undefined/],
		[["slots"], 71, /out of memory.*creation\.static[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["chunks"], 71, /out of memory.*creation\.static[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["one large chunk"], 71, /out of memory.*creation\.static[\s\S]*tests\/images\/endings\/main\.ts:\d+/],
		[["recurse"], 72, /stack overflow.*creation\.stack[\s\S]*at recurse \(tests\/images\/endings\/main\.ts:\d+\)/],
		[['no such ending, 100 % "sure"'], 1, /Error: no ending no such ending, 100 % "sure"/],
	];
	for (const [words, expected, pattern] of ends) {
		it(`ends with status ${expected} (${words.join(" ")})`, async () => {
			const { status, said } = await run(endings, ...words);
			assert.match(said, pattern);
			assert.equal(status, expected);
		});
	}

	const traps: [bug: string, status: number, said: RegExp][] = [
		["read nothing", 70, /crashed: a read from where nothing is\n cause 5, address 00000008/],
		["write nothing", 70, /crashed: a write to where nothing may be written\n cause 7, address 00000008/],
		["write flash", 70, /crashed: a write to where nothing may be written\n cause 7, address 20000000/],
		["write behind RAM", 70, /crashed: a write to where nothing may be written\n cause 7, address 80080000/],
		["jump nowhere", 70, /crashed: a jump to where no code is\n cause 1, address 18000000, pc 18000000/],
		["jump to data", 70, /crashed: a jump to where no code is\n cause 1/],
		["lose the stack", 70, /crashed: a write to where nothing may be written/],
		["abort", 70, /crashed: a breakpoint, or abort\(\)/],
		["overflow the stack", 72, /stack overflow: C's stack of 20480 bytes is full/],
	];
	for (const [bug, expected, pattern] of traps) {
		it(`reports a bug in C with the registers, and ends with status ${expected} (${bug})`, async () => {
			const { status, said } = await run(crashes, bug);
			assert.match(said, pattern);
			assert.match(said, /\n {2}ra [0-9a-f]{8} {2}sp [0-9a-f]{8} {2}gp [0-9a-f]{8} {2}tp [0-9a-f]{8}\n/);
			assert.match(said, /\n at crash \(\)\n at \(tests\/images\/crashes\/main\.ts:\d+\)/);
			assert.equal(status, expected);
		});
	}

	it("reports an assertion of lwIP that does not hold, and ends with status 70", async () => {
		const { status, said } = await run(crashes, "break an assertion");
		assert.match(said, /^qemu-riscv32: pbuf_free: .* \(\S*pbuf\.c:\d+\)$/m);
		assert.equal(status, 70);
	});

	it("loses what comes while there is no packet buffer, and then goes on with nothing lost for a client", async () => {
		const machine = new Board(crashes, { options: ["--forward", "0:9000"], words: ["buffers"] });
		const port = await machine.port();
		const [, taken] = await machine.expect(/^taken: (\d+)$/);
		assert.ok(Number(taken) > 0);
		const bytes = noise(100_000);
		const socket = await open(port);
		socket.end(bytes);
		await machine.expect(/^while there is no buffer: ETIMEDOUT$/);
		assert.ok(bytes.equals(await readAll(socket)), "other bytes came back");
		await machine.expect(/^echoed: 100000$/);
		assert.deepEqual(await machine.end(), { status: 0, signal: null });
	});

	for (const [ending, line] of [
		["idle", "idle"],
		["loop", "looping"],
		["loop of promises", "looping"],
		["loop that catches all", "looping"],
		["recv", "waiting"],
		["recv that catches all", "waiting"],
	] as const) {
		for (const signal of ["SIGINT", "SIGTERM"] as const) {
			it(`ends with status 0 and in silence on ${signal} (${ending})`, async () => {
				const machine = new Board(endings, { words: [ending] });
				await machine.expect(new RegExp(`^${line}$`));
				assert.deepEqual(await machine.stop(signal), { status: 0, signal: null });
				assert.deepEqual([machine.stdout.all, machine.stderr.all], [[line], []]);
			});
		}
		it(`ends with status 0 and in silence on Ctrl-C on its serial line (${ending})`, async () => {
			const machine = new Board(endings, { words: [ending], input: true });
			await machine.expect(new RegExp(`^${line}$`));
			machine.process.stdin?.write("\x03");
			assert.deepEqual(await machine.end(), { status: 0, signal: null });
			assert.deepEqual([machine.stdout.all, machine.stderr.all], [[line], []]);
		});
	}

	it("ends with status 130 on the second Ctrl-C, if a native function does not give way on the first", async () => {
		const machine = new Board(crashes, { words: ["hang"], input: true });
		await machine.expect(/^bug: hang$/);
		machine.process.stdin?.write("\x03");
		const ended = await Promise.race([machine.ended, sleep(200)]);
		assert.equal(ended, undefined);
		machine.process.stdin?.write("\x03");
		assert.deepEqual(await machine.end(), { status: 130, signal: null });
	});

	it("takes a Ctrl-C that comes before it is there", async () => {
		const machine = new Board(endings, { words: ["idle"], input: true });
		machine.process.stdin?.write("\x03");
		assert.deepEqual(await machine.end(), { status: 0, signal: null });
	});

	it("starts from its flash chip", async () => {
		const { size, ...flashed } = firmware.flash?.() ?? assert.fail("it has no flash");
		assert.ok(size > 500_000);
		const machine = new Board(flashed, { options: ["--forward", "0:9000"] });
		const port = await machine.port();
		await machine.expect(/^listening/);
		const bytes = noise(50_000);
		const socket = await open(port);
		socket.end(bytes);
		assert.ok(bytes.equals(await readAll(socket)));
		assert.deepEqual(await machine.stop(), { status: 0, signal: null });
	});

	it("ends when its program is killed: QEMU does not stay", async () => {
		const machine = new Board(endings, { words: ["idle"] });
		await machine.expect(/^idle$/);
		const emulator = emulatorOf(machine);
		await machine.stop("SIGKILL");
		for (const start = Date.now(); Date.now() - start < GUARD; await sleep(10)) {
			try {
				process.kill(emulator, 0);
			} catch {
				return;
			}
		}
		assert.fail("QEMU is still there");
	});

	it("brings out all that it has printed to a reader that is late", async () => {
		const { command, args } = crashes;
		const child = spawn(command, [...args, "--no-forward", "--", "print"], { stdio: ["ignore", "pipe", "inherit"] });
		// More than a pipe holds; the board has to wait.
		await sleep(500);
		const chunks: Buffer[] = [];
		for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
		const lines = Buffer.concat(chunks).toString().split("\n");
		assert.equal(lines.length, 2001);
		for (let i = 0; i < 2000; i++) assert.equal(lines[i], `${i}`.padEnd(99, "."));
	});

	it("ends on a signal although nobody reads what it prints", async () => {
		const { command, args } = crashes;
		const child = spawn(command, [...args, "--no-forward", "--", "print"], { stdio: ["ignore", "pipe", "inherit"] });
		// It is in the middle of it: more than a pipe holds.
		await once(child.stdout, "readable");
		await sleep(300);
		child.kill();
		const [status] = (await once(child, "exit")) as [number];
		assert.equal(status, 0);
		child.stdout.destroy();
	});

	it("brings out what was sent before it ends", async () => {
		const machine = new Board(endings, { options: ["--forward", "0:9000"], words: ["send and exit"] });
		await machine.expect(/^listening/);
		const socket = await open(await machine.port());
		assert.ok(Buffer.alloc(1_000_000, 7).equals(await readAll(socket)));
		socket.end();
		assert.deepEqual(await machine.end(), { status: 0, signal: null });
	});

	it("uses next to no CPU while it waits, blocked or idle", async () => {
		const blocked = new Board(firmware);
		await blocked.expect(/^listening/);
		const idle = new Board(endings, { words: ["idle"] });
		await idle.expect(/^idle$/);
		for (const machine of [blocked, idle]) {
			const emulator = emulatorOf(machine);
			const ticks = cpuTicks(emulator);
			await sleep(1000);
			// QEMU's own threads wake now and then; a board that did not sleep would use 100.
			const used = cpuTicks(emulator) - ticks;
			assert.ok(used <= 3, `it has used ${used * 10} ms in a second`);
			await machine.stop();
		}
	});

	it("stays within the budgets of its memory, with clients", async () => {
		const machine = new Board(firmware, { options: ["--forward", "0:9000", "--report"] });
		const port = await machine.port();
		for (let i = 0; i < 20; i++) {
			const bytes = noise(50_000);
			const socket = await open(port);
			socket.end(bytes);
			assert.ok(bytes.equals(await readAll(socket)));
		}
		machine.process.kill();
		const [, stack, heap] = (await machine.expect(/most: stack=(\d+) heap=(\d+) malloc=\d+/)).map(Number);
		// Of 20 KB and 80 KB.
		assert.ok((stack as number) < 10_000, `the stack has taken ${stack} bytes`);
		assert.ok((heap as number) < 45_000, `the heap has taken ${heap} bytes`);
		assert.deepEqual(await machine.end(), { status: 0, signal: null });
	});

	describe("command line", () => {
		/** Runs the firmware with wrong options and gives what is said. */
		async function refused(...options: string[]): Promise<string> {
			const machine = new Board(firmware, { options });
			assert.deepEqual(await machine.end(), { status: 2, signal: null });
			assert.deepEqual(machine.stdout.all, []);
			assert.equal(machine.stderr.all.length, 1, machine.stderr.all.join("\n"));
			return machine.stderr.all[0] as string;
		}

		it("says in one line that a port is taken, and what to do", async () => {
			await withServer(
				() => {},
				async (port) => {
					const machine = new Board(firmware, { options: ["--forward", `${port}:9000`] });
					const { status } = await machine.end();
					assert.notEqual(status, 0);
					assert.equal(machine.stderr.all.length, 1, machine.stderr.all.join("\n"));
					assert.match(machine.stderr.all[0] as string, new RegExp(`port ${port} .*--forward`));
				},
			);
		});

		it("forwards several ports, and picks free ones for 0", async () => {
			const machine = new Board(firmware, { options: ["--forward", "127.0.0.1:0:9000", "--forward", "0:9000"] });
			const ports = [await machine.port(), await machine.port()];
			assert.notEqual(ports[0], ports[1]);
			for (const port of ports) {
				const socket = await open(port);
				socket.end("hello");
				const [data] = (await once(socket, "data")) as [Buffer];
				assert.equal(data.toString(), "hello");
			}
			await machine.stop();
		});

		it("refuses what it does not understand, and to be reached from other machines", async () => {
			assert.match(await refused("--frobnicate"), /--frobnicate.*--help/);
			assert.match(await refused("--forward"), /HOST/);
			assert.match(await refused("--forward", "0.0.0.0:0:9000"), /--allow-remote/);
			for (const forward of ["9000", "a:9000", "0:0", "0:70000", "70000:9000", "300.0.0.1:0:9000", "0:9000x"]) {
				assert.match(await refused("--forward", forward), /--forward/);
			}
		});

		it("has a help", async () => {
			const machine = new Board(firmware, { options: ["--help"] });
			assert.deepEqual(await machine.end(), { status: 0, signal: null });
			assert.match(machine.stdout.all.join("\n"), /--forward \[HOST:\]PORT:BOARDPORT/);
		});
	});
});
