// SPDX-License-Identifier: MIT
// A build step, run by ninja: `node table.js image.json` writes image.c, the tables that the firmware starts from
// (boards/common/image.h), after checking that each native function that a module binds is there.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Description } from "../description.js";
import { writeIfChanged } from "../files.js";
import { missingNatives, type Native, parseNatives, parseSymbols, tableText } from "../table.js";

const [file = ""] = process.argv.slice(2);
const description = JSON.parse(readFileSync(file, "utf8")) as Description;

const natives: Native[] = description.modules.flatMap(({ natives, shown }) =>
	parseNatives(readFileSync(natives, "utf8"), shown),
);
const nm = spawnSync(description.nm, ["--defined-only", "--extern-only", "--portability", ...description.objects], {
	encoding: "utf8",
	maxBuffer: 1 << 26,
});
if (nm.status !== 0) {
	process.stderr.write(nm.stderr || String(nm.error));
	process.exit(1);
}
const missing = missingNatives(natives, parseSymbols(nm.stdout));
for (const { name, module } of missing) process.stderr.write(`native '${name}' (${module}): no C function\n`);
if (missing.length > 0) process.exitCode = 1;
else writeIfChanged(description.table, tableText(description, natives));
