// SPDX-License-Identifier: MIT
// The stages of `npm run check:boards` that need the SDK: an application for a board through mcconfig, TypeScript, bytecode
// and linker; its native functions; with ESP-IDF, its C through compilers that Debian has.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeIfChanged } from "../build/files.js";
import { capture } from "../cli/run.js";
import { inBuild, root } from "../paths.js";
import { findProgram } from "../setup/debian.js";
import { evaluate, readKconfig, readSdkconfig, sdkconfigHeader } from "./kconfig.js";
import {
	type BuildVariant,
	buildFolder,
	type Idf,
	makeStep,
	mcconfigStep,
	output,
	type Sdk,
	type Step,
} from "./sdk.js";

/** An application for a board. */
export interface Subject {
	/** The board's name. */
	board: string;
	/** Its folder, from the project's root. */
	folder: string;
	chip: string;
	/** The application's manifest, from the project's root. */
	manifest: string;
	/** mcconfig's name for the application: that of the folder of its manifest. */
	name: string;
	/** Whether the linker may leave out what of XS the application does not use; ours has a prompt. */
	mayStrip?: boolean;
}

/** What a stage has to say: nothing, or lines of which the first says what is wrong. */
export type Outcome = string[];

async function perform({ words, env }: Step): Promise<{ status: number; text: string }> {
	const [program = "", ...args] = words;
	const { status, stdout, stderr } = await capture(program, args, { cwd: root, env: { ...process.env, ...env } });
	return { status, text: `${stdout}${stderr}` };
}

/** The lines of a tool's output that say what is wrong. */
function complaints(text: string): string[] {
	const lines = text.split("\n").filter((line) => /error|undefined reference|not found/i.test(line));
	return (lines.length > 0 ? lines : text.trim().split("\n").slice(-3)).slice(0, 6).map((line) => line.trim());
}

/** The manifests are merged: mcconfig writes its makefile. */
export async function checkManifests(sdk: Sdk, subject: Subject, variant: BuildVariant): Promise<Outcome> {
	mkdirSync(output, { recursive: true });
	const { status, text } = await perform(mcconfigStep(sdk, subject.folder, subject.manifest, { variant }));
	// mcconfig ends with 0 even if a manifest is not there.
	return status === 0 && !text.includes("### Error") ? [] : complaints(text);
}

/** TypeScript, bytecode, link of all modules. */
export async function checkModules(sdk: Sdk, subject: Subject, variant: BuildVariant): Promise<Outcome> {
	const folder = buildFolder(subject.board, variant, subject.name);
	// The makefile has all depend on it.
	writeIfChanged(join(folder, `xsProj-${subject.chip}`, "build", "config", "sdkconfig.h"), "");
	const targets = ["mc.xs.c", "mc.resources.c"].map((name) => join(folder, name));
	const { status, text } = await perform(makeStep(sdk, folder, undefined, targets));
	if (status !== 0) return complaints(text);
	if (subject.mayStrip) return [];
	// `"strip": []` in the application's manifest: what the linker has left out of XS it calls fxDeadStrip.
	const linked = readFileSync(join(folder, "mc.xs.c"), "utf8");
	if (!linked.includes("fx_") || /\bfxDeadStrip\b/.test(linked)) {
		const names = [...linked.matchAll(/fxDeadStrip/g)].length;
		return [`the image lacks ${names} of XS's built-ins: "strip": [] is missing in ${subject.manifest}`];
	}
	return [];
}

/** The C files of the image, by the makefile. */
function cFiles(folder: string): { object: string; source: string }[] {
	const text = readFileSync(join(folder, "makefile"), "utf8");
	return [...text.matchAll(/^\$\(TMP_DIR\)\/(\S+\.c\.o): (\S+\.c) \$\(HEADERS\)/gm)].map(
		([, object = "", source = ""]) => ({
			object,
			source,
		}),
	);
}

/** Every native function that a module names is in one of the C files: the SDK's linker does not look. */
export function checkNatives(subject: Subject, variant: BuildVariant): Outcome {
	const folder = buildFolder(subject.board, variant, subject.name);
	const defined = new Set<string>();
	for (const { source } of cFiles(folder)) {
		for (const [, name = ""] of readFileSync(source, "utf8").matchAll(/^\w[\w\s*]*?\b(xs_\w+)\s*\([^;]*?\)\s*\{/gms))
			defined.add(name);
	}
	const linked = readFileSync(join(folder, "mc.xs.c"), "utf8");
	const findings: string[] = [];
	for (const [, name = ""] of linked.matchAll(/^\s*\{ (?:\(xsCallback\))?(xs_\w+), -?\d+, \d+ \}/gm)) {
		if (!defined.has(name)) findings.push(`native function "${name}" is in no C file of the image`);
	}
	return findings;
}

/** The options of the sdkconfig are ones of this ESP-IDF. Writes sdkconfig.h as ESP-IDF would. */
export function checkOptions(idf: Idf, subject: Subject, variant: BuildVariant): Outcome {
	const folder = join(buildFolder(subject.board, variant, subject.name), `xsProj-${subject.chip}`);
	const options = readKconfig(idf.folder, subject.chip);
	const given = readSdkconfig(readFileSync(join(folder, "sdkconfig.mc"), "utf8"));
	const ours = new Map<string, string>();
	for (const file of ["sdkconfig.defaults", ...(variant === "release" ? ["sdkconfig.defaults.release"] : [])]) {
		const path = inBuild("boards", subject.board, file);
		if (!existsSync(path)) continue;
		for (const [name, value] of readSdkconfig(readFileSync(path, "utf8"))) ours.set(name, value);
	}
	const findings: string[] = [];
	for (const name of ours.keys()) {
		if (!options.has(name)) findings.push(`CONFIG_${name} is no option of ESP-IDF ${idf.version}`);
	}
	// Debian's C libraries for these chips are picolibc's.
	given.set("LIBC_NEWLIB", "n");
	given.set("LIBC_PICOLIBC", "y");
	const values = evaluate(options, given, subject.chip);
	for (const [name, value] of ours) {
		if (value !== "n" && options.has(name) && values.get(name) !== value && name !== "LIBC_NEWLIB") {
			findings.push(`CONFIG_${name}=${value} has no effect: it is ${values.get(name) ?? "not available"}`);
		}
	}
	writeIfChanged(join(folder, "build", "config", "sdkconfig.h"), sdkconfigHeader(options, values));
	return findings;
}

/** A compiler of Debian's for a chip. */
export interface Compiler {
	/** What is said of the stage. */
	title: string;
	package: string;
	program: string;
	flags: readonly string[];
	/** Whether it makes objects, or only looks at the syntax. */
	objects: boolean;
}

export const xtensa: Compiler = {
	title: "C, syntax (Xtensa)",
	package: "gcc-xtensa-lx106 picolibc-xtensa-lx106-elf",
	program: "xtensa-lx106-elf-gcc",
	flags: ["-mabi=windowed", "-fsyntax-only", "-isystem", "/usr/lib/xtensa-lx106-elf/include"],
	objects: false,
};

export const riscv: Compiler = {
	title: "C, objects (ESP32-C3)",
	package: "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf",
	program: "riscv64-unknown-elf-gcc",
	flags: ["-march=rv32imc_zicsr_zifencei", "-mabi=ilp32", "-isystem", "/usr/lib/picolibc/riscv64-unknown-elf/include"],
	objects: true,
};

/** What gcc lets pass by itself, and what must not. */
const strict = [
	"-Wall",
	"-Wextra",
	"-Werror=implicit-function-declaration",
	"-Werror=int-conversion",
	"-Werror=incompatible-pointer-types",
];

/** Whether Debian's compiler for a chip is here. */
export function haveCompiler(compiler: Compiler): boolean {
	return findProgram(compiler.program) !== undefined;
}

/** All of our own C, with ESP-IDF's headers: no error, and no warning of ours. */
export async function checkC(
	sdk: Sdk,
	idf: Idf,
	subject: Subject,
	variant: BuildVariant,
	compiler: Compiler,
): Promise<Outcome> {
	const folder = buildFolder(subject.board, variant, subject.name);
	const own = cFiles(folder).filter(({ source }) => source.startsWith(`${root}/`) && !source.startsWith(`${output}/`));
	if (own.length === 0) return ["the image has no C of ours"];
	const command = [compiler.program, ...compiler.flags].join(" ");
	// The SDK's own flags let calls of undeclared functions pass; these are the last of them, so that ours win.
	const [, last = ""] = /^C_FLAGS_SUBPLATFORM = (.*)$/m.exec(readFileSync(join(folder, "makefile"), "utf8")) ?? [];
	const flags = [last.replaceAll("\\", ""), ...strict].join(" ");
	const words = [
		"-k",
		`CC=${command}`,
		`C_FLAGS_SUBPLATFORM=${flags}`,
		...own.map(({ object }) => join(folder, object)),
	];
	const { status, text } = await perform(makeStep(sdk, folder, idf, words));
	const findings = text.split("\n").filter((line) => /: (error|warning):/.test(line) && line.includes(`${root}/`));
	if (status !== 0 && findings.length === 0) return complaints(text);
	if (findings.length > 0 || !compiler.objects) return findings.slice(0, 8);
	return checkSymbols(
		own.map(({ object }) => join(folder, object)),
		folder,
	);
}

/** No native function is undefined in the objects, and none of our own is there twice. */
async function checkSymbols(objects: readonly string[], folder: string): Promise<Outcome> {
	const missing = objects.filter((object) => !existsSync(object));
	if (missing.length > 0) return [`not made: ${missing.join(", ")}`];
	const { stdout } = await capture("riscv64-unknown-elf-nm", ["-g", ...objects]);
	const defined = new Set<string>();
	const findings: string[] = [];
	for (const [, kind, name = ""] of stdout.matchAll(/ ([TDBRW]) (\w+)$/gm)) {
		if (defined.has(name) && kind !== "W") findings.push(`${name} is defined twice`);
		defined.add(name);
	}
	const linked = readFileSync(join(folder, "mc.xs.c"), "utf8");
	const theirs = new Set(
		cFiles(folder)
			.filter(({ source }) => !source.startsWith(`${root}/`))
			.flatMap(({ source }) => [...readFileSync(source, "utf8").matchAll(/\b(xs_\w+)\s*\(/g)].map(([, name]) => name)),
	);
	for (const [, name = ""] of linked.matchAll(/^\s*\{ (?:\(xsCallback\))?(xs_\w+), -?\d+, \d+ \}/gm)) {
		if (!defined.has(name) && !theirs.has(name)) findings.push(`undefined: ${name}`);
	}
	return findings;
}
