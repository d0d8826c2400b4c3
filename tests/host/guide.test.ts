// SPDX-License-Identifier: MIT
// The guide (docs/guide): every program on its pages, taken from the page itself, run on a board.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildDeviceTests } from "#tools/build/images.js";
import { expectedOutput, writeExampleTests } from "#tools/docs/examples.js";
import { guidePages, guidePrograms } from "#tools/docs/guide.js";
import { inBuild, inRoot } from "#tools/paths.js";
import { declareDeviceTests } from "./support/device-suite.js";

const pages = guidePages().map((page) => ({ page, programs: guidePrograms(page) }));

describe("the guide", () => {
	it("has programs on every page, and each says what it prints", () => {
		assert.ok(pages.length >= 2);
		for (const { page, programs } of pages) {
			assert.ok(programs.length >= 5, page);
			for (const { title, code } of programs) assert.ok(expectedOutput(code).length > 0, `${page}: ${title}`);
		}
	});

	it("has no link that leads nowhere", () => {
		for (const { page } of pages) {
			const path = inRoot("docs", "guide", page);
			for (const [, link] of readFileSync(path, "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
				assert.ok(existsSync(join(dirname(path), link as string)), `${page}: ${link}`);
			}
		}
	});

	it("refuses a block of code that does not say what it is in", () => {
		assert.throws(() => guidePrograms("x.md", "# Title\n\n```\nlet x;\n```\n"), /under 'Title' does not say/);
		assert.deepEqual(guidePrograms("x.md", "# A\n```sh\nls\n```\n## B\n```ts\nlet x;\n```\n"), [
			{ module: "guide/x", title: "B 1", code: "let x;\n" },
		]);
	});
});

const files = writeExampleTests(
	pages.flatMap(({ programs }) => programs),
	inBuild("guide"),
);
await declareDeviceTests("the guide's programs", await buildDeviceTests({ files }), ({ path }) => path);
