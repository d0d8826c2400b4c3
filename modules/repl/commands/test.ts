// SPDX-License-Identifier: MIT
// .test: device tests that are in the image.

import { modules } from "board";
import { type Context, UsageError } from "repl/commands";

export const usage = "[pattern]";
export const summary = "runs the device tests in the image whose path contains the pattern";

export async function run([pattern = ""]: string[], { print }: Context): Promise<void> {
	if (!modules().includes("testing/run")) {
		throw new UsageError("there is no test runner in this image: include modules/testing/manifest.json");
	}
	// By specifiers that are no literals: the image may be without them.
	const { default: all } = (await import("testing/files".slice())) as typeof import("testing/files");
	const { runFiles } = (await import("testing/run".slice())) as typeof import("testing/run");
	const files = all.filter(({ file }) => file.includes(pattern));
	if (all.length === 0) {
		throw new UsageError("there are no tests in this image; `npm run test:device -- --port …` brings its own");
	}
	if (files.length === 0) throw new UsageError(`no test's path contains '${pattern}'`);
	await runFiles(files, { print: (line) => print(`${line}\n`) });
}
