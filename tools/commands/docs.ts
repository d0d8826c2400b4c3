// SPDX-License-Identifier: MIT
// `npm run docs`: the API reference.
import { fromRoot } from "../build/files.js";
import type { Command } from "../cli/command.js";
import { complain, progress } from "../cli/report.js";
import { findMissing, findUnknownCodes } from "../docs/check.js";
import { findExamples } from "../docs/examples.js";
import { buildReference } from "../docs/reference.js";
import { inBuild } from "../paths.js";

export const docs: Command = {
	name: "docs",
	summary: "makes the API reference of the docstrings",
	help: `Usage: npm run docs

Makes the API reference, HTML in build/docs, of the docstrings in modules/. The first time it installs TypeDoc.
Says which docstrings lack something; \`npm test\` runs their examples.
`,
	options: {},
	async run() {
		const project = await buildReference();
		const wrong = [...findMissing(project), ...findUnknownCodes(project)];
		for (const line of wrong) complain(line);
		progress(`${findExamples(project).length} examples; see ${fromRoot(inBuild("docs", "index.html"))}`);
		return wrong.length === 0 ? 0 : 1;
	},
};
