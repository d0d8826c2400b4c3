// SPDX-License-Identifier: MIT
// The fuzz targets: for each a C program of tests/fuzz with libFuzzer, under AddressSanitizer and UndefinedBehaviorSanitizer.
// docs/fuzzing.md says what each is given and what it checks.
import { join } from "node:path";
import { lwipFiles } from "../boards/emulated.js";
import { Failure } from "../cli/report.js";
import { inBuild, inRoot, sources } from "../paths.js";
import { installToFuzz } from "../setup/clang.js";
import { setUp } from "../setup/setup.js";
import { coreFiles } from "./core-tests.js";
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
	/** The longest input that is worth trying, in bytes. */
	longest: number;
	/** Executions in `npm test`: some seconds of each. */
	runs: number;
}

const board = [
	"tests/core/harness.c",
	"tests/support/lwip/lwip_faults.c",
	"tests/fuzz/network.c",
	"tests/fuzz/snapshot.c",
	"boards/common/tcp_storms.c",
	"modules/sockets/port/bare/sockets_port.c",
	...coreFiles,
];

export const fuzzTargets: readonly FuzzTarget[] = [
	{
		name: "core",
		what: "the socket core: socket operations, with packets lost, doubled, reordered and forged beneath them",
		files: ["tests/fuzz/core.c", "tests/fuzz/model.c", ...board],
		lwip: true,
		longest: 768,
		runs: 4000,
	},
];

export type FuzzBuild = "fuzz" | "coverage";

/** The path of a target's program. */
function programOf(build: FuzzBuild, name: string): string {
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
	const folders = ["tests/fuzz", "tests/core", "tests/support/lwip", "modules/sockets", "modules/console"];
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
				words.push("-Wl,--wrap=calloc,--wrap=malloc", "-Wl,-T,tests/fuzz/snapshot.ld");
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
