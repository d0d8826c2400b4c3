// SPDX-License-Identifier: MIT
// How QEMU is started with a firmware image: the words of its command line. main.ts is the program that starts it.
import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
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

/** Bytes of the machine's flash chip. */
export const flashChipSize = 32 * 1024 * 1024;

/** SETTINGS_BASE of boards/qemu-riscv32/hardware.h. */
const settingsAddress = 0x80f00000;

/** A port of this machine that leads to one of the board. */
export interface Forward {
	host: string;
	/** 0 takes a free one. */
	port: number;
	boardPort: number;
}

/** A serial line, and what the board is told of its other end. */
export interface SerialLine {
	/** A character device of QEMU's: the kind, and options other than its id. */
	device: string;
	/** The board gets no line to read from: it has a console, which is output alone. */
	output?: boolean;
	/**
	 * Programs connect with it, and leave: what the board sends while nobody reads is lost, and what comes, Ctrl-C too, waits
	 * until the application opens the line.
	 */
	elsewhere?: boolean;
	/** A terminal that wants colours. */
	colours?: boolean;
	/** The terminal's width, if it is known. */
	columns?: number;
}

/** The id of the serial line among QEMU's character devices. */
export const lineId = "console";

export interface MachineOptions {
	/** The firmware: a flash image, or the whole flash chip, which the machine then starts from, */
	image?: string;
	/** or what was linked, without a root machine. */
	elf?: string;
	/** Words for the application. */
	words?: readonly string[];
	forwards?: readonly Forward[];
	/** Where the board shall prepare its root machine, instead of running the application. */
	prepare?: number;
	/**
	 * Whether to run so that each run takes the same instructions, and have the board tell how many: without a network, with
	 * the same seed, and with clocks that go with the instructions.
	 */
	count?: boolean;
	/** Whether the board shall tell how much memory there was in use, when a break on its line ends it. */
	report?: boolean;
	/** Seed of the board's random numbers, 32 bytes; default others each time. */
	seed?: Buffer;
	/** Where the serial line is; default: this process's stdin and stdout. */
	line?: SerialLine;
	/** Words of QEMU's command line besides. */
	more?: readonly string[];
}

/** Words for QEMU. */
export function machineArguments({ image, elf = "", words = [], forwards = [], ...options }: MachineOptions): string[] {
	// With a terminal, Ctrl-C is a byte for the board.
	const { count = false, report = false, prepare = 0, line = { device: "stdio,signal=off" }, more = [] } = options;
	const { seed = count || prepare ? Buffer.alloc(32) : randomBytes(32) } = options;
	const netdev = [
		"user,id=net0,hostname=camsock",
		...forwards.map(({ host, port, boardPort }) => `hostfwd=tcp:${host}:${port}-:${boardPort}`),
	];
	const network = [
		...["-global", "virtio-mmio.force-legacy=false", "-netdev", netdev.join(",")],
		...["-device", "virtio-net-device,netdev=net0,bus=virtio-mmio-bus.0"],
	];
	const chip = image !== undefined && statSync(image).size === flashChipSize;
	const firmware = image ? `file=${asOption(image)},addr=${flashAddress},force-raw=on` : `file=${asOption(elf)}`;
	return [
		...["-machine", "virt", "-bios", "none", "-m", "16M", "-display", "none", "-nodefaults", "-no-reboot"],
		...(chip
			? ["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${asOption(image)}`]
			: ["-device", `loader,${firmware},cpu-num=0`]),
		...load(settingsAddress, settings({ words, seed, prepare, count, report, line })),
		...(count || prepare ? ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"] : network),
		...["-chardev", `${line.device},id=${lineId}`, "-serial", `chardev:${lineId}`],
		...more,
	];
}

/** `struct settings` of boards/qemu-riscv32/settings.h. */
function settings({
	words,
	seed,
	prepare,
	count,
	report,
	line: { output = false, elsewhere = false, colours = false, columns = 0 },
}: Required<Pick<MachineOptions, "words" | "seed" | "prepare" | "count" | "report" | "line">>) {
	const head = Buffer.alloc(16);
	head.writeUInt32LE(0x434d5332, 0);
	head.writeUInt32LE(prepare, 4);
	head.writeUInt32LE(count ? 1 : 0, 8);
	head.writeUInt32LE(report ? 1 : 0, 12);
	const terminal = Buffer.alloc(8);
	terminal.writeUInt32LE((output ? 1 : 0) | (elsewhere ? 2 : 0) | (colours ? 4 : 0), 0);
	terminal.writeUInt32LE(columns, 4);
	const text = words.map((word) => `/${encodeURIComponent(word)}`).join("");
	return Buffer.concat([head, terminal, seed, Buffer.from(text), Buffer.alloc(8)]);
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
export function asOption(value: string): string {
	return value.replaceAll(",", ",,");
}
