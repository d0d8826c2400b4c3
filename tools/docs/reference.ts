// SPDX-License-Identifier: MIT
// The API reference: HTML made of the docstrings by TypeDoc, and the same as JSON for those who check the docstrings.
import { dirname, relative, resolve } from "node:path";
import { writeIfChanged } from "../build/files.js";
import { Failure } from "../cli/report.js";
import { capture } from "../cli/run.js";
import { inBuild, inRoot, root } from "../paths.js";
import { installTypedoc } from "./install.js";
import { type Reflection, readReflections } from "./model.js";
import { type DocumentedModule, documentedModules } from "./modules.js";

export interface ReferenceOptions {
	/** Where the HTML goes. Default build/docs. */
	folder?: string;
	modules?: readonly DocumentedModule[];
}

/**
 * Writes the reference.
 * @returns what TypeDoc found in the docstrings
 * @throws {Failure} for a warning of TypeDoc's, such as a link that leads nowhere
 */
export async function buildReference({
	folder = inBuild("docs"),
	modules = documentedModules,
}: ReferenceOptions = {}): Promise<Reflection> {
	const typedoc = await installTypedoc();
	const json = `${folder}.json`;
	const sources = modules.map(({ source }) => resolve(root, source));
	const tsconfig = `${folder}.tsconfig.json`;
	const extended = relative(dirname(tsconfig), inRoot("tsconfig.json"));
	// Without the tests, which the root's tsconfig.json has too.
	writeJson(tsconfig, {
		extends: extended,
		files: [...sources, ...["ambient.d.ts", "config.d.ts"].map((name) => inRoot("boards", "common", name))],
		include: [],
	});
	const options = {
		name: "camsock",
		entryPoints: sources,
		alwaysCreateEntryPointModule: true,
		tsconfig,
		plugin: [inBuild("tools", "docs", "plugin.js")],
		basePath: root,
		out: folder,
		json,
		readme: inRoot("docs", "reference.md"),
		excludePrivate: true,
		excludeProtected: true,
		disableSources: true,
		hideGenerator: true,
		sort: ["source-order"],
		sortEntryPoints: false,
		groupOrder: ["Classes", "Functions", "*"],
		validation: { notExported: true, invalidLink: true, notDocumented: false },
		treatWarningsAsErrors: true,
		logLevel: "Warn",
	};
	const file = `${folder}.options.json`;
	writeJson(file, options);
	const env = { ...process.env, NO_COLOR: "1" };
	const { status, stdout, stderr } = await capture(process.execPath, [typedoc, "--options", file], { cwd: root, env });
	if (status !== 0) {
		throw new Failure(`the API reference cannot be made of the docstrings:\n${(stdout + stderr).trim()}`);
	}
	return readReflections(json);
}

function writeJson(file: string, value: unknown): void {
	writeIfChanged(file, `${JSON.stringify(value, undefined, "\t")}\n`);
}
