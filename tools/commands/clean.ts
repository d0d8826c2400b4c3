// SPDX-License-Identifier: MIT
// `npm run clean`: removes what was built.
import { readdirSync, rmSync } from "node:fs";
import type { Command } from "../cli/command.js";
import { inBuild, inRoot } from "../paths.js";

/** What the set-up fetched: kept, because it comes from elsewhere and does not change. */
const fetched = new Set(["sources", "downloads"]);

export const clean: Command = {
	name: "clean",
	summary: "removes what was built; with --all, what was fetched too",
	help: `Usage: npm run clean [-- --all]

Removes what was built.

  --all                what the set-up fetched and node_modules too
`,
	options: { all: { type: "boolean" } },
	async run({ options }) {
		if (options.all) {
			rmSync(inRoot("build"), { recursive: true, force: true });
			rmSync(inRoot("node_modules"), { recursive: true, force: true });
			return 0;
		}
		for (const name of readdirSync(inRoot("build"))) {
			if (!fetched.has(name)) rmSync(inBuild(name), { recursive: true, force: true });
		}
		return 0;
	},
};
