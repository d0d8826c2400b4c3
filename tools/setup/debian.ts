// SPDX-License-Identifier: MIT
// The Debian packages that the project needs: checked by what they provide (so a compiler from elsewhere counts), and
// installed with apt-get when something is missing.
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { Failure, progress } from "../cli/report.js";
import { run } from "../cli/run.js";

/** Something that must be on the machine. */
export interface Requirement {
	/** The Debian package that brings it. */
	package: string;
	/** What it is needed for. */
	purpose: string;
	/** What must be there: programs on PATH, or headers of the compiler's default folders. */
	programs?: readonly string[];
	headers?: readonly string[];
	/** Or other files, by their full paths. */
	files?: readonly string[];
}

/** What every build for an emulated board needs. */
export const toBuild: readonly Requirement[] = [
	{ package: "gcc", purpose: "C compiler", programs: ["gcc", "ar", "nm"] },
	{ package: "libc6-dev", purpose: "C library headers", headers: ["stdio.h"] },
	{ package: "ninja-build", purpose: "build runner", programs: ["ninja"] },
	{ package: "libslirp-dev", purpose: "user-mode network of native-sim", headers: ["slirp/libslirp.h"] },
	{ package: "dpkg-dev", purpose: "unpacks lwIP's source package", programs: ["dpkg-source"] },
];

/** What qemu-riscv32 needs besides. */
export const toEmulate: readonly Requirement[] = [
	{ package: "qemu-system-misc", purpose: "the machine of qemu-riscv32", programs: ["qemu-system-riscv32"] },
	{
		package: "gcc-riscv64-unknown-elf",
		purpose: "C compiler for qemu-riscv32",
		programs: ["riscv64-unknown-elf-gcc", "riscv64-unknown-elf-nm", "riscv64-unknown-elf-objcopy"],
	},
	{
		package: "picolibc-riscv64-unknown-elf",
		purpose: "C library for qemu-riscv32",
		files: ["/usr/lib/picolibc/riscv64-unknown-elf/include/stdio.h"],
	},
];

/** What `npm run lint` and `npm run format` need besides. */
export const toLint: readonly Requirement[] = [
	{ package: "clang-format", purpose: "formats the C sources", programs: ["clang-format"] },
];

/** What `npm run bench` needs besides. */
export const toBench: readonly Requirement[] = [
	{ package: "valgrind", purpose: "counts the instructions of the benchmark", programs: ["valgrind"] },
];

/** The full path of a program on PATH, or undefined. */
export function findProgram(name: string, path = process.env.PATH ?? ""): string | undefined {
	for (const folder of path.split(":")) {
		if (folder === "") continue;
		const candidate = join(folder, name);
		try {
			accessSync(candidate, constants.X_OK);
			return candidate;
		} catch {
			// Not here: the next folder.
		}
	}
	return undefined;
}

function findHeader(name: string): string | undefined {
	return ["/usr/local/include", "/usr/include"].map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Whether all that a requirement names is on the machine. */
export function isPresent(requirement: Requirement): boolean {
	return (
		(requirement.programs ?? []).every((name) => findProgram(name) !== undefined) &&
		(requirement.headers ?? []).every((name) => findHeader(name) !== undefined) &&
		(requirement.files ?? []).every((path) => existsSync(path))
	);
}

/** The command that a person can type to install packages. */
export function installCommand(packages: readonly string[]): string {
	return `sudo apt-get install ${packages.join(" ")}`;
}

/**
 * Installs what is missing: as root, or with sudo when there is a terminal to ask on.
 * @throws {Failure} with what to run, when neither is possible
 */
export async function installMissing(requirements: readonly Requirement[]): Promise<void> {
	const missing = requirements.filter((requirement) => !isPresent(requirement));
	if (missing.length === 0) return;
	const packages = missing.map((requirement) => requirement.package);
	const prefix = aptPrefix();
	if (prefix === undefined) {
		throw new Failure(`Debian packages are missing; run: ${installCommand(packages)}`);
	}
	progress(`installing Debian packages: ${packages.join(" ")}`);
	// `env`, because sudo hands no variables on.
	const [program, ...first] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
	const apt = (...args: string[]) => run(program ?? "env", [...first, ...args], { output: "stderr", input: true });
	// A minimal machine has no package lists, an old one stale ones.
	await apt("update", "-q");
	await apt("install", "-y", "-q", "--no-install-recommends", ...packages);
	const still = missing.filter((requirement) => !isPresent(requirement)).map((requirement) => requirement.package);
	if (still.length > 0) throw new Failure(`could not install ${still.join(" ")}; try: ${installCommand(still)}`);
}

/** The words before `apt-get`: none for root, `sudo` when it can ask; undefined when packages cannot be installed. */
function aptPrefix(): string[] | undefined {
	if (findProgram("apt-get") === undefined) return undefined;
	if (process.getuid?.() === 0) return [];
	return process.stdin.isTTY && findProgram("sudo") !== undefined ? ["sudo"] : undefined;
}
