// SPDX-License-Identifier: MIT
// The build, on small applications of this file's own: what runs in the end, what is compiled again after a change, and
// what is said about mistakes in the sources.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type Captured, capture } from "#tools/cli/run.js";
import { inBuild, inRoot, root } from "#tools/paths.js";

describe("the build", function () {
	this.timeout(120_000);

	// Fixed folders: an image is named after its manifest's path, and there should be one per test, not one per run.
	const folder = inBuild("tests", "applications", "small");
	const write = (files: Record<string, string>, into = folder) => {
		for (const [name, text] of Object.entries(files)) {
			mkdirSync(dirname(join(into, name)), { recursive: true });
			writeFileSync(join(into, name), text);
		}
	};
	const manifest = (content: object) =>
		write({ "manifest.json": JSON.stringify({ creation: { static: 131072, stack: 512 }, ...content }) });
	const camsock = (...words: string[]): Promise<Captured> =>
		capture(process.execPath, [inRoot("tools", "camsock.mjs"), ...words], {
			cwd: root,
			env: { ...process.env, NO_COLOR: "1" },
		});
	const build = () => camsock("build", "--manifest", relative(root, join(folder, "manifest.json")));

	/** Builds and gives the folder of the image. */
	const built = async () => {
		const { status, stderr } = await build();
		assert.equal(status, 0, stderr);
		const image = /^camsock: built (.*)$/m.exec(stderr)?.[1];
		assert.ok(image);
		return dirname(inRoot(image));
	};
	const time = (path: string) => statSync(path).mtimeMs;

	beforeEach(() => {
		rmSync(folder, { recursive: true, force: true });
		manifest({ modules: { "*": ["./main", "./other"] } });
		write({
			"main.ts": 'import { exit } from "board";\nimport { word } from "other";\nconsole.log(word);\nexit(0);\n',
			"other.ts": 'export const word: string = "hello";\n',
		});
	});

	const run = async () => {
		const image = await built();
		return capture(join(image, "firmware"), ["--no-forward"]);
	};

	it("makes an image that runs", async () => {
		const { status, stdout, stderr } = await run();
		assert.equal(status, 0, stderr);
		assert.equal(stdout, "hello\n");
	});

	it("does nothing when nothing changed", async () => {
		await built();
		const { stderr } = await build();
		assert.match(stderr, /^camsock: built .*\n$/);
	});

	it("compiles the changed module again, and no other", async () => {
		const image = await built();
		const objects = ["main", "other"].map((name) => join(image, "bytecode", `${name}.c.o`));
		const before = objects.map(time);
		write({ "other.ts": 'export const word: string = "goodbye";\n' });
		const { stdout } = await run();
		assert.equal(stdout, "goodbye\n");
		const after = objects.map(time);
		assert.equal(after[0], before[0]);
		assert.notEqual(after[1], before[1]);
	});

	it("follows the manifest: config, defines and C of its own", async () => {
		write({
			"main.ts":
				'import { exit } from "board";\nimport { answer } from "answer";\nimport config from "mc/config";\nconsole.log(config.greeting, answer());\nexit(0);\n',
			"answer.js": 'export function answer() @ "xs_test_answer";\n',
			"answer.d.ts": "export function answer(): number;\n",
			"answer.c":
				'#include "xsmc.h"\n#include "mc.xs.h"\n#include "mc.defines.h"\nvoid xs_test_answer(xsMachine *the);\nvoid xs_test_answer(xsMachine *the) {\n\txsmcSetInteger(xsResult, MODDEF_ANSWER_VALUE);\n}\n',
		});
		manifest({
			modules: { "*": ["./main", "./answer"] },
			config: { greeting: "hi" },
			defines: { answer: { value: 42 } },
		});
		const { status, stdout, stderr } = await run();
		assert.equal(status, 0, stderr);
		assert.equal(stdout, "hi 42\n");
	});

	describe("says", () => {
		const fails = async (message: RegExp) => {
			const { status, stderr } = await build();
			assert.notEqual(status, 0);
			assert.match(stderr, message);
		};

		it("which native has no C function", async () => {
			manifest({ modules: { "*": ["./main", "./other", "./bind"] } });
			write({ "bind.js": 'export function f() @ "xs_test_nowhere";\n' });
			await fails(/^native 'xs_test_nowhere' \(.*small\/bind\.js\): no C function$/m);
		});

		it("where a type is wrong", async () => {
			write({ "other.ts": "export const word: string = 1;\n" });
			await fails(/other\.ts\(1,14\): error TS2322: .*\n(.*\n)*camsock: the TypeScript has errors \(see above\)\n$/);
		});

		it("which import leads nowhere", async () => {
			write({
				"main.ts": 'import { more } from "./more.js";\nconsole.log(more);\n',
				"more.ts": "export const more = 1;\n",
			});
			await fails(/^camsock: .*small\/main\.ts: imports '\.\/more\.js', but no manifest has a module 'more'\n$/m);
		});

		it("which preload is not a module", async () => {
			manifest({ modules: { "*": ["./main", "./other"] }, preload: ["otter"] });
			await fails(/^camsock: .*small\/manifest\.json: preload: there is no module 'otter'\n$/m);
		});

		it("that there is no main module", async () => {
			manifest({ modules: { "*": "./other" } });
			await fails(/^camsock: .*small\/manifest\.json: there is no main module: creation\.main is 'main'\n$/m);
		});

		it("where JavaScript is not JavaScript", async () => {
			manifest({ modules: { "*": ["./main", "./other", "./bad"] } });
			write({ "bad.js": "let = ;\n" });
			await fails(/small\/bad\.js:1: /);
		});
	});

	describe("of test files from outside the project", () => {
		// Fixed for the same reason, and of this copy of the project.
		const outside = join(tmpdir(), `camsock-test-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`);
		after(() => rmSync(outside, { recursive: true, force: true }));

		it("takes what strict alone takes, with helpers beside them, and runs them", async () => {
			const text =
				'import assert from "assert";\nimport { two } from "./two.js";\nconst unused = 1;\nit("adds", () => assert.equal([1][0] + 1, two));\n';
			write({ "sum.test.ts": text, "two.ts": "export const two = 2;\n" }, outside);
			const { status, stdout, stderr } = await camsock("test:device", join(outside, "sum.test.ts"));
			assert.equal(status, 0, stderr);
			assert.match(stdout, /^TAP version 14$/m);
			assert.match(stdout, /^\s*ok 1 - .*adds/m);
		});

		it("is strict with them", async () => {
			write({ "any.test.ts": "export function f(x) {\n\treturn x;\n}\n" }, outside);
			const { status, stderr } = await camsock("test:device", join(outside, "any.test.ts"));
			assert.equal(status, 1);
			assert.match(stderr, /any\.test\.ts\(1,19\): error TS7006: /);
		});

		it("has the status of a failing test", async () => {
			write({ "no.test.ts": 'import assert from "assert";\nit("no", () => assert.equal(1, 2));\n' }, outside);
			const { status, stdout } = await camsock("test:device", join(outside, "no.test.ts"));
			assert.equal(status, 1);
			assert.match(stdout, /^\s*not ok 1 - .*no/m);
		});
	});
});
