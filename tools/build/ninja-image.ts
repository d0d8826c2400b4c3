// SPDX-License-Identifier: MIT
// The ninja file of an image: JavaScript → bytecode in C → firmware, with XS, lwIP and our own C beside.
import { join } from "node:path";
import type { Board } from "../boards/board.js";
import { inBuild } from "../paths.js";
import type { Description } from "./description.js";
import { fromRoot, isInside } from "./files.js";
import { shown } from "./manifest.js";
import { NinjaFile, shellWords } from "./ninja.js";
import { addCompileRules, compile, compileOne, link } from "./ninja-c.js";
import type { Plan } from "./plan.js";
import { xsCompile } from "./xs-compile.js";

/** What a step that runs on Node depends on: it changes whenever the tools are compiled again. */
const toolsStamp = fromRoot(inBuild("tools", ".stamp"));

/**
 * Text of the ninja file.
 * @param file the path of the image's description, which the steps read
 */
export function imageNinja(plan: Plan, description: Description, file: string): string {
	const { board, buildFolder } = plan;
	const ninja = new NinjaFile(fromRoot(buildFolder));
	addCompileRules(ninja);
	addStepRules(ninja);
	const compiler = addXsCompile(ninja, buildFolder);
	const modules = addModules(ninja, plan, compiler);
	const own = addOwnC(ninja, plan);
	ninja.build({
		outputs: [fromRoot(description.table)],
		rule: "table",
		inputs: [fromRoot(file)],
		implicit: [toolsStamp, ...plan.modules.map(({ natives }) => fromRoot(natives)), ...own],
	});
	const table = `${fromRoot(description.table)}.o`;
	compileOne(ninja, "C", board.compiler, description.table, table, generatedFlags(plan));
	const objects = [
		...compile(ninja, "XS", board.compiler, buildFolder, board.xs),
		...compile(ninja, "LWIP", board.compiler, buildFolder, board.lwip),
		...own,
		...modules,
		table,
	];
	const image = fromRoot(plan.image);
	const words = board.link({ creation: plan.merged.creation, map: `${image}.map` });
	const helpers = addHelpers(ninja, board);
	const linked = board.finish === undefined ? image : `${image}.elf`;
	link(ninja, linked, objects, board.compiler, words, board.linkInputs);
	if (board.finish !== undefined) {
		const step = fromRoot(inBuild("tools", board.finish));
		ninja.rule("finish", { command: `${shellWords([process.execPath, step])} $in $out`, description: "FINISH $out" });
		ninja.build({ outputs: [image], rule: "finish", inputs: [linked], implicit: [toolsStamp, ...helpers] });
	}
	return ninja.text(addSizes(ninja, plan, image));
}

/** The report on a firmware's sizes, if its board has one; gives what there is to build. */
function addSizes(ninja: NinjaFile, plan: Plan, image: string): string {
	const [program, ...options] = plan.board.sizes?.(plan.name) ?? [];
	if (program === undefined) return image;
	const words = shellWords([process.execPath, fromRoot(inBuild("tools", program)), ...options]);
	ninja.rule("sizes", { command: `${words} $in $out`, description: "SIZES $out" });
	const report = sizesFile(image);
	ninja.build({ outputs: [report], rule: "sizes", inputs: [image], implicit: [toolsStamp] });
	return report;
}

/** Where the report on an image's sizes is, if its board has one. */
export function sizesFile(image: string): string {
	return `${image}.sizes`;
}

/** Shared objects that the board is started with; gives their paths. */
function addHelpers(ninja: NinjaFile, board: Board): string[] {
	const flags = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-fPIC", "-Wall", "-Wextra", "-Werror"];
	return (board.helpers ?? []).map(({ source, output }) => {
		const [target, object] = [fromRoot(output), `${fromRoot(output)}.o`];
		compileOne(ninja, "C", "gcc", source, object, flags);
		link(ninja, target, [object], "gcc", ["-shared", "-ldl"]);
		return target;
	});
}

/** Flags of the C that the build writes. */
function generatedFlags({ board }: Plan): string[] {
	return [...board.generated, "-Iboards/common"];
}

function addStepRules(ninja: NinjaFile): void {
	const table = shellWords([process.execPath, fromRoot(inBuild("tools", "build", "steps", "table.js"))]);
	ninja.rule("table", { command: `${table} $in`, description: "TABLE $out", restat: true });
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

/** Bytecode and object of each module; gives the objects. */
function addModules(ninja: NinjaFile, plan: Plan, compiler: string): string[] {
	const { modules, board } = plan;
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
		compileOne(ninja, "MODULE", board.compiler, c, `${c}.o`, generatedFlags(plan));
		return `${c}.o`;
	});
}

/** Objects of our own C; gives them. */
function addOwnC(ninja: NinjaFile, plan: Plan): string[] {
	const { board, folder } = plan;
	const generated = join(folder, "generated");
	const headers = ["mc.xs.h", "mc.defines.h"].map((name) => fromRoot(join(generated, name)));
	const folders = plan.headerFolders.map((path) => `-I${fromRoot(path)}`);
	const flags = [...board.flags, ...folders];
	return plan.objects.map(({ source, object, bound }) => {
		const own = bound ? [...flags, `-I${fromRoot(generated)}`] : [...flags];
		// Warnings are for our own code: manifests may name files of XS too.
		if (isInside(source, inBuild("sources"))) own.push("-w");
		compileOne(ninja, "C", board.compiler, source, fromRoot(object), own, bound ? headers : []);
		return fromRoot(object);
	});
}
