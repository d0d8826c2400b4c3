// SPDX-License-Identifier: MIT
// What docstrings must have beyond what TypeDoc itself asks for.
import { readFileSync } from "node:fs";
import { inRoot } from "../paths.js";
import { blocks, type Entry, entries, kinds, type Reflection } from "./model.js";
import { documentedModules } from "./modules.js";

/**
 * Finds docstrings that lack something: the description of anything public; the example of a function or method, and what it throws,
 * unless the docstring says "Never throws".
 * @returns one line for each
 */
export function findMissing(project: Reflection): string[] {
	return entries(project).flatMap((entry) => {
		if (entry.kind === kinds.module || entry.kind === kinds.constructor) return [];
		const missing = (what: string) => `${entry.module}: ${entry.name} has no ${what}`;
		if (!entry.comments.some(({ summary }) => summary.length > 0)) return [missing("description")];
		if (entry.kind !== kinds.function && entry.kind !== kinds.method) return [];
		const found: string[] = [];
		if (blocks(entry, "@example").length === 0) found.push(missing("@example"));
		const known = documentedModules.find(({ specifier }) => specifier === entry.module)?.assertions;
		const never =
			known || entry.comments.some(({ summary }) => summary.some(({ text }) => text.includes("Never throws")));
		if (!never && blocks(entry, "@throws").length === 0) found.push(missing('@throws (or "Never throws")'));
		return found;
	});
}

/**
 * Compares the error codes in the docstrings of "sockets" and "sockets/async" with those that its C side can give.
 * @returns one line for each that only one of the two has
 */
export function findUnknownCodes(project: Reflection): string[] {
	const source = readFileSync(inRoot("modules", "sockets", "sockets_errors.c"), "utf8");
	const table = /errors\[\] = \{\n(.*?)\n\};/s.exec(source)?.[1] ?? "";
	const given = new Set([...table.matchAll(/"(E\w+)"/g)].map(([, code]) => code as string));
	const documented = new Map<string, Entry>();
	for (const entry of entries(project).filter(({ module }) => /^sockets(\/async)?$/.test(module))) {
		for (const text of blocks(entry, "@throws")) {
			for (const [, code] of text.matchAll(/`(E[A-Z_]+)`/g)) documented.set(code as string, entry);
		}
	}
	return [
		...[...given].filter((code) => !documented.has(code)).map((code) => `no docstring has @throws ${code}`),
		...[...documented]
			.filter(([code]) => !given.has(code))
			.map(([code, { name }]) => `${name} has @throws ${code}, which sockets_errors.c does not know`),
	];
}
