// SPDX-License-Identifier: MIT
// The programs of the guide (docs/guide): every block of ```ts on its pages, as examples like those of the docstrings.
import { readdirSync, readFileSync } from "node:fs";
import { Failure } from "../cli/report.js";
import { inRoot } from "../paths.js";
import type { Example } from "./examples.js";

/** The names of the guide's pages. */
export function guidePages(): string[] {
	return readdirSync(inRoot("docs", "guide"))
		.filter((name) => name.endsWith(".md"))
		.sort();
}

/**
 * The programs of one page, named by the heading that each is under.
 * @throws {Failure} for a block of code that names no language, which would be neither run nor shown as what it is
 */
export function guidePrograms(page: string, text = readFileSync(inRoot("docs", "guide", page), "utf8")): Example[] {
	const programs: Example[] = [];
	let heading = "";
	for (const [, title, language, code] of text.matchAll(/^#+ ([^\n]*)$|^```(\w*)\n(.*?)^```$/gms)) {
		if (title !== undefined) {
			heading = title;
		} else if (language === "ts") {
			const number = programs.filter((program) => program.title.replace(/ \d+$/, "") === heading).length + 1;
			programs.push({
				module: `guide/${page.replace(/\.md$/, "")}`,
				title: `${heading} ${number}`,
				code: code as string,
			});
		} else if (language === "") {
			throw new Failure(`docs/guide/${page}: a block of code under '${heading}' does not say what it is in`);
		}
	}
	return programs;
}
