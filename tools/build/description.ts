// SPDX-License-Identifier: MIT
// The description of an image that the steps run by ninja read: image.json in the image's folder.
import { join } from "node:path";
import { shown } from "./manifest.js";
import type { creationDefaults } from "./manifest-check.js";
import { type Plan, preloads } from "./plan.js";
import { type TypeScriptProject, typescriptProjects } from "./typescript.js";

export interface Description {
	typescript: TypeScriptProject[];
	modules: { specifier: string; symbol: string; natives: string; shown: string }[];
	/** Objects of our own C, where native functions are looked for. */
	objects: string[];
	preload: string[];
	ids: string[];
	creation: typeof creationDefaults;
	/** The C file with all of this for the firmware. */
	table: string;
}

/** Describes a planned image. */
export function describeImage(plan: Plan): Description {
	return {
		typescript: typescriptProjects(plan).map(({ config, emitted, output }) => ({ config, emitted, output })),
		modules: plan.modules.map(({ specifier, symbol, natives, source }) => ({
			specifier,
			symbol,
			natives,
			shown: shown(source),
		})),
		objects: plan.objects.map(({ object }) => object),
		preload: preloads(plan),
		ids: plan.ids,
		creation: plan.merged.creation,
		table: join(plan.folder, "generated", "image.c"),
	};
}
