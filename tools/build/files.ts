// SPDX-License-Identifier: MIT
// Writing generated files.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { root } from "../paths.js";

/** Writes a file unless it has that content already: its time then says when it really changed. */
export function writeIfChanged(path: string, content: string): void {
	try {
		if (readFileSync(path, "utf8") === content) return;
	} catch {
		mkdirSync(dirname(path), { recursive: true });
	}
	writeFileSync(path, content);
}

/** A path for a command that runs in the project's folder: relative when it is inside. */
export function fromRoot(path: string): string {
	return isInside(path, root) ? relative(root, resolve(root, path)) : path;
}

/** A path that can be appended to an output folder: that from the root, or the whole without its first slash. */
export function asOutputName(path: string): string {
	return fromRoot(path).replace(/^\/+/, "");
}

export function isInside(path: string, folder: string): boolean {
	return resolve(root, path).startsWith(folder + sep);
}
