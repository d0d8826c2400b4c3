// SPDX-License-Identifier: MIT
// clang with libFuzzer and the sanitizers' runtime. Debian and Ubuntu have that runtime in a package whose name has LLVM's
// version (libclang-rt-14-dev, libclang-rt-19-dev; in Ubuntu 22.04 it comes with clang itself), and clang only recommends
// it: so clang comes first, and says which it is.
import { capture } from "../cli/run.js";
import { findProgram, installMissing, type Requirement } from "./debian.js";

/** The compiler, and what makes names of the addresses in its reports. */
export const toFuzz: readonly Requirement[] = [
	{ package: "clang", purpose: "C compiler of the fuzzer", programs: ["clang"] },
	{
		package: "llvm",
		purpose: "names in the fuzzer's reports, and its coverage",
		programs: ["llvm-symbolizer", "llvm-cov"],
	},
];

/**
 * The package that has a clang's runtime.
 * @param version what `clang -dumpversion` prints: "14.0.6"
 * @param builtins where clang looks for one library of its runtime, whether it is there or not: the others are beside it
 */
export function clangRuntime(version: string, builtins: string): Requirement {
	const [major = ""] = version.trim().split(".");
	return {
		package: `libclang-rt-${major}-dev`,
		purpose: "libFuzzer and the sanitizers of clang",
		files: ["fuzzer", "asan"].map((library) => builtins.trim().replace(/builtins(?=[^/]*$)/, library)),
	};
}

async function runtimeOfClang(): Promise<Requirement> {
	const { stdout: version } = await capture("clang", ["-dumpversion"]);
	const { stdout: builtins } = await capture("clang", ["--rtlib=compiler-rt", "-print-libgcc-file-name"]);
	return clangRuntime(version, builtins);
}

/**
 * Installs what is missing to fuzz.
 * @returns the compiler
 */
export async function installToFuzz(): Promise<string> {
	await installMissing(toFuzz);
	await installMissing([await runtimeOfClang()]);
	return "clang";
}

/** Everything that fuzzing needs, for a report; the runtime only where clang is there to say which. */
export async function toFuzzHere(): Promise<readonly Requirement[]> {
	return findProgram("clang") === undefined ? toFuzz : [...toFuzz, await runtimeOfClang()];
}
