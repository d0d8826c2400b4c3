// SPDX-License-Identifier: MIT
// How QEMU is started with a firmware image: the words of its command line. main.ts is the program that starts it.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { inBuild } from "../paths.js";

export const emulator = "qemu-system-riscv32";

/** What QEMU is started with if there is one: sockets.c, built. */
export const socketsHelper = inBuild("qemu-riscv32", "sockets.so");

/** The environment to start QEMU in, with more patience for clients than its own. */
export function machineEnvironment(): NodeJS.ProcessEnv {
	return existsSync(socketsHelper) ? { ...process.env, LD_PRELOAD: socketsHelper } : process.env;
}

/** Where the flash is; the board starts with its first byte. */
export const flashAddress = 0x20000000;

/** SETTINGS_BASE of boards/qemu-riscv32/hardware.h. */
const settingsAddress = 0x80f00000;

/** A port of this machine that leads to one of the board. */
export interface Forward {
	host: string;
	/** 0 takes a free one. */
	port: number;
	boardPort: number;
}

export interface MachineOptions {
	/** The firmware: a flash image, */
	image?: string;
	/** or what was linked, without a root machine. */
	elf?: string;
	/** Words for the application. */
	words?: readonly string[];
	forwards?: readonly Forward[];
	/** Where the board shall prepare its root machine, instead of running the application. */
	prepare?: number;
	/** Seed of the board's random numbers, 32 bytes; default others each time. */
	seed?: Buffer;
	/** Where the serial line is: a `-serial` of QEMU's. Default: this process's stdin and stdout. */
	serial?: string;
	/** Words of QEMU's command line besides. */
	more?: readonly string[];
}

/** Words for QEMU. */
export function machineArguments({ image, elf = "", words = [], forwards = [], ...options }: MachineOptions): string[] {
	const { prepare = 0, seed = randomBytes(32), serial = "chardev:console", more = [] } = options;
	const netdev = [
		"user,id=net0,hostname=camsock",
		...forwards.map(({ host, port, boardPort }) => `hostfwd=tcp:${host}:${port}-:${boardPort}`),
	];
	const firmware = image ? `file=${escape(image)},addr=${flashAddress},force-raw=on` : `file=${escape(elf)}`;
	return [
		...["-machine", "virt", "-bios", "none", "-m", "16M", "-display", "none", "-nodefaults", "-no-reboot"],
		...["-device", `loader,${firmware},cpu-num=0`],
		...load(settingsAddress, settings({ words, seed, prepare })),
		// With a terminal, Ctrl-C is a byte for the board.
		...(serial === "chardev:console" ? ["-chardev", "stdio,id=console,signal=off"] : []),
		...["-serial", serial],
		...["-global", "virtio-mmio.force-legacy=false", "-netdev", netdev.join(",")],
		...["-device", "virtio-net-device,netdev=net0,bus=virtio-mmio-bus.0"],
		...more,
	];
}

/** `struct settings` of boards/qemu-riscv32/settings.h. */
function settings({ words, seed, prepare }: { words: readonly string[]; seed: Buffer; prepare: number }): Buffer {
	const head = Buffer.alloc(8);
	head.writeUInt32LE(0x434d5331, 0);
	head.writeUInt32LE(prepare, 4);
	return Buffer.concat([head, seed, Buffer.from(words.map((word) => `/${encodeURIComponent(word)}`).join("")), Buffer.alloc(8)]);
}

/** Words that put bytes into the machine's memory, eight at a time; the last of them only if there are eight. */
function load(address: number, bytes: Buffer): string[] {
	const words: string[] = [];
	for (let at = 0; at + 8 <= bytes.length; at += 8) {
		const data = bytes.readBigUInt64LE(at);
		if (data !== 0n) words.push("-device", `loader,addr=${address + at},data=${data},data-len=8`);
	}
	return words;
}

/** A value among options that commas separate. */
function escape(value: string): string {
	return value.replaceAll(",", ",,");
}
