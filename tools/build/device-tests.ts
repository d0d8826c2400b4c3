// SPDX-License-Identifier: MIT
// Test files as modules of an image: each gets a specifier, and so does every file that it imports by a relative path.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "../cli/report.js";
import { importsOf, resolveImport } from "./imports.js";
import { shown } from "./manifest.js";
import type { ModuleFile } from "./module-files.js";

/** What the module "testing/files" exports for each test file; modules/testing declares it. */
export interface TestFile {
	specifier: string;
	/** What reports call it: its path from the project's root, or the whole of one outside. */
	file: string;
}

/**
 * Modules for test files: "test/0/NAME", the number being that of the folder, so that relative imports work.
 * @param files absolute paths
 * @throws {Failure} for a file that is not there or not TypeScript, or a relative import that leads nowhere
 */
export function testModules(files: readonly string[]): { modules: ModuleFile[]; list: TestFile[] } {
	const folders: string[] = [];
	const modules = new Map<string, string>();
	const list = files.map((file) => {
		if (!existsSync(file)) throw new Failure(`there is no test file ${shown(file)}`);
		if (!/\.ts$/.test(file) || file.endsWith(".d.ts")) throw new Failure(`${shown(file)}: a device test is a .ts file`);
		const folder = dirname(file);
		if (!folders.includes(folder)) folders.push(folder);
		const specifier = `test/${folders.indexOf(folder)}/${basename(file, ".ts")}`;
		addModule(modules, specifier, file);
		return { specifier, file: shown(file) };
	});
	return { modules: [...modules].map(([specifier, source]) => ({ specifier, source })), list };
}

function addModule(modules: Map<string, string>, specifier: string, file: string): void {
	const other = modules.get(specifier);
	if (other === file) return;
	if (other) throw new Failure(`${shown(file)} and ${shown(other)} would both be module '${specifier}'`);
	modules.set(specifier, file);
	const relative = importsOf(readFileSync(file, "utf8")).filter((name) => name.startsWith("."));
	for (const path of relative.map((name) => name.replace(/\.js$/, ""))) {
		const target = join(dirname(file), `${path}.ts`);
		if (!existsSync(target)) {
			if (existsSync(join(dirname(file), `${path}.d.ts`))) continue;
			throw new Failure(`${shown(file)}: imports ${path}, but there is no ${shown(target)}`);
		}
		addModule(modules, resolveImport(path, specifier), target);
	}
}
