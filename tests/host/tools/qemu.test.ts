// SPDX-License-Identifier: MIT
// What the tools do around QEMU: the options of the emulated machine, the root machine's move into flash, the sizes.
import assert from "node:assert/strict";
import { findBoard } from "#tools/boards/boards.js";
import { readLine } from "#tools/qemu/line.js";
import { machineArguments } from "#tools/qemu/machine.js";
import { readOptions } from "#tools/qemu/options.js";
import { bases, relocate } from "#tools/qemu/prepare.js";
import { parseMost, parseSections, sizeReport } from "#tools/qemu/sizes.js";

/** Words in memory. */
function words(...values: number[]): Buffer {
	const buffer = Buffer.alloc(values.length * 4);
	for (const [i, value] of values.entries()) buffer.writeUInt32LE(value >>> 0, i * 4);
	return buffer;
}

describe("qemu-riscv32's tools", () => {
	it("read options as native-sim has them", () => {
		assert.deepEqual(readOptions(["image", "--forward", "localhost:0:80", "--serial", "unix:a", "--", "a", "--help"]), {
			image: "image",
			help: false,
			count: false,
			report: false,
			serial: "unix:a",
			forwards: [{ host: "127.0.0.1", port: 0, boardPort: 80 }],
			words: ["a", "--help"],
		});
		assert.deepEqual(readOptions(["image"]).forwards, [{ host: "127.0.0.1", port: 9000, boardPort: 9000 }]);
		assert.deepEqual(readOptions(["image", "--no-forward"]).forwards, []);
		assert.throws(() => readOptions(["image", "--forward", "1.2.3.4:0:80"]), /--allow-remote/);
	});

	it("have QEMU start with what is wanted, in words that its commas do not break", () => {
		const args = machineArguments({ elf: "a,b", forwards: [{ host: "127.0.0.1", port: 1, boardPort: 2 }] });
		assert.ok(args.includes("loader,file=a,,b,cpu-num=0"));
		assert.ok(args.some((word) => word.endsWith("hostfwd=tcp:127.0.0.1:1-:2")));
		assert.ok(!machineArguments({ elf: "a", count: true }).some((word) => word.includes("netdev")));
		const line = readLine("unix:a,b");
		assert.ok(machineArguments({ elf: "a", line }).includes("socket,path=a,,b,server=on,wait=off,id=console"));
	});

	describe("move the root machine", () => {
		const target = 0x20000000;
		const [base, other] = bases;

		it("with its pointers, and with objects' addresses that are hashes", () => {
			const first = words(5, base, base + 16, base >> 4);
			const second = words(5, other, other + 16, other >> 4);
			assert.deepEqual(relocate([first, second], target), words(5, target, target + 16, target >> 4));
		});

		it("with what is left of a pointer whose lower half was written over", () => {
			assert.deepEqual(relocate([words(0x802f02fa), words(0x808f02fa)], 0x200f0320), words(0x200f02fa));
		});

		it("but not if anything else differs", () => {
			assert.throws(() => relocate([words(1), words(2)], target), /differently the second time, at 0: 1 and 2/);
			assert.throws(() => relocate([words(1), words(1, 1)], target), /two sizes/);
			// A pointer that leads out.
			assert.throws(() => relocate([words(base + 0x20000), words(other + 0x20000)], target), /differently/);
			assert.throws(() => relocate([words(base - 0x20000), words(other - 0x20000)], target), /differently/);
		});
	});

	describe("report sizes", () => {
		const sections = parseSections(
			".text  100  536870912\n.rodata  50  1\n.stack 10 1\n.data 5 1\n.bss 20 1\n.heap 30 1\n.bytecode 7 1\nTotal 9\n",
		);
		const most = { stack: 4, heap: 6, malloc: 8 };

		it("of flash and RAM, and the most that was in use", () => {
			const { lines, over } = sizeReport(sections, 200, most, { flash: 1000, ram: 1000 });
			assert.deepEqual(lines, [
				"flash 200 of 1,000 bytes: text 100, rodata 50, data 5, bytecode 7, root machine 38",
				"RAM 73 of 1,000 bytes: stack 10, data 5, bss 20, heap 30, malloc 8",
				"RAM, the most that was in use: 43 bytes: stack 4, data 5, bss 20, heap 6, malloc 8",
			]);
			assert.deepEqual(over, []);
		});

		it("and tell what is over its budget", () => {
			assert.deepEqual(sizeReport(sections, 200, most, { flash: 199, ram: 73 }).over, ["flash"]);
			assert.deepEqual(sizeReport(sections, 200, most, { flash: 200, ram: 72 }).over, ["RAM"]);
			assert.deepEqual(sizeReport(sections, 200, undefined, { flash: 0, ram: 0 }).lines.length, 2);
		});

		it("as the board tells them", () => {
			assert.deepEqual(parseMost("most: stack=4 heap=6 malloc=8"), most);
			assert.equal(parseMost("memory: chunks=1"), undefined);
		});
	});

	it("refuse a variant that there is not", () => {
		assert.throws(() => findBoard("qemu-riscv32", "sanitize"), /qemu-riscv32 has no variant 'sanitize'/);
		assert.throws(() => findBoard("esp8266", "release"), /boards: native-sim, qemu-riscv32/);
	});
});
