// SPDX-License-Identifier: MIT
// The description of an image that the step that ninja runs (steps/table.ts) reads: image.json in the image's folder.
import { join } from "node:path";
import { shown } from "./manifest.js";
import type { creationDefaults } from "./manifest-check.js";
import { type Plan, preloads } from "./plan.js";

export interface Description {
	modules: { specifier: string; symbol: string; natives: string; shown: string }[];
	/** The program that lists the symbols of objects. */
	nm: string;
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
		modules: plan.modules.map(({ specifier, symbol, natives, source }) => ({
			specifier,
			symbol,
			natives,
			shown: shown(source),
		})),
		nm: plan.board.nm,
		objects: plan.objects.map(({ object }) => object),
		preload: preloads(plan),
		ids: plan.ids,
		creation: plan.merged.creation,
		table: join(plan.folder, "generated", "image.c"),
	};
}
