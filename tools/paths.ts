// SPDX-License-Identifier: MIT
// The folders of the project. Everything that is downloaded or built is under build/.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// This file runs as build/tools/paths.js.
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** A path in the project, from its root. */
export function inRoot(...parts: string[]): string {
	return join(root, ...parts);
}

/** A path under build/. */
export function inBuild(...parts: string[]): string {
	return join(root, "build", ...parts);
}

/** Third-party source, fetched by the set-up. */
export const sources = {
	xs: inBuild("sources", "xs"),
	lwip: inBuild("sources", "lwip"),
};
