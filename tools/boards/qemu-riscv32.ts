// SPDX-License-Identifier: MIT
// qemu-riscv32: the firmware as an image for a bare 32-bit RISC-V machine, which QEMU emulates.
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { Failure } from "../cli/report.js";
import { inBuild } from "../paths.js";
import { flashChipSize, socketsHelper } from "../qemu/machine.js";
import type { Board, Launch, Variant } from "./board.js";
import { emulatedC, emulatedLink } from "./emulated.js";

const prefix = "riscv64-unknown-elf-";

/**
 * The processor: that of an ESP32-C3, with atomic instructions. With the older numbering of the specification, plain
 * rv32imac has the CSR instructions; rv32imac_zicsr would find no C library that fits, and take a 64-bit one.
 */
const machine = ["-march=rv32imac", "-mabi=ilp32", "-misa-spec=2.2", "--specs=picolibc.specs"];

const general = [
	...machine,
	"-DPICOLIBC_INTEGER_PRINTF_SCANF",
	"-O2",
	"-g",
	"-fno-common",
	"-fno-strict-aliasing",
	"-ffunction-sections",
	"-fdata-sections",
];

/** Bytes of C's stack. The echo server takes 5 KB, the device tests 9; XS ends a parse that goes too deep. */
const stackSize = 20 * 1024;

/** Bytes that must be left for malloc: the machine's tables of names. */
const mallocLeast = 12 * 1024;

/** What the project's own application may take, in bytes: docs/boards.md. */
const budget = { flash: 1536 * 1024, ram: 240 * 1024 };

const linkerScript = "boards/qemu-riscv32/link.ld";

/** The board. The sources of XS and lwIP must be in place. */
export function qemuRiscv32(_variant: Variant): Board {
	return {
		name: "qemu-riscv32",
		summary: "the firmware as an image for a bare 32-bit machine with 512 KB of RAM, in QEMU",
		manifest: "boards/qemu-riscv32/manifest.json",
		compiler: `${prefix}gcc`,
		nm: `${prefix}nm`,
		...emulatedC(general, { lwip: ["-include", "boards/qemu-riscv32/checksum.h", "-DLWIP_CHKSUM=checksum"] }),
		generated: general,
		link: ({ creation, map }) => {
			if (creation.static === 0) throw new Failure("qemu-riscv32: creation.static must say how large the heap is", 1);
			return [
				...general,
				"-nostartfiles",
				`-T${linkerScript}`,
				`-Wl,--gc-sections,-Map,${map}`,
				`-Wl,--defsym=creation_static=${creation.static},--defsym=stack_size=${stackSize},--defsym=malloc_least=${mallocLeast}`,
				...emulatedLink,
				"-lm",
			];
		},
		linkInputs: [linkerScript],
		finish: "qemu/prepare.js",
		sizes: (name) => {
			const program = "qemu/sizes.js";
			if (name !== "app") return [program];
			return [program, "--run", "listening on", "--flash", `${budget.flash}`, "--ram", `${budget.ram}`];
		},
		helpers: [{ source: "tools/qemu/sockets.c", output: socketsHelper }],
		launch,
	};
}

function launch(image: string): Launch {
	const program = { image, command: process.execPath, errors: "stdout" } as const;
	const args = [inBuild("tools", "qemu", "main.js"), image];
	return {
		...program,
		args,
		counted: {
			command: program.command,
			args: [...args, "--count"],
			parse(output) {
				const [, count] = /^instructions: ([0-9a-f]{16})$/m.exec(output) ?? [];
				return count === undefined ? undefined : Number.parseInt(count, 16);
			},
		},
		flash: () => {
			const file = inBuild("qemu-riscv32", "flash.img");
			return { ...program, file, size: writeFlash(file, image), args: [inBuild("tools", "qemu", "main.js"), file] };
		},
	};
}

/** Writes a firmware to a file for the machine's flash chip; gives the firmware's size. */
function writeFlash(file: string, image: string): number {
	const firmware = readFileSync(image);
	writeFileSync(file, firmware);
	truncateSync(file, flashChipSize);
	return firmware.length;
}
