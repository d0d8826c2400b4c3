// SPDX-License-Identifier: MIT
// Reads manifest.json files as mcconfig does: the included ones first, each once, later ones over earlier ones.
// manifest-check.ts has the keys; module-files.ts turns the module patterns into files.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Failure } from "../cli/report.js";
import { root, sources } from "../paths.js";
import {
	checkManifest,
	checkSection,
	creationDefaults,
	type JsonObject,
	type Section,
	type Strings,
} from "./manifest-check.js";

/** An entry of `modules`: the files that a pattern matches get the target as specifier, `*` filled in. */
export interface ModulePattern {
	target: string;
	/** Absolute path, with or without extension; `*` in its last part matches any name. */
	source: string;
	/** The manifest that says so, as messages show it. */
	manifest: string;
}

/** All manifests of an image, merged. */
export interface Manifest {
	patterns: ModulePattern[];
	preload: { specifier: string; manifest: string }[];
	creation: typeof creationDefaults;
	config: JsonObject;
	defines: JsonObject;
}

/** What `$(NAME)` stands for in paths. */
const variables: Record<string, string> = { XS: sources.xs, LWIP: sources.lwip };

/**
 * Reads and merges manifests and what they include.
 * @param files absolute paths, the earlier ones the more basic (a board's before the application's)
 * @param board whose `platforms` entries count
 * @throws {Failure} for a file that is missing or not as docs/manifests.md has it
 */
export function readManifests(files: readonly string[], board: string): Manifest {
	const manifest: Manifest = {
		patterns: [],
		preload: [],
		creation: structuredClone(creationDefaults),
		config: {},
		defines: {},
	};
	const seen = new Set<string>();
	for (const file of files) include(manifest, file, board, seen, undefined);
	return manifest;
}

/** A path as messages show it: from the project's root when it is inside. */
export function shown(path: string): string {
	const inside = relative(root, path);
	return inside.startsWith("..") ? path : inside;
}

function include(manifest: Manifest, file: string, board: string, seen: Set<string>, from: string | undefined): void {
	if (seen.has(file)) return;
	seen.add(file);
	const name = shown(file);
	if (!existsSync(file)) throw new Failure(from ? `${from}: include: there is no ${name}` : `there is no ${name}`);
	const content = checkManifest(readFileSync(file, "utf8"), name);
	const sections: [Section, string][] = [[content, name]];
	const platform = platformEntry(content.platforms, board);
	if (platform !== undefined) {
		const where = `${name}: platforms.${platform}`;
		sections.push([checkSection(content.platforms?.[platform], where), where]);
	}
	const folder = dirname(file);
	for (const [section, where] of sections) {
		for (const path of list(section.include)) {
			include(manifest, absolute(path, folder, `${where}: include`), board, seen, where);
		}
	}
	for (const [section, where] of sections) merge(manifest, section, folder, where);
}

/** The key of `platforms` that counts for a board: its name, else `...` (any other). */
function platformEntry(platforms: Record<string, unknown> | undefined, board: string): string | undefined {
	return [board, "..."].find((key) => platforms !== undefined && Object.hasOwn(platforms, key));
}

function merge(manifest: Manifest, section: Section, folder: string, where: string): void {
	for (const [target, values] of Object.entries(section.modules ?? {})) {
		for (const value of list(values)) {
			const source = absolute(value, folder, `${where}: modules`);
			manifest.patterns.push({ target, source, manifest: where });
		}
	}
	for (const specifier of list(section.preload)) manifest.preload.push({ specifier, manifest: where });
	mergeObjects(manifest.creation as unknown as JsonObject, section.creation ?? {});
	mergeObjects(manifest.config, section.config ?? {});
	mergeObjects(manifest.defines, section.defines ?? {});
}

function mergeObjects(target: JsonObject, source: JsonObject): void {
	for (const [key, value] of Object.entries(source)) {
		const present = target[key];
		if (isObject(present) && isObject(value)) mergeObjects(present, value);
		else target[key] = structuredClone(value);
	}
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: Strings | undefined): string[] {
	if (value === undefined) return [];
	return typeof value === "string" ? [value] : value;
}

function absolute(path: string, folder: string, where: string): string {
	const filled = path.replace(/\$\(([^)]*)\)/g, (_, name: string) => {
		const value = variables[name];
		if (value === undefined) {
			const known = Object.keys(variables)
				.map((key) => `$(${key})`)
				.join(", ");
			throw new Failure(`${where}: unknown variable $(${name}); for the emulated boards there are ${known}`);
		}
		return value;
	});
	// `./*` must keep its last part as it is.
	return filled.endsWith("/") ? join(resolve(folder, filled), "/") : resolve(folder, filled);
}
