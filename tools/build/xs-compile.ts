// SPDX-License-Identifier: MIT
// How the bytecode compiler is built: tools/xs-compile, a program for this machine with XS's own parser in it.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Compilation } from "../boards/board.js";
import { root, sources } from "../paths.js";
import { fromRoot } from "./files.js";

const parserFiles = [
	"xsBigInt",
	"xsCode",
	"xsCommon",
	"xsdtoa",
	"xsLexical",
	"xsre",
	"xsScope",
	"xsScript",
	"xsSourceMap",
	"xsSyntaxical",
	"xsTree",
];

const optimised = ["-O2", "-fno-common", "-fno-strict-aliasing", "-DmxCompile=1"];

/** XS's parser, and our program around it. */
export function xsCompile(): { parser: Compilation; program: Compilation; link: string[] } {
	const xs = fromRoot(join(sources.xs, "xs"));
	const folders = [`${xs}/includes`, `${xs}/platforms`, `${xs}/sources`];
	return {
		parser: {
			files: parserFiles.map((name) => `${xs}/sources/${name}.c`),
			flags: [...optimised, "-w", ...folders.map((folder) => `-I${folder}`)],
		},
		program: {
			files: readdirSync(join(root, "tools", "xs-compile"))
				.filter((name) => name.endsWith(".c"))
				.map((name) => `tools/xs-compile/${name}`),
			flags: [
				"-std=c11",
				"-D_GNU_SOURCE",
				...optimised,
				"-Wall",
				"-Wextra",
				"-Werror",
				...folders.flatMap((folder) => ["-isystem", folder]),
			],
		},
		link: ["-lm"],
	};
}

/** The C name of a module's description: characters other than letters and digits become `_` and their bytes in hex. */
export function moduleSymbol(specifier: string): string {
	const mangled = [...Buffer.from(specifier)].map((byte) => {
		const character = String.fromCharCode(byte);
		return /[A-Za-z0-9]/.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
	});
	return `image_module_${mangled.join("")}`;
}
