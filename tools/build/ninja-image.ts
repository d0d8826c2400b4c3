// SPDX-License-Identifier: MIT
// The ninja file of an image: TypeScript → JavaScript → bytecode in C → firmware, with XS, lwIP and our own C beside.
import { join } from "node:path";
import { inBuild } from "../paths.js";
import type { Description } from "./description.js";
import { fromRoot } from "./files.js";
import { shown } from "./manifest.js";
import { NinjaFile, shellWords } from "./ninja.js";
import { addCompileRules, compile, compileOne, link } from "./ninja-c.js";
import type { Plan } from "./plan.js";
import { xsCompile } from "./xs-compile.js";

/** Flags that pkg-config gives for a board's libraries. */
export interface LibraryFlags {
	compile: readonly string[];
	link: readonly string[];
}

/** What the steps that run on Node depend on: it changes whenever the tools are compiled again. */
const toolsStamp = fromRoot(inBuild("tools", ".stamp"));

/**
 * Text of the ninja file.
 * @param file the path of the image's description, which the steps read
 */
export function imageNinja(plan: Plan, description: Description, file: string, libraries: LibraryFlags): string {
	const { board, buildFolder } = plan;
	const ninja = new NinjaFile(fromRoot(buildFolder));
	addCompileRules(ninja);
	addStepRules(ninja);
	const compiler = addXsCompile(ninja, buildFolder);
	addTypescript(ninja, plan, description, file);
	const modules = addModules(ninja, plan, compiler);
	const own = addOwnC(ninja, plan, libraries);
	ninja.build({
		outputs: [fromRoot(description.table)],
		rule: "table",
		inputs: [fromRoot(file)],
		implicit: [toolsStamp, ...plan.modules.map(({ natives }) => fromRoot(natives)), ...own],
	});
	const table = `${fromRoot(description.table)}.o`;
	compileOne(ninja, "C", board.compiler, description.table, table, ["-Iboards/common"]);
	const objects = [
		...compile(ninja, "XS", board.compiler, buildFolder, board.xs),
		...compile(ninja, "LWIP", board.compiler, buildFolder, board.lwip),
		...own,
		...modules,
		table,
	];
	const image = fromRoot(plan.image);
	link(ninja, image, objects, board.compiler, [...board.link, ...libraries.link]);
	return ninja.text(image);
}

function addStepRules(ninja: NinjaFile): void {
	const step = (name: string) =>
		`${shellWords([process.execPath])} ${fromRoot(inBuild("tools", "build", "steps", name))}`;
	ninja.rule("typescript", { command: `${step("typescript.js")} $in`, description: "TYPESCRIPT", restat: true });
	ninja.rule("table", { command: `${step("table.js")} $in`, description: "TABLE $out", restat: true });
	ninja.rule("bytecode", { command: "$compiler $flags -o $object $in", description: "BYTECODE $specifier" });
}

/** The bytecode compiler; gives its path. */
function addXsCompile(ninja: NinjaFile, buildFolder: string): string {
	const program = fromRoot(join(buildFolder, "xs-compile"));
	const { parser, program: own, link: words } = xsCompile();
	const folder = join(buildFolder, "host");
	const objects = [...compile(ninja, "XS", "gcc", folder, parser), ...compile(ninja, "C", "gcc", folder, own)];
	link(ninja, program, objects, "gcc", words);
	return program;
}

/** One edge for all of the image's TypeScript. */
function addTypescript(ninja: NinjaFile, plan: Plan, description: Description, file: string): void {
	const { inside, outside, declarations } = plan.typescript;
	const compiled = plan.modules.filter(({ map }) => map !== undefined);
	if (compiled.length === 0) return;
	const configs = description.typescript.map(({ config }) => config);
	ninja.build({
		outputs: compiled.flatMap(({ javascript, map = "" }) => [javascript, map]).map(fromRoot),
		rule: "typescript",
		inputs: [fromRoot(file)],
		implicit: [toolsStamp, "tsconfig.json", ...[...configs, ...inside, ...outside, ...declarations].map(fromRoot)],
	});
}

/** Bytecode and object of each module; gives the objects. */
function addModules(ninja: NinjaFile, { modules, board }: Plan, compiler: string): string[] {
	return modules.map((module) => {
		const map = module.map === undefined ? [] : [fromRoot(module.map)];
		const words = ["--specifier", module.specifier, "--path", shown(module.source)];
		const c = fromRoot(module.c);
		ninja.build({
			outputs: [c, fromRoot(module.natives)],
			rule: "bytecode",
			inputs: [fromRoot(module.javascript)],
			implicit: [compiler, ...map],
			variables: {
				compiler,
				flags: shellWords([...words, ...map.flatMap((path) => ["--source-map", path])]),
				object: c,
				specifier: module.specifier,
			},
		});
		compileOne(ninja, "MODULE", board.compiler, c, `${c}.o`, ["-Iboards/common"]);
		return `${c}.o`;
	});
}

/** Objects of our own C; gives them. */
function addOwnC(ninja: NinjaFile, plan: Plan, libraries: LibraryFlags): string[] {
	const { board, folder } = plan;
	const generated = join(folder, "generated");
	const headers = ["mc.xs.h", "mc.defines.h"].map((name) => fromRoot(join(generated, name)));
	const folders = plan.headerFolders.map((path) => `-I${fromRoot(path)}`);
	const flags = [...board.flags, ...libraries.compile, ...folders];
	return plan.objects.map(({ source, object, bound }) => {
		const own = bound ? [...flags, `-I${fromRoot(generated)}`] : flags;
		compileOne(ninja, "C", board.compiler, source, fromRoot(object), own, bound ? headers : []);
		return fromRoot(object);
	});
}
