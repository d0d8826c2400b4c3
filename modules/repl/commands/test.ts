// SPDX-License-Identifier: MIT
// .test: device tests that are in the image.

import { modules } from "board";
import { type Context, UsageError } from "repl/commands";

// The image may be without the test runner: so neither its types nor its specifiers are known here.
const FILES: string = "testing/files";
const RUN: string = "testing/run";

type TestFile = { specifier: string; file: string };
type RunFiles = (files: readonly TestFile[], options: { print: (line: string) => void }) => Promise<boolean>;

export const usage = "[pattern]";
export const summary = "runs the device tests in the image whose path contains the pattern";

export async function run([pattern = ""]: string[], { print }: Context): Promise<void> {
	if (!modules().includes(RUN)) {
		throw new UsageError("there is no test runner in this image: include modules/testing/manifest.json");
	}
	const { default: all } = (await import(FILES)) as { default: TestFile[] };
	const { runFiles } = (await import(RUN)) as { runFiles: RunFiles };
	const files = all.filter(({ file }) => file.includes(pattern));
	if (all.length === 0) {
		throw new UsageError("there are no tests in this image; `npm run test:device -- --port …` brings its own");
	}
	if (files.length === 0) throw new UsageError(`no test's path contains '${pattern}'`);
	await runFiles(files, { print: (line) => print(`${line}\n`) });
}
