// SPDX-License-Identifier: MIT
// What an image consists of: from the manifests to the list of its modules and C files, each with the files that the
// build makes of it. images.ts builds a plan; ninja-image.ts writes it down for ninja; steps/ are run by ninja.
import { extname, join } from "node:path";
import type { Board, Variant } from "../boards/board.js";
import { Failure } from "../cli/report.js";
import { inBuild, root } from "../paths.js";
import { scanC } from "./bindings.js";
import { asOutputName, isInside, writeIfChanged } from "./files.js";
import { type Manifest, readManifests, shown } from "./manifest.js";
import { findModuleFiles, type ModuleFile } from "./module-files.js";
import { moduleSymbol } from "./xs-compile.js";

export interface ImageRequest {
	board: Board;
	variant: Variant;
	/** Names the image's folder: one word. */
	name: string;
	/** Absolute path of the application's manifest. */
	manifest: string;
	/** Modules beside those of the manifests. */
	modules?: readonly ModuleFile[];
	/** Modules that have no file: text of JavaScript by specifier. */
	generated?: ReadonlyMap<string, string>;
}

/** A module with all the files of its way into the image. */
export interface PlannedModule extends ModuleFile {
	/** The JavaScript that is compiled to bytecode: the source itself, or what tsc makes of it. */
	javascript: string;
	/** tsc's source map, for a TypeScript source. */
	map?: string;
	/** The C file that xs-compile writes, and the list of natives beside it. */
	c: string;
	natives: string;
	/** The C variable that describes it. */
	symbol: string;
}

export interface PlannedObject {
	source: string;
	object: string;
	/** Whether it depends on the image's own generated headers; the others are compiled once for all images. */
	bound: boolean;
}

export interface Plan extends ImageRequest {
	/** build/<board>/<variant>, shared by all images of the board. */
	buildFolder: string;
	/** The image's own folder in it. */
	folder: string;
	merged: Manifest;
	modules: PlannedModule[];
	/** TypeScript sources inside the project, and those outside, which are compiled with `strict` alone. */
	typescript: { inside: string[]; outside: string[]; declarations: string[] };
	/** Our own C. */
	objects: PlannedObject[];
	headerFolders: string[];
	ids: string[];
	/** The program or firmware that comes out. */
	image: string;
}

/** Reads the manifests and decides on every file of the image. Writes the generated modules, nothing else. */
export function planImage(request: ImageRequest): Plan {
	const { board, variant, name } = request;
	const buildFolder = inBuild(board.name, variant);
	const folder = join(buildFolder, name);
	const merged = readManifests([join(root, board.manifest), request.manifest], board.name);
	const files = findModuleFiles(merged.patterns);
	const sources = [
		...files.modules,
		...(request.modules ?? []),
		...generatedModules(request, merged, folder, files.modules),
	];
	checkSpecifiers(sources, merged, shown(request.manifest));
	const typescript = sources.map(({ source }) => source).filter((source) => source.endsWith(".ts"));
	const scan = scanC(files.c, files.headers);
	return {
		...request,
		buildFolder,
		folder,
		merged,
		modules: sources.map((module) => planModule(module, folder)),
		typescript: {
			inside: typescript.filter((source) => isInside(source, root)),
			outside: typescript.filter((source) => !isInside(source, root)),
			declarations: files.declarations,
		},
		objects: files.c.map((source) => {
			const bound = scan.bound.has(source);
			return { source, object: join(bound ? folder : buildFolder, "objects", `${asOutputName(source)}.o`), bound };
		}),
		headerFolders: [...new Set(files.headers.map((path) => join(path, "..")))],
		ids: scan.ids,
		image: join(folder, "firmware"),
	};
}

function planModule(module: ModuleFile, folder: string): PlannedModule {
	const { specifier, source } = module;
	const symbol = moduleSymbol(specifier);
	const compiled = join(folder, "bytecode", symbol.replace("image_module_", ""));
	const planned = { ...module, javascript: source, c: `${compiled}.c`, natives: `${compiled}.natives`, symbol };
	if (extname(source) !== ".ts") return planned;
	const output = isInside(source, root) ? "js" : "js-outside";
	const javascript = join(folder, output, asOutputName(source).replace(/\.ts$/, ".js"));
	return { ...planned, javascript, map: `${javascript}.map` };
}

/** Modules without a file get one: those of the request, and `mc/config` with the manifests' `config`. */
function generatedModules(
	request: ImageRequest,
	merged: Manifest,
	folder: string,
	found: readonly ModuleFile[],
): ModuleFile[] {
	const texts = new Map(request.generated);
	texts.set("mc/config", `export default ${JSON.stringify(merged.config, undefined, "\t")};\n`);
	// An image with the test runner and without tests of its own.
	const specifiers = found.map(({ specifier }) => specifier);
	if (specifiers.includes("testing/main") && !specifiers.includes("testing/files") && !texts.has("testing/files")) {
		texts.set("testing/files", "export default [];\n");
	}
	return [...texts].map(([specifier, text]) => {
		const source = join(folder, "generated", `${specifier}.js`);
		writeIfChanged(source, text);
		return { specifier, source };
	});
}

function checkSpecifiers(modules: readonly ModuleFile[], merged: Manifest, manifest: string): void {
	const known = new Map<string, string>();
	for (const { specifier, source } of modules) {
		const other = known.get(specifier);
		if (other) throw new Failure(`two files for module '${specifier}': ${shown(other)} and ${shown(source)}`);
		known.set(specifier, source);
	}
	if (!known.has(merged.creation.main)) {
		throw new Failure(`${manifest}: there is no main module: creation.main is '${merged.creation.main}'`);
	}
}

/** The specifiers to load before the application, in order, `*` filled in. */
export function preloads({ merged, modules }: Plan): string[] {
	const found = new Set<string>();
	for (const { specifier, manifest } of merged.preload) {
		const matching = modules
			.map((module) => module.specifier)
			.filter((name) => (specifier.endsWith("*") ? name.startsWith(specifier.slice(0, -1)) : name === specifier));
		if (matching.length === 0) throw new Failure(`${manifest}: preload: there is no module '${specifier}'`);
		for (const name of matching) found.add(name);
	}
	return [...found];
}
