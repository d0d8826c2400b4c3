// SPDX-License-Identifier: MIT
// A folder of files for a test, gone when the test is over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Makes a temporary folder with these files (text by relative path), for the tests of the suite that calls this. */
export function temporaryFolder(): { path: (name?: string) => string; write: (files: Record<string, string>) => void } {
	let folder = "";
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "camsock-test-"));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));
	const path = (name = "") => join(folder, name);
	const write = (files: Record<string, string>) => {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(dirname(path(name)), { recursive: true });
			writeFileSync(path(name), text);
		}
	};
	return { path, write };
}
