// SPDX-License-Identifier: MIT
// What the build must know of a board that tools/ builds for; one file per board beside this one says it.

import type { Creation } from "../build/manifest-check.js";

/** A set of C files with the flags that they are compiled with. */
export interface Compilation {
	/** Paths from the project's root. */
	files: readonly string[];
	flags: readonly string[];
}

/** A program to run, ready for spawn. */
export interface Launch {
	/** The firmware. */
	image: string;
	command: string;
	/** Where the firmware says what is wrong: its console, if that is all it has. */
	errors: "stdout" | "stderr";
	/** Options may be appended; then `--` and words for the application. */
	args: string[];
	/** How to start it without a network so that it tells at its end how many instructions it has taken. */
	counted: Counted;
	/** Writes the firmware into the board's flash, if it has one; gives how to start the board from there. */
	flash?(): Flashed;
}

/** A firmware whose instructions are counted. */
export interface Counted {
	command: string;
	/** `--` and words for the application may be appended. */
	args: string[];
	/** The number in all that it has written, if it is there. */
	parse(output: string): number | undefined;
}

/** A firmware in a board's flash. */
export interface Flashed extends Omit<Launch, "flash" | "counted"> {
	/** The file, or device, that was written. */
	file: string;
	/** Bytes. */
	size: number;
}

/** How to build: "release", or "sanitize" for AddressSanitizer and UndefinedBehaviorSanitizer. */
export type Variant = "release" | "sanitize";
export const variants: readonly Variant[] = ["release", "sanitize"];

/** What linking depends on of an image. */
export interface LinkedImage {
	/** `creation` of its manifests. */
	creation: Creation;
	/** Where the linker may write a map. */
	map: string;
}

export interface Board {
	name: string;
	/** One line: what it is. */
	summary: string;
	/** Its manifest, from the project's root. */
	manifest: string;
	compiler: string;
	/** The program that lists the symbols of its objects. */
	nm: string;
	/** Third-party C: no warnings of ours, no manifest. */
	xs: Compilation;
	lwip: Compilation;
	/** Flags of our own C, without the include folders of the manifest's headers. */
	flags: readonly string[];
	/** Flags of C that the build writes: tables and bytecode. */
	generated: readonly string[];
	/** Words after the objects when linking. */
	link(image: LinkedImage): readonly string[];
	/** Files, from the project's root, that linking reads beside the objects. */
	linkInputs?: readonly string[];
	/**
	 * The program that makes the firmware of what was linked, if that is not yet it: a path under build/tools. It is called
	 * with the linked file, which is the firmware's path with `.elf`, and the firmware's path.
	 */
	finish?: string;
	/**
	 * The program that writes what a firmware takes of the board's memory, and fails if that is over a budget; if there is
	 * one. It is called with the firmware's path and the report's.
	 *
	 * @param name of the image, as plan.ts has it
	 */
	sizes?(name: string): readonly string[];
	/** Shared objects for this machine, which launch() uses: paths of their sources and of what they become. */
	helpers?: readonly { source: string; output: string }[];
	/** How to start a firmware image. */
	launch(image: string): Launch;
}
