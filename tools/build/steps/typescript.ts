// SPDX-License-Identifier: MIT
// A build step, run by ninja: `node typescript.js image.json` compiles the TypeScript of an image. tsc writes all files
// each time; those that came out the same keep their time, so that ninja compiles only the others to bytecode.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../../paths.js";
import type { Description } from "../description.js";
import { writeIfChanged } from "../files.js";
import type { TypeScriptProject } from "../typescript.js";

const tsc = inRoot("node_modules", "typescript", "bin", "tsc");

function compile({ config, emitted, output }: TypeScriptProject): boolean {
	const result = spawnSync(process.execPath, [tsc, "-p", config], { stdio: ["ignore", 2, 2] });
	if (result.status !== 0) return false;
	for (const entry of readdirSync(emitted, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath ?? entry.path, entry.name);
		writeIfChanged(join(output, path.slice(emitted.length + 1)), readFileSync(path, "utf8"));
	}
	return true;
}

const [file = ""] = process.argv.slice(2);
const description = JSON.parse(readFileSync(file, "utf8")) as Description;
process.exitCode = description.typescript.every(compile) ? 0 : 1;
