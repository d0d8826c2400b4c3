// SPDX-License-Identifier: MIT
// Where the instructions of a benchmark go on qemu-riscv32: by function, exact. QEMU runs one instruction at a time and logs
// the address of each, which is slow: a few rounds are enough, as each takes the same.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { buildImage } from "../build/images.js";
import { Failure } from "../cli/report.js";
import { emulator, machineArguments } from "../qemu/machine.js";
import { exactBoard } from "./exact.js";
import { cases } from "./measure.js";

/** Rounds of the two runs whose difference is taken. */
const FEW = 10;
const MANY = 60;

/** A function of the firmware. */
interface Symbol {
	address: number;
	name: string;
}

function symbolsOf(elf: string): Symbol[] {
	const { stdout } = spawnSync("riscv64-unknown-elf-nm", ["-n", elf], { encoding: "utf8", maxBuffer: 1 << 26 });
	return [...stdout.matchAll(/^([0-9a-f]+) [tTwW] ([^.$]\S*)$/gm)].map(([, address = "", name = ""]) => ({
		address: Number.parseInt(address, 16),
		name: name.replace(/\.(constprop|part|isra)\.\d+.*$/, ""),
	}));
}

/** The last function that begins at or before an address. */
function functionAt(symbols: readonly Symbol[], address: number): string {
	let [low, high] = [0, symbols.length];
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if ((symbols[middle] as Symbol).address <= address) low = middle;
		else high = middle;
	}
	return symbols[low]?.name ?? "?";
}

/** QEMU's words for one instruction at a time: they have changed. */
function stepping(): string[] {
	const { stdout } = spawnSync(emulator, ["--version"], { encoding: "utf8" });
	const [, major, minor] = (/version (\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
	const old = major === undefined || minor === undefined || major < 8 || (major === 8 && minor < 1);
	return old ? ["-singlestep"] : ["-accel", "tcg,one-insn-per-tb=on"];
}

/** Instructions by function of one run. */
async function run(image: string, symbols: readonly Symbol[], words: readonly string[]): Promise<Map<string, number>> {
	const args = machineArguments({ image, count: true, words, line: { device: "null" } });
	const child = spawn(emulator, [...args, ...stepping(), "-d", "exec,nochain"], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	const counts = new Map<string, number>();
	for await (const line of createInterface({ input: child.stderr })) {
		const [, pc] = /^Trace .*\[[0-9a-f]+\/([0-9a-f]+)\//.exec(line) ?? [];
		if (pc === undefined) continue;
		const name = functionAt(symbols, Number.parseInt(pc, 16));
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return counts;
}

/** Instructions of one round by function, the most first. */
export async function profile(words: readonly string[]): Promise<{ name: string; count: number }[]> {
	const [word = "", ...rest] = words;
	const trip = cases.some((one) => one.word === word);
	const manifest = trip ? "bench/manifest.json" : "bench/life/manifest.json";
	const { image } = await buildImage({ board: exactBoard, manifest });
	const symbols = symbolsOf(`${image}.elf`);
	// bench/main.ts has the rounds last, bench/life/main.ts first.
	const all = (rounds: number) => (trip ? [word, ...rest, `${rounds}`] : [word, `${rounds}`, ...rest]);
	const [few, many] = await Promise.all([run(image, symbols, all(FEW)), run(image, symbols, all(MANY))]);
	const rows = [...many].map(([name, count]) => ({ name, count: (count - (few.get(name) ?? 0)) / (MANY - FEW) }));
	const found = rows.filter(({ count }) => count !== 0).sort((a, b) => b.count - a.count);
	if (found.length === 0) throw new Failure(`the board has done nothing with the words '${words.join(" ")}'`);
	return found;
}
