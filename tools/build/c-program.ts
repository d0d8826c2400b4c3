// SPDX-License-Identifier: MIT
// A test program in C for this machine: our own files, and lwIP's.
import { dirname, join } from "node:path";
import type { Compilation } from "../boards/board.js";
import { Failure } from "../cli/report.js";
import { fromRoot, writeIfChanged } from "./files.js";
import { withLock } from "./lock.js";
import { NinjaFile, runNinja } from "./ninja.js";
import { addCompileRules, compile, link } from "./ninja-c.js";

export interface Program {
	/** For the message if building fails. */
	what: string;
	/** The path of the result, in a folder of its own. */
	program: string;
	own: Compilation;
	lwip: Compilation;
	/** Words after the objects when linking. */
	link: readonly string[];
}

/**
 * Builds a program; the sources of lwIP must be in place.
 * @returns its path
 * @throws {Failure} if the compiler finds an error; it has said which
 */
export async function buildProgram({ what, program, own, lwip, link: words }: Program): Promise<string> {
	const folder = dirname(program);
	return withLock(folder, async () => {
		const file = join(folder, "build.ninja");
		const ninja = new NinjaFile(fromRoot(folder));
		addCompileRules(ninja);
		const objects = [...compile(ninja, "C", "gcc", folder, own), ...compile(ninja, "LWIP", "gcc", folder, lwip)];
		const target = fromRoot(program);
		link(ninja, target, objects, "gcc", words);
		writeIfChanged(file, ninja.text(target));
		const status = await runNinja(fromRoot(file));
		if (status !== 0) throw new Failure(`building ${what} failed (see above)`, status);
		return program;
	});
}
