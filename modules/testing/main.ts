// SPDX-License-Identifier: MIT
// The main module of an image of device tests. Read run.ts first. The board's arguments:
//   (none)   runs the tests and prints TAP 14; status 1 if one failed or there was none
//   --list   prints the tests as JSON, one a line, and runs none
//   --only   runs what is marked .only in any of the files; without it, .only counts within its file
//   --timeout MILLISECONDS   the limit of tests and hooks that do not say theirs

//
// Each file has a heap of its own: after it the board is reset, and goes on with the next. What one file's tests have made
// the heap set aside for chunks or for slots would be missing for those after it.

import { args, exit, reset } from "board";
import files from "testing/files";
import { type Counts, listFiles, NONE, printPlan, printVersion, runPart } from "testing/run";

/** The word that the board is reset with: which file is next, and what has been counted. */
const PROGRESS = "--progress=";

interface Progress {
	next: number;
	counts: Counts;
}

function progress(): Progress {
	const word = args.at(-1);
	if (word?.startsWith(PROGRESS)) return JSON.parse(word.slice(PROGRESS.length)) as Progress;
	printVersion();
	return { next: 0, counts: NONE };
}

function timeoutOption(): { timeout?: number } {
	const at = args.indexOf("--timeout");
	return at < 0 ? {} : { timeout: Number(args[at + 1]) };
}

if (args.includes("--list")) {
	await listFiles(files);
	exit(0);
}
const { next, counts: before } = progress();
const counts = await runPart(files.slice(next, next + 1), before, {
	only: args.includes("--only"),
	...timeoutOption(),
});
if (next + 1 < files.length) reset(undefined, `${PROGRESS}${JSON.stringify({ next: next + 1, counts })}`);
exit(printPlan(counts) ? 0 : 1);
