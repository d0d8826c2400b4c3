// SPDX-License-Identifier: MIT
// From the `modules` of the manifests to files: which module has which source, which C files and declarations there are.
import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { Failure } from "../cli/report.js";
import { type ModulePattern, shown } from "./manifest.js";

/** A JavaScript module of the image. */
export interface ModuleFile {
	specifier: string;
	/** Absolute path of a .ts or .js file. */
	source: string;
}

export interface ModuleFiles {
	modules: ModuleFile[];
	/** Absolute paths of .c files. */
	c: string[];
	/** Absolute paths of .h files. */
	headers: string[];
	/** Absolute paths of .d.ts files. */
	declarations: string[];
}

/**
 * Finds the files that patterns name; each file counts once, and none that a pattern with the target `~` names.
 * @throws {Failure} for a pattern without a file, and for two files with one specifier
 */
export function findModuleFiles(patterns: readonly ModulePattern[]): ModuleFiles {
	const seen = new Set<string>();
	for (const pattern of patterns) {
		if (pattern.target === "~") for (const { path } of matches(pattern)) seen.add(path);
	}
	const found: ModuleFiles = { modules: [], c: [], headers: [], declarations: [] };
	const bySpecifier = new Map<string, string>();
	for (const pattern of patterns) {
		if (pattern.target === "~") continue;
		for (const { path, name } of matches(pattern)) {
			if (seen.has(path)) continue;
			seen.add(path);
			const kind = kindOf(path);
			if (kind === "module") {
				const specifier = fillTarget(pattern.target, name);
				const other = bySpecifier.get(specifier);
				if (other) {
					throw new Failure(
						`${pattern.manifest}: two files for module '${specifier}': ${shown(other)} and ${shown(path)}`,
					);
				}
				bySpecifier.set(specifier, path);
				found.modules.push({ specifier, source: path });
			} else if (kind !== undefined) {
				found[kind].push(path);
			}
		}
	}
	return found;
}

type Kind = "module" | "c" | "headers" | "declarations";

function kindOf(path: string): Kind | undefined {
	if (path.endsWith(".d.ts")) return "declarations";
	const kinds: Record<string, Kind> = { ".ts": "module", ".js": "module", ".c": "c", ".h": "headers" };
	return kinds[extname(path)];
}

function fillTarget(target: string, name: string): string {
	return target.endsWith("*") ? target.slice(0, -1) + name : target;
}

/** Files that a pattern matches, with what stands for its `*` (or the file's name without one). */
function matches({ source, manifest }: ModulePattern): { path: string; name: string }[] {
	const folder = dirname(source);
	const wanted = basename(source);
	const star = wanted.indexOf("*");
	const found: { path: string; name: string }[] = [];
	for (const file of filesOf(folder)) {
		if (file.startsWith(".") || kindOf(file) === undefined) continue;
		const name = file.replace(/(\.d)?\.\w+$/, "");
		const path = join(folder, file);
		if (star >= 0) {
			const prefix = wanted.slice(0, star);
			if (name.startsWith(prefix)) found.push({ path, name: name.slice(prefix.length) });
		} else if (name === wanted || file === wanted) {
			found.push({ path, name });
		}
	}
	if (found.length === 0) throw new Failure(`${manifest}: modules: no file matches ${shown(source)}`);
	return found;
}

function filesOf(folder: string): string[] {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
}
