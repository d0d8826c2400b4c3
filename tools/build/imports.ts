// SPDX-License-Identifier: MIT
// What modules import, so that an import that leads nowhere is an error of the build and not of the running board.
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { Failure } from "../cli/report.js";
import { shown } from "./manifest.js";
import type { PlannedModule } from "./plan.js";

/** The specifiers of a source's import and export statements, and of dynamic imports of a literal; none of types. */
export function importsOf(text: string): string[] {
	const statements =
		/^[ \t]*(?:import|export)\s(?!type\s)[^"';]*?\bfrom\s*["']([^"']+)["']|^[ \t]*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
	return [...text.matchAll(statements)].map(([, first, second, third]) => first ?? second ?? third ?? "");
}

/** The specifier that an import names: a relative one counts from the importing module, and `.js` may be written. */
export function resolveImport(specifier: string, from: string): string {
	if (!/^\.\.?\//.test(specifier)) return specifier;
	return posix.join(posix.dirname(from), specifier).replace(/\.js$/, "");
}

/**
 * Checks that every module that is imported is in the image.
 * @throws {Failure} naming the importing file
 */
export function checkImports(modules: readonly PlannedModule[]): void {
	const known = new Set(modules.map(({ specifier }) => specifier));
	for (const { specifier, source, javascript } of modules) {
		for (const name of importsOf(readFileSync(javascript, "utf8"))) {
			const wanted = resolveImport(name, specifier);
			if (known.has(wanted)) continue;
			throw new Failure(`${shown(source)}: imports '${name}', but no manifest has a module '${wanted}'`);
		}
	}
}
