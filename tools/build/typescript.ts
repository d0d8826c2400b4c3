// SPDX-License-Identifier: MIT
// Compiles the TypeScript of an image. The project's own sources get the options of tsconfig.json; test files from
// outside it, which were written without knowing them, are compiled with `strict` alone.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure, progress } from "../cli/report.js";
import { run } from "../cli/run.js";
import { inRoot, root } from "../paths.js";
import { writeIfChanged } from "./files.js";
import type { Plan } from "./plan.js";

/** One run of tsc. */
interface Project {
	config: string;
	/** Text of the tsconfig file. */
	text: string;
	/** Where tsc writes everything, each time; what changed is copied to `output`. */
	emitted: string;
	output: string;
}

const packages = inRoot("node_modules", ".package-lock.json");

/**
 * Compiles what changed since the last time. Outputs that came out the same keep their time, so that only the others
 * are compiled to bytecode.
 * @throws {Failure} when there are errors; tsc has printed them on stderr
 */
export async function compileTypescript(plan: Plan): Promise<void> {
	const { inside, outside, declarations } = plan.typescript;
	const projects = imageProjects(plan);
	const inputs = [...inside, ...outside, ...declarations, inRoot("tsconfig.json"), packages];
	const times = inputs.map((path) => `${path} ${statSync(path).mtimeMs}`);
	const signature = [...projects.map(({ text }) => text), ...times].join("\n");
	const stamp = join(plan.folder, "typescript.stamp");
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === signature) return;
	progress("compiling TypeScript");
	for (const project of projects) await compile(project);
	writeFileSync(stamp, signature);
}

async function compile({ config, text, emitted, output }: Project): Promise<void> {
	writeIfChanged(config, text);
	rmSync(emitted, { recursive: true, force: true });
	const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
	if ((await run(process.execPath, [tsc, "-p", config], { cwd: root, output: "stderr" })) !== 0) {
		throw new Failure("the TypeScript has errors (see above)");
	}
	for (const entry of readdirSync(emitted, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath ?? entry.path, entry.name);
		writeIfChanged(join(output, relative(emitted, path)), readFileSync(path, "utf8"));
	}
}

function imageProjects(plan: Plan): Project[] {
	const { folder, typescript } = plan;
	const common = { sourceMap: true, noEmit: false, noEmitOnError: true, types: [], paths: paths(plan) };
	const projects: Project[] = [];
	const add = (suffix: string, content: { compilerOptions: object }) => {
		const emitted = join(folder, `emitted${suffix}`);
		const compilerOptions = { ...common, ...content.compilerOptions, outDir: emitted };
		projects.push({
			config: join(folder, `tsconfig${suffix}.json`),
			text: `${JSON.stringify({ ...content, compilerOptions }, undefined, "\t")}\n`,
			emitted,
			output: join(folder, `js${suffix}`),
		});
	};
	if (typescript.inside.length > 0) {
		add("", {
			extends: relative(folder, inRoot("tsconfig.json")),
			compilerOptions: { rootDir: root },
			files: [...typescript.inside, ...typescript.declarations],
			include: [],
		} as { compilerOptions: object });
	}
	if (typescript.outside.length > 0) {
		add("-outside", {
			compilerOptions: {
				target: "es2022",
				lib: ["es2022", "esnext.disposable"],
				module: "preserve",
				moduleResolution: "bundler",
				strict: true,
				rootDir: "/",
			},
			files: [...typescript.outside, ...typescript.declarations],
		} as { compilerOptions: object });
	}
	return projects;
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
