// SPDX-License-Identifier: MIT
// The main module of an image of device tests. Read run.ts first. The board's arguments:
//   (none)   runs the tests and prints TAP 14; status 1 if one failed or there was none
//   --list   prints the tests as JSON, one a line, and runs none
//   --only   runs what is marked .only in any of the files; without it, .only counts within its file
//   --timeout MILLISECONDS   the limit of tests and hooks that do not say theirs

import { args, exit } from "board";
import files from "testing/files";
import { listFiles, runFiles } from "testing/run";

function timeoutOption(): { timeout?: number } {
	const at = args.indexOf("--timeout");
	return at < 0 ? {} : { timeout: Number(args[at + 1]) };
}

if (args.includes("--list")) {
	await listFiles(files);
	exit(0);
}
exit((await runFiles(files, { only: args.includes("--only"), ...timeoutOption() })) ? 0 : 1);
