// SPDX-License-Identifier: MIT
// Bugs that are planted in a copy of one file of the sources, for a test that has to find them: the image is the given one, but for that
// file. Nothing of the working tree changes; the copies are in build/.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { buildImage } from "#tools/build/images.js";
import { inBuild, inRoot } from "#tools/paths.js";

/** A bug: `before` is in `file` exactly once, and is `after` in the copy. */
export interface Bug {
	name: string;
	file: string;
	before: string;
	after: string;
}

/** Builds the image of a manifest with a bug in it. */
export async function buildPlanted(manifest: string, { name, file, before, after }: Bug) {
	const source = readFileSync(inRoot(file), "utf8");
	if (source.split(before).length !== 2) throw new Error(`${name}: what it replaces is not once in ${file}`);
	const folder = inBuild("tests", "planted", name.replace(/\W+/g, "-"));
	mkdirSync(folder, { recursive: true });
	const copy = join(folder, `planted_${basename(file)}`);
	writeFileSync(
		copy,
		source.replace(before, () => after),
	);
	const path = (to: string) => relative(folder, to).replace(/\.c$/, "");
	const text = {
		include: [relative(folder, inRoot(manifest))],
		modules: { "*": `./${basename(path(copy))}`, "~": path(inRoot(file)) },
	};
	const planted = join(folder, "manifest.json");
	writeFileSync(planted, `${JSON.stringify(text, undefined, "\t")}\n`);
	return buildImage({ manifest: relative(inRoot(), planted) });
}
