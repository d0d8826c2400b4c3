// SPDX-License-Identifier: MIT
// A build step, run by ninja: `node sizes.js IMAGE REPORT` writes what a firmware takes of flash and RAM. With `--run
// PATTERN` it starts the firmware, waits for a line of the console that matches, and reports the most that was in use of
// the stack, the heap and malloc's memory as well; with `--flash BYTES` and `--ram BYTES` it fails if that is more.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Failure } from "../cli/report.js";

/** Milliseconds that the firmware gets to be there. */
const GUARD = 30_000;

/** The sizes of an ELF file's sections, by name. */
export function parseSections(text: string): Map<string, number> {
	return new Map([...text.matchAll(/^(\.\w+)\s+(\d+)\s+\d+$/gm)].map(([, name = "", size]) => [name, Number(size)]));
}

/** What the board says (boards/qemu-riscv32/main.c) of what was in use. */
export interface Most {
	stack: number;
	heap: number;
	malloc: number;
}

export function parseMost(line: string): Most | undefined {
	const [, stack, heap, malloc] = /most: stack=(\d+) heap=(\d+) malloc=(\d+)/.exec(line) ?? [];
	return stack === undefined ? undefined : { stack: Number(stack), heap: Number(heap), malloc: Number(malloc) };
}

/** Starts the firmware and stops it when it has printed what is waited for. */
async function run(image: string, pattern: RegExp): Promise<Most> {
	const program = fileURLToPath(new URL("main.js", import.meta.url));
	const args = [program, image, "--no-forward", "--report", "--serial", "stdio"];
	const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
	const guard = setTimeout(() => child.kill("SIGKILL"), GUARD);
	const said: string[] = [];
	let most: Most | undefined;
	createInterface({ input: child.stdout }).on("line", (line) => {
		said.push(line);
		if (pattern.test(line)) child.kill();
		most = parseMost(line) ?? most;
	});
	await once(child, "close");
	clearTimeout(guard);
	if (most === undefined) throw new Failure(`the firmware did not print ${pattern}, but:\n${said.join("\n")}`);
	return most;
}

const count = (value: number) => value.toLocaleString("en-US");

function sum(title: string, parts: Record<string, number>, budget: number): { total: number; line: string } {
	const total = Object.values(parts).reduce((a, b) => a + b, 0);
	const list = Object.entries(parts).map(([name, size]) => `${name} ${count(size)}`);
	const of = budget > 0 ? ` of ${count(budget)}` : "";
	return { total, line: `${title} ${count(total)}${of} bytes: ${list.join(", ")}` };
}

/**
 * The lines of the report.
 * @param sections of the ELF file
 * @param flash bytes of the flash image
 */
export function sizeReport(
	sections: ReadonlyMap<string, number>,
	flash: number,
	most: Most | undefined,
	budget: { flash: number; ram: number },
): { lines: string[]; over: string[] } {
	const size = (name: string) => sections.get(name) ?? 0;
	const linked = { text: size(".text"), rodata: size(".rodata"), data: size(".data") + size(".tdata") };
	const bytecode = size(".bytecode");
	const rest = flash - linked.text - linked.rodata - linked.data - bytecode;
	const inFlash = sum("flash", { ...linked, bytecode, "root machine": rest }, budget.flash);
	const reserved = { stack: size(".stack"), data: linked.data, bss: size(".bss"), heap: size(".heap") };
	const inRam = sum("RAM", most === undefined ? reserved : { ...reserved, malloc: most.malloc }, budget.ram);
	const lines = [inFlash.line, inRam.line];
	if (most !== undefined) {
		const used = { stack: most.stack, data: linked.data, bss: size(".bss"), heap: most.heap, malloc: most.malloc };
		lines.push(sum("RAM, the most that was in use:", used, 0).line);
	}
	const over: string[] = [];
	if (budget.flash > 0 && inFlash.total > budget.flash) over.push("flash");
	if (budget.ram > 0 && inRam.total > budget.ram) over.push("RAM");
	return { lines, over };
}

async function main(args: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { run: { type: "string" }, flash: { type: "string" }, ram: { type: "string" } },
	});
	const [image = "", report = ""] = positionals;
	const { stdout } = spawnSync("riscv64-unknown-elf-size", ["-A", `${image}.elf`], { encoding: "utf8" });
	const most = values.run === undefined ? undefined : await run(image, new RegExp(values.run));
	const budget = { flash: Number(values.flash ?? 0), ram: Number(values.ram ?? 0) };
	const { lines, over } = sizeReport(parseSections(stdout), statSync(image).size, most, budget);
	if (over.length > 0) throw new Failure(`${lines.join("\n")}\nover its budget: ${over.join(" and ")}`);
	writeFileSync(report, `${lines.join("\n")}\n`);
}

if (process.argv[1]?.endsWith("sizes.js")) {
	try {
		await main(process.argv.slice(2));
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		process.stderr.write(`${error.message}\n`);
		process.exitCode = 1;
	}
}
