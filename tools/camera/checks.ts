// SPDX-License-Identifier: MIT
// What can be said of a camera board without an SDK: that its folder is complete, its pins exist and are free, its
// partitions fit its flash, and its sdkconfig has what modules/sockets needs. Each finding is one line.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { inRoot } from "../paths.js";
import { type CameraBoard, composeSdkconfig, type SdkconfigText } from "./boards.js";
import { readSdkconfig } from "./kconfig.js";

/** Findings about a board, none if all is well. */
export function checkBoard(board: CameraBoard, sdkconfig: SdkconfigText = composeSdkconfig(board)): string[] {
	return [...checkFolder(board), ...checkPins(board), ...checkPartitions(board), ...checkSdkconfig(board, sdkconfig)];
}

function checkFolder({ name, folder, build, config, facts }: CameraBoard): string[] {
	const findings: string[] = [];
	const file = `boards/${name}/manifest.json`;
	if (name !== name.toLowerCase()) findings.push(`boards/${name}: mcconfig wants lower-case names`);
	for (const part of ["host/provider.js"]) {
		if (!existsSync(join(folder, part))) findings.push(`boards/${name}: ${part} is missing`);
	}
	if (!existsSync(inRoot("docs", "boards", `${name}.md`))) findings.push(`docs/boards/${name}.md is missing`);
	if (config.board !== name) findings.push(`${file}: config.board: must be "${name}"`);
	const expected = `./../../build/boards/${name}`;
	if (build.SDKCONFIGPATH !== expected) findings.push(`${file}: build.SDKCONFIGPATH: must be "${expected}"`);
	const usb = facts.console === "#usb-serial-jtag" ? 1 : 0;
	if (usb === 0 && facts.console !== "#uart0") {
		findings.push(`${file}: defines.board.console: must be "#uart0" or "#usb-serial-jtag"`);
	}
	if (facts.usb !== usb) findings.push(`${file}: defines.board.usb: must be ${usb} for this console`);
	if (build.USE_USB !== (usb ? "2" : "0")) findings.push(`${file}: build.USE_USB: must be "${usb ? "2" : "0"}"`);
	return findings;
}

/** The lines of a camera, and which of them the chip drives. */
const inputs = ["pclk", "href", "vsync", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7"];
const outputs = ["xclk", "scl", "sda"];
const optional = ["powerdown", "reset"];

interface Use {
	pin: number;
	what: string;
	output: boolean;
	/** Two uses of one bus are one use. */
	bus?: string;
}

function checkPins(board: CameraBoard): string[] {
	const { name, chip, facts, config, defines } = board;
	const file = `boards/${name}/manifest.json`;
	const findings: string[] = [];
	const uses: Use[] = [];
	const camera = (defines.camera ?? {}) as Record<string, unknown>;
	for (const signal of [...inputs, ...outputs, ...optional]) {
		const pin = camera[signal];
		if (typeof pin !== "number" || !Number.isInteger(pin)) {
			findings.push(`${file}: defines.camera.${signal}: missing`);
		} else if (pin >= 0) {
			const bus = signal === "scl" ? "clock" : signal === "sda" ? "data" : undefined;
			uses.push({ pin, what: `camera.${signal}`, output: !inputs.includes(signal), bus });
		} else if (!optional.includes(signal)) {
			findings.push(`${file}: defines.camera.${signal}: must be a pin`);
		}
	}
	const i2c = defines.i2c as { sda_pin: number; scl_pin: number } | undefined;
	if (i2c) {
		uses.push({ pin: i2c.sda_pin, what: "i2c.sda_pin", output: true, bus: "data" });
		uses.push({ pin: i2c.scl_pin, what: "i2c.scl_pin", output: true, bus: "clock" });
	}
	for (const part of ["led", "flash_led", "button"]) {
		const entry = facts[part] as { pin: number } | undefined;
		if (entry) uses.push({ pin: entry.pin, what: `board.${part}`, output: part !== "button" });
	}
	const power = config.power as { pin: number } | undefined;
	if (power) uses.push({ pin: power.pin, what: "config.power", output: true });
	const serial = facts.serial as { receive: number; transmit: number } | undefined;
	if (serial) {
		uses.push({ pin: serial.receive, what: "board.serial.receive", output: false });
		uses.push({ pin: serial.transmit, what: "board.serial.transmit", output: true });
	}
	const taken = new Map<number, string>();
	for (const pin of chip.flash) taken.set(pin, "the flash");
	if (facts.psram_mb > 0) for (const pin of chip.psram[psramKind(board)]) taken.set(pin, "the PSRAM");
	if (facts.usb === 1) for (const pin of chip.usb) taken.set(pin, "the console (USB)");
	else if (!serial) for (const pin of chip.uart0) taken.set(pin, "the console (UART0)");
	const seen = new Map<number, Use>();
	for (const use of uses) {
		const { pin, what, output, bus } = use;
		const before = seen.get(pin);
		if (pin > chip.last || chip.missing.includes(pin)) {
			findings.push(`${file}: ${what}: ${chip.title} has no GPIO ${pin}`);
		} else if (taken.has(pin)) {
			findings.push(`${file}: ${what}: GPIO ${pin} is used by ${taken.get(pin)}`);
		} else if (output && chip.inputOnly.includes(pin)) {
			findings.push(`${file}: ${what}: GPIO ${pin} of ${chip.title} is an input only`);
		} else if (before && !(bus !== undefined && bus === before.bus)) {
			findings.push(`${file}: ${what}: GPIO ${pin} is used by ${before.what} already`);
		}
		seen.set(pin, use);
	}
	return findings;
}

/** Which kind of PSRAM the board's sdkconfig says it has. */
function psramKind(board: CameraBoard): "quad" | "octal" {
	return readSdkconfig(composeSdkconfig(board).defaults).get("SPIRAM_MODE_OCT") === "y" ? "octal" : "quad";
}

/** A size or offset of a partition table. */
function number(text: string): number {
	const [, digits = "", unit = ""] = /^(0x[\da-f]+|\d+)([km]?)$/i.exec(text) ?? [];
	return digits === "" ? Number.NaN : Number(digits) * ({ k: 1024, m: 1024 * 1024 }[unit.toLowerCase()] ?? 1);
}

/** The first app partition must hold the firmware with room to grow. */
const SMALLEST_APP = 2 * 1024 * 1024;

function checkPartitions({ name, folder, build, facts }: CameraBoard): string[] {
	const path = build.PARTITIONS_FILE_FOR_TARGET;
	if (path === undefined) return [`boards/${name}/manifest.json: build.PARTITIONS_FILE_FOR_TARGET: missing`];
	const file = resolve(folder, path);
	const shown = `boards/${name}: ${path}`;
	if (!existsSync(file)) return [`${shown}: there is no such file`];
	const findings: string[] = [];
	const types = new Set<string>();
	// The boot loader and the table itself are before this.
	let end = 0x9000;
	for (const line of readFileSync(file, "utf8").split("\n")) {
		if (line.trim() === "" || line.startsWith("#")) continue;
		const [label = "", type = "", subtype = "", offsetText = "", sizeText = ""] = line
			.split(",")
			.map((cell) => cell.trim());
		const offset = number(offsetText);
		const size = number(sizeText);
		types.add(`${type}/${subtype}`);
		if (Number.isNaN(offset) || Number.isNaN(size))
			findings.push(`${shown}: ${label}: offset and size must be numbers`);
		else if (offset < end) findings.push(`${shown}: ${label}: overlaps what is before it`);
		else if (type === "app" && offset % 0x10000 !== 0)
			findings.push(`${shown}: ${label}: must begin at a multiple of 64 KB`);
		else if (type === "app" && size < SMALLEST_APP) findings.push(`${shown}: ${label}: is smaller than 2 MB`);
		end = offset + size;
	}
	if (end > facts.flash_mb * 1024 * 1024) findings.push(`${shown}: ends beyond the flash of ${facts.flash_mb} MB`);
	for (const needed of ["data/nvs", "data/phy", "app/factory"]) {
		if (!types.has(needed)) findings.push(`${shown}: has no ${needed} partition`);
	}
	return findings;
}

/** What modules/sockets needs, with the least value: docs/module.md explains each. */
const needed: readonly [option: string, least: string | number, why: string][] = [
	["LWIP_TCPIP_CORE_LOCKING", "y", "the socket core calls lwIP under its lock"],
	["LWIP_MAX_ACTIVE_TCP", 16, "a program may have 16 sockets"],
	["LWIP_MAX_LISTENING_TCP", 16, "a program may have 16 sockets"],
	["LWIP_TCP_MSS", 1436, "as on the emulated boards"],
	["LWIP_TCP_WND_DEFAULT", 5744, "as on the emulated boards"],
	["LWIP_TCP_SND_BUF_DEFAULT", 5744, "as on the emulated boards"],
	["LWIP_SO_REUSE", "y", "SO_REUSEADDR"],
	["LWIP_NETIF_LOOPBACK", "y", "connections to 127.0.0.1"],
];

function checkSdkconfig({ name, facts }: CameraBoard, { defaults, release }: SdkconfigText): string[] {
	const findings: string[] = [];
	const where = `sdkconfig of ${name}`;
	const options = readSdkconfig(defaults);
	const released = new Map([...options, ...readSdkconfig(release)]);
	for (const [option, least, why] of needed) {
		for (const values of [options, released]) {
			const value = values.get(option);
			const holds = typeof least === "number" ? Number(value ?? 0) >= least : value === least;
			if (holds) continue;
			findings.push(
				`${where}: CONFIG_${option}=${least}${typeof least === "number" ? " or more" : ""} is missing (${why})`,
			);
			break;
		}
	}
	const seen = new Set<string>();
	for (const [, option = ""] of defaults.matchAll(/^CONFIG_(\w+)=/gm)) {
		if (seen.has(option)) findings.push(`${where}: CONFIG_${option} is there twice`);
		seen.add(option);
	}
	for (const size of [4, 8, 16]) {
		const value = options.get(`ESPTOOLPY_FLASHSIZE_${size}MB`) ?? "n";
		if ((value === "y") !== (size === facts.flash_mb)) {
			findings.push(`${where}: CONFIG_ESPTOOLPY_FLASHSIZE_${size}MB=${value}, but the board has ${facts.flash_mb} MB`);
		}
	}
	if ((options.get("SPIRAM") === "y") !== facts.psram_mb > 0) {
		findings.push(`${where}: CONFIG_SPIRAM, but the board has ${facts.psram_mb} MB of PSRAM`);
	}
	return findings;
}
