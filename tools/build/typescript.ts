// SPDX-License-Identifier: MIT
// The TypeScript projects of an image: what tsc is told. steps/typescript.ts runs it.
import { join, relative } from "node:path";
import { root } from "../paths.js";
import type { Plan } from "./plan.js";

/** A project for one run of tsc, as the step finds it in the image's description. */
export interface TypeScriptProject {
	/** Absolute path of the tsconfig file. */
	config: string;
	/** Where tsc writes; what changed is copied to `output`. */
	emitted: string;
	output: string;
}

/** The projects, with the text of their tsconfig files. */
export function typescriptProjects(plan: Plan): (TypeScriptProject & { text: string })[] {
	const { folder, typescript } = plan;
	const common = { sourceMap: true, noEmit: false, noEmitOnError: true, types: [], paths: paths(plan) };
	const projects = [];
	if (typescript.inside.length > 0) {
		const text = {
			extends: relative(folder, join(root, "tsconfig.json")),
			compilerOptions: { ...common, rootDir: root, outDir: join(folder, "emitted") },
			files: [...typescript.inside, ...typescript.declarations],
			include: [],
		};
		projects.push({ name: "js", emitted: "emitted", config: "tsconfig.json", text });
	}
	if (typescript.outside.length > 0) {
		const text = {
			compilerOptions: {
				...common,
				target: "es2022",
				lib: ["es2022", "esnext.disposable"],
				module: "preserve",
				moduleResolution: "bundler",
				strict: true,
				rootDir: "/",
				outDir: join(folder, "emitted-outside"),
			},
			files: [...typescript.outside, ...typescript.declarations],
		};
		projects.push({ name: "js-outside", emitted: "emitted-outside", config: "tsconfig.outside.json", text });
	}
	return projects.map(({ name, emitted, config, text }) => ({
		config: join(folder, config),
		emitted: join(folder, emitted),
		output: join(folder, name),
		text: `${JSON.stringify(text, undefined, "\t")}\n`,
	}));
}

/** Where tsc finds the types of each specifier: the source, or the declarations beside a .js file. */
function paths({ modules, typescript }: Plan): Record<string, string[]> {
	const declarations = new Set(typescript.declarations);
	const entries: [string, string[]][] = [];
	for (const { specifier, source } of modules) {
		const types = source.replace(/\.js$/, ".d.ts");
		if (source.endsWith(".ts") || declarations.has(types)) entries.push([specifier, [types]]);
	}
	return Object.fromEntries(entries);
}
