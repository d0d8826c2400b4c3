// SPDX-License-Identifier: MIT
// A build step, run by ninja: `node prepare.js ELF IMAGE` makes the flash image of a linked firmware: what the linker has
// put into flash, and the root machine behind it. boards/qemu-riscv32/prepare.c says how that is made and why twice.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "../cli/report.js";
import { emulator, flashAddress, machineArguments } from "./machine.js";

/** Where the root machine is made: any two places in the machine's memory beyond the board's own. */
export const bases = [0x80200000, 0x80800000] as const;

/** Addresses of the flash end in the same digits as those of the bases: XS hashes objects by their address. */
const alignment = 0x100000;

/** Runs the firmware to make its root machine; gives the memory from `base` on, as it then is. */
async function makeRoot(elf: string, base: number): Promise<Buffer> {
	const args = machineArguments({ elf, prepare: base });
	const child = spawn(emulator, args, { stdio: ["ignore", "pipe", "inherit"] });
	const chunks: Buffer[] = [];
	child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
	const [status] = (await once(child, "close")) as [number | null];
	const written = Buffer.concat(chunks);
	if (status === 0) return written;
	throw new Failure(`${written.toString("utf8")}the preloaded modules cannot be loaded (status ${status})`);
}

/**
 * Moves what was made at bases[0] to `target`.
 * @throws {Failure} if the two results differ in anything but their pointers
 */
export function relocate([first, second]: readonly [Buffer, Buffer], target: number): Buffer {
	const [base, other] = bases.map((address) => address + (target % alignment)) as [number, number];
	if (first.length !== second.length) throw new Failure("the root machine came out in two sizes");
	const result = Buffer.from(first);
	// Also what is left of a pointer in whose lower half something shorter was written: XS does not clear what a slot had.
	const [lowest, highest] = [base - (base % 0x10000), (base + first.length) | 0xffff].map((end) => end >>> 0);
	for (let at = 0; at + 4 <= first.length; at += 4) {
		const [a, b] = [first.readUInt32LE(at), second.readUInt32LE(at)];
		if (a === b) continue;
		// A pointer, or an object's hash in a Map or Set, which is its address in slots of 16 bytes.
		if (b - a === other - base && a >= (lowest as number) && a <= (highest as number)) {
			result.writeUInt32LE((a - base + target) >>> 0, at);
		} else if (((b - a) | 0) === (other - base) / 16) {
			result.writeUInt32LE((a - ((base | 0) >> 4) + (target >> 4)) >>> 0, at);
		} else {
			throw new Failure(
				`the root machine came out differently the second time, at ${at}: ${a.toString(16)} and ${b.toString(16)}`,
			);
		}
	}
	return result;
}

/** The address of a symbol. */
function symbol(elf: string, name: string): number {
	const { stdout } = spawnSync("riscv64-unknown-elf-nm", ["--defined-only", elf], {
		encoding: "utf8",
		maxBuffer: 1 << 26,
	});
	const [, address] = new RegExp(`^([0-9a-f]+) \\w ${name}$`, "m").exec(stdout) ?? [];
	if (address === undefined) throw new Failure(`${elf} has no symbol ${name}`);
	return Number.parseInt(address, 16);
}

/** What the linker has put into flash. */
function flashOf(elf: string, scratch: string): Buffer {
	const { status, stderr } = spawnSync("riscv64-unknown-elf-objcopy", ["-O", "binary", elf, scratch], {
		encoding: "utf8",
	});
	if (status !== 0) throw new Failure(stderr);
	const flash = readFileSync(scratch);
	rmSync(scratch);
	return flash;
}

async function main([elf = "", image = ""]: readonly string[]): Promise<void> {
	const start = symbol(elf, "memory_bytecode");
	const made = await Promise.all(bases.map((base) => makeRoot(elf, base + (start % alignment))));
	const root = relocate(made as [Buffer, Buffer], start);
	const flash = flashOf(elf, `${image}.flash`).subarray(0, start - flashAddress);
	const size = flash.length + root.length;
	if (flashAddress + size > symbol(elf, "memory_flash_end")) throw new Failure("the flash is full");
	writeFileSync(image, Buffer.concat([flash, root]));
}

if (process.argv[1]?.endsWith("prepare.js")) {
	try {
		await main(process.argv.slice(2));
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 1;
	}
}
