// SPDX-License-Identifier: MIT
// qemu-riscv32 as a machine: its traps, its serial line as a terminal's, its flash chip, what it does without buffers, its
// memory. process.test.ts has what each board does: ends, signals, the command line.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { noise, open, readAll } from "./support/net.js";
import { firmwareOf } from "./support/usage.js";

const board = "qemu-riscv32";

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

	it("ends with status 130 on the second Ctrl-C, if a native function does not give way on the first", async () => {
		const machine = new Board(crashes, { words: ["hang"], input: true });
		await machine.expect(/^hanging$/);
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
		const emulator = firmwareOf(machine);
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
});
