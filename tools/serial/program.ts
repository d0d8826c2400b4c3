// SPDX-License-Identifier: MIT
// Programs for a board that already runs the firmware: TypeScript files become the text of modules that raw mode can
// send. They are compiled as an image's own are (build/typescript.ts), against the modules of the firmware.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { resolve } from "node:path";
import { findBoard } from "../boards/boards.js";
import { testModules } from "../build/device-tests.js";
import { checkImports, importsOf, resolveImport } from "../build/imports.js";
import { withLock } from "../build/lock.js";
import { shown } from "../build/manifest.js";
import { planImage } from "../build/plan.js";
import { compileTypescript } from "../build/typescript.js";
import { root } from "../paths.js";
import { setUp } from "../setup/setup.js";
import type { RawClient } from "./raw-client.js";

/** A module as it is sent. */
export interface SentModule {
	specifier: string;
	/** What error stacks call it. */
	path: string;
	text: string;
	map: SourceMap;
}

/** A file, and the modules that it consists of; those that others import come first. */
export interface Program {
	file: string;
	specifier: string;
	modules: SentModule[];
}

/**
 * Compiles files, each with what it imports by relative paths.
 * @param options.manifest of the firmware that the board runs
 * @throws {Failure} for what does not compile, or imports a module that the firmware does not have
 */
export async function compilePrograms(
	files: readonly string[],
	{ board = "native-sim", manifest = "manifest.json" }: { board?: string; manifest?: string } = {},
): Promise<Program[]> {
	await setUp();
	const { modules, list } = testModules(files.map((file) => resolve(file)));
	const digest = createHash("sha256")
		.update(`${manifest}\n${files.join("\n")}`)
		.digest("hex")
		.slice(0, 8);
	const plan = planImage({
		board: findBoard(board, "release"),
		variant: "release",
		name: `programs-${digest}`,
		manifest: resolve(root, manifest),
		modules,
	});
	await withLock(plan.folder, async () => compileTypescript(plan));
	checkImports(plan.modules);
	const sent = new Map<string, SentModule>();
	for (const { specifier } of modules) {
		const planned = plan.modules.find((module) => module.specifier === specifier);
		if (!planned) continue;
		const text = readFileSync(planned.javascript, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
		const map = JSON.parse(readFileSync(`${planned.javascript}.map`, "utf8")) as SourceMapPayload;
		sent.set(specifier, { specifier, path: shown(planned.source), text, map: new SourceMap(map) });
	}
	return list.map(({ specifier, file }) => ({ file, specifier, modules: inOrder(specifier, sent) }));
}

/** A module and those that it needs, these first. */
function inOrder(specifier: string, all: ReadonlyMap<string, SentModule>): SentModule[] {
	const found = new Set<SentModule>();
	const seen = new Set<string>();
	const visit = (name: string) => {
		const module = all.get(name);
		if (!module || seen.has(name)) return;
		seen.add(name);
		for (const wanted of importsOf(module.text)) visit(resolveImport(wanted, name));
		found.add(module);
	};
	visit(specifier);
	return [...found];
}

/** Sends a program's modules. */
export async function sendProgram(client: RawClient, { modules }: Program): Promise<void> {
	for (const { specifier, path, text } of modules) await client.module(specifier, path, text);
}

/** Replaces the lines of the JavaScript in error stacks by those of the TypeScript. */
export function mapLines(text: string, { modules }: Program): string {
	return text.replace(/\(([^():]+):(\d+)\)/g, (whole, path: string, number: string) => {
		const module = modules.find((candidate) => candidate.path === path);
		if (!module) return whole;
		const line = Number(number) - 1;
		const column = /\S/.exec(module.text.split("\n")[line] ?? "")?.index ?? 0;
		const entry = module.map.findEntry(line, column);
		return "originalLine" in entry ? `(${path}:${entry.originalLine + 1})` : whole;
	});
}
