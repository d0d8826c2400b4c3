// SPDX-License-Identifier: MIT
// The fuzz targets: for each a C program of tests/fuzz with libFuzzer, under AddressSanitizer and UndefinedBehaviorSanitizer.
// docs/fuzzing.md says what each is given and what it checks.
import { join } from "node:path";
import { lwipFiles } from "../boards/emulated.js";
import { Failure } from "../cli/report.js";
import { inBuild, inRoot, sources } from "../paths.js";
import { installToFuzz } from "../setup/clang.js";
import { setUp } from "../setup/setup.js";
import { coreFiles, harnessFiles, wrapped } from "./core-tests.js";
import { fromRoot, writeIfChanged } from "./files.js";
import { withLock } from "./lock.js";
import { NinjaFile, runNinja } from "./ninja.js";
import { addCompileRules, compile, link } from "./ninja-c.js";

export interface FuzzTarget {
	name: string;
	/** What is fuzzed, for the list. */
	what: string;
	/** Our files besides tests/fuzz/fuzz.c. */
	files: readonly string[];
	/** Whether lwIP and the board of tests/core are linked too. */
	lwip?: boolean;
	/** Words for the compiler besides. */
	flags?: readonly string[];
	/** Whether what it says to a person is not shown. */
	quiet?: boolean;
	/** The longest input that is worth trying, in bytes. */
	longest: number;
	/** Executions in `npm test`: some seconds of each. */
	runs: number;
}

/** What lwIP calls of the board. */
const guards = [
	"boards/common/beside.c",
	"boards/common/tcp_guard.c",
	"boards/common/tcp_isn.c",
	"boards/common/tcp_storms.c",
];

const board = [
	...harnessFiles,
	"tests/support/lwip/lwip_faults.c",
	"tests/fuzz/network.c",
	"tests/fuzz/snapshot.c",
	...guards,
	"modules/sockets/port/bare/sockets_port.c",
	...coreFiles,
];

/** What is between the wire and lwIP. */
const wire = ["boards/common/frames.c", "boards/common/stack.c", "boards/common/virtual_time.c", ...guards];

export const fuzzTargets: readonly FuzzTarget[] = [
	{
		name: "core",
		what: "socket operations, with packets lost, doubled, reordered and forged beneath them",
		files: ["tests/fuzz/core.c", "tests/fuzz/model.c", ...board],
		lwip: true,
		longest: 768,
		runs: 5000,
	},
	{
		name: "dns",
		what: "names that are asked for, and the answers of name servers",
		files: ["tests/fuzz/dns.c", ...board],
		lwip: true,
		longest: 512,
		runs: 8000,
	},
	{
		name: "ethernet",
		what: "frames from the wire: ARP, DHCP, ICMP, UDP, TCP",
		files: ["tests/fuzz/ethernet.c", "tests/fuzz/snapshot.c", ...wire],
		lwip: true,
		longest: 768,
		runs: 4000,
	},
	{
		name: "frame",
		what: "the frames of raw mode, on a noisy line",
		files: ["tests/fuzz/frame.c", "modules/console/console_frame.c"],
		longest: 2048,
		runs: 6000,
	},
	{
		name: "console",
		what: "the buffer of the serial line, and Ctrl-C",
		files: ["tests/fuzz/console.c", "modules/console/console.c"],
		longest: 512,
		runs: 200_000,
	},
	{
		name: "text",
		what: "text of a program as bytes and as addresses",
		files: ["tests/fuzz/text.c", ...board],
		lwip: true,
		longest: 64,
		runs: 200_000,
	},
	{
		name: "options",
		what: "the command line of native-sim",
		files: ["tests/fuzz/options.c", "boards/native-sim/options.c"],
		flags: ["-Iboards/native-sim"],
		longest: 256,
		runs: 200_000,
		quiet: true,
	},
	{
		name: "settings",
		what: "the words that qemu-riscv32 is started with",
		files: ["tests/fuzz/settings.c", "boards/qemu-riscv32/settings.c"],
		flags: [
			"-Iboards/qemu-riscv32",
			// In place of hardware.h, which has the address on that machine.
			"-DCAMSOCK_HARDWARE_H",
			"-include",
			"tests/fuzz/settings_memory.h",
		],
		longest: 256,
		runs: 200_000,
	},
];

/** A target with a bug, for the tests of the command. */
export const plantedTarget: FuzzTarget = {
	name: "planted",
	what: "a bug that is planted",
	files: ["tests/fuzz/planted.c"],
	longest: 16,
	runs: 100_000,
};

export type FuzzBuild = "fuzz" | "coverage";

/** The path of a target's program. */
export function programOf(build: FuzzBuild, name: string): string {
	return join(inBuild("fuzz", build), name);
}

function flagsOf(build: FuzzBuild): { compile: string[]; link: string[] } {
	const sanitizers = build === "fuzz" ? ["address", "undefined"] : [];
	const instruments = build === "fuzz" ? [] : ["-fprofile-instr-generate", "-fcoverage-mapping"];
	const sanitize = (...names: string[]) => `-fsanitize=${[...names, ...sanitizers].join(",")}`;
	const common = ["-std=c11", "-D_GNU_SOURCE", "-g", "-O1", "-fno-omit-frame-pointer", "-fno-sanitize-recover=all"];
	return {
		compile: [...common, sanitize("fuzzer-no-link"), ...instruments],
		link: [sanitize("fuzzer"), ...instruments],
	};
}

/**
 * Builds targets, after setting up what is missing.
 * @param build with sanitizers, or to measure what an input reaches
 * @returns the paths of their programs, in the order of the targets
 */
export async function buildFuzzTargets(targets: readonly FuzzTarget[], build: FuzzBuild = "fuzz"): Promise<string[]> {
	await setUp();
	const clang = await installToFuzz();
	const folder = inBuild("fuzz", build);
	const flags = flagsOf(build);
	const lwip = fromRoot(join(sources.lwip, "src", "include"));
	const folders = [
		"tests/fuzz",
		"tests/fuzz/include",
		"tests/core",
		"tests/support/lwip",
		"modules/sockets",
		"modules/console",
	];
	const includes = [...folders, "boards/common", "boards/common/lwip"].map((name) => `-I${name}`);
	return withLock(folder, async () => {
		const ninja = new NinjaFile(fromRoot(folder));
		addCompileRules(ninja);
		const programs = targets.map((target) => {
			const own = [...flags.compile, "-Wall", "-Wextra", "-Werror", ...includes, "-isystem", lwip];
			const objects = [
				...compile(ninja, "C", clang, join(folder, "objects"), { files: ["tests/fuzz/fuzz.c"], flags: own }),
				// A target may have flags of its own, so its objects are its own; lwIP's are everybody's.
				...compile(ninja, "C", clang, join(folder, "objects", target.name), {
					files: target.files,
					flags: [...own, ...(target.flags ?? [])],
				}),
			];
			const words = [...flags.link];
			if (target.lwip) {
				const files = lwipFiles();
				const lwipFlags = [...flags.compile, "-w", ...includes, `-I${lwip}`];
				objects.push(...compile(ninja, "LWIP", clang, join(folder, "objects"), { files, flags: lwipFlags }));
				words.push("-Wl,-T,tests/fuzz/snapshot.ld");
				if (harnessFiles.some((file) => target.files.includes(file))) {
					words.push(...wrapped.map((name) => `-Wl,--wrap=${name}`));
				}
			}
			const program = programOf(build, target.name);
			link(ninja, fromRoot(program), objects, clang, words, target.lwip ? ["tests/fuzz/snapshot.ld"] : []);
			return program;
		});
		ninja.build({ outputs: ["all"], rule: "phony", inputs: programs.map(fromRoot) });
		const file = inRoot(fromRoot(folder), "build.ninja");
		writeIfChanged(file, ninja.text("all"));
		const status = await runNinja(fromRoot(file));
		if (status !== 0) throw new Failure("building the fuzz targets failed (see above)", status);
		return programs;
	});
}
