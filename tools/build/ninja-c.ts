// SPDX-License-Identifier: MIT
// Compiling and linking C with ninja.
import { join } from "node:path";
import type { Compilation } from "../boards/board.js";
import { asOutputName, fromRoot } from "./files.js";
import { type NinjaFile, shellWords } from "./ninja.js";

/** The rules that compile and link use. */
export function addCompileRules(ninja: NinjaFile): void {
	ninja.rule("compile", {
		// -MD, not -MMD: our own headers may come through one of lwIP's or XS's, which count as the system's.
		command: "$compiler $flags -MD -MF $out.d -c $in -o $out",
		description: "$kind $in",
		depfile: "$out.d",
	});
	ninja.rule("link", { command: "$compiler -o $out $in $flags", description: "LINK $out" });
}

/** Compiles files to objects under a folder; `kind` is the word that progress shows. Gives the objects. */
export function compile(
	ninja: NinjaFile,
	kind: string,
	compiler: string,
	folder: string,
	{ files, flags }: Compilation,
): string[] {
	return files.map((source) => {
		const object = fromRoot(join(folder, `${asOutputName(source)}.o`));
		compileOne(ninja, kind, compiler, source, object, flags);
		return object;
	});
}

/** Compiles one file; `implicit` are generated files that must be there before. */
export function compileOne(
	ninja: NinjaFile,
	kind: string,
	compiler: string,
	source: string,
	object: string,
	flags: readonly string[],
	implicit: readonly string[] = [],
): void {
	const variables = { compiler, flags: shellWords(flags), kind };
	ninja.build({ outputs: [object], rule: "compile", inputs: [fromRoot(source)], implicit, variables });
}

/** Links objects to a program; `words` follow the objects, `implicit` are other files that the linker reads. */
export function link(
	ninja: NinjaFile,
	program: string,
	objects: readonly string[],
	compiler: string,
	words: readonly string[],
	implicit: readonly string[] = [],
): void {
	const variables = { compiler, flags: shellWords(words) };
	ninja.build({ outputs: [program], rule: "link", inputs: objects, implicit, variables });
}
