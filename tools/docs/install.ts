// SPDX-License-Identifier: MIT
// TypeDoc, in a folder of its own: it needs a TypeScript that still has an API for programs (TypeScript 7 has none), and only the
// documentation needs TypeDoc, so neither is among the project's packages.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../build/lock.js";
import { Failure, progress } from "../cli/report.js";
import { capture } from "../cli/run.js";
import { inBuild, inRoot } from "../paths.js";
import { fetchedVersion, fileDigest, fillFolder } from "../setup/fetched.js";
import { npmError } from "../setup/xs.js";

const folder = inBuild("downloads", "typedoc");

/**
 * Installs TypeDoc, as tools/docs/typedoc/package-lock.json has it, unless that is done.
 * @returns its program
 */
export async function installTypedoc(): Promise<string> {
	const lock = inRoot("tools", "docs", "typedoc", "package-lock.json");
	const version = fileDigest(lock, "sha256", "hex");
	await withLock(inBuild("downloads"), async () => {
		if (fetchedVersion(folder) === version) return;
		progress("installing TypeDoc");
		await fillFolder(folder, async (partial) => {
			for (const name of ["package.json", "package-lock.json"]) {
				copyFileSync(inRoot("tools", "docs", "typedoc", name), join(partial, name));
			}
			const args = ["ci", "--prefix", partial, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
			const installed = await capture("npm", args, { cwd: partial });
			if (installed.status === 0) return version;
			throw new Failure(`cannot install TypeDoc: ${npmError(installed.stderr)} (is the npm registry reachable?)`);
		});
	});
	return join(folder, "node_modules", "typedoc", "bin", "typedoc");
}
