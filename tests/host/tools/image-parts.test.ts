// SPDX-License-Identifier: MIT
// What the build writes for an image, part by part: headers, tables, imports, test modules, ninja's text.
import assert from "node:assert/strict";
import { definesHeader, idsHeader, scanC } from "#tools/build/bindings.js";
import { testModules } from "#tools/build/device-tests.js";
import { importsOf, resolveImport } from "#tools/build/imports.js";
import { creationDefaults } from "#tools/build/manifest-check.js";
import { NinjaFile, shellWords } from "#tools/build/ninja.js";
import { missingNatives, parseNatives, parseSymbols, tableText } from "#tools/build/table.js";
import { moduleSymbol } from "#tools/build/xs-compile.js";
import { temporaryFolder } from "./folder.js";

describe("the parts of an image", () => {
	const { path, write } = temporaryFolder();

	describe("mc.xs.h and mc.defines.h", () => {
		it("number the names that C uses, and tell which files see the headers, through other headers too", () => {
			write({
				"direct.c": '#include "mc.xs.h"\nxsID_beta; xsID_alpha;',
				"through.c": '#include "outer.h"',
				"outer.h": '#include "folder/inner.h"',
				"inner.h": '#  include "mc.defines.h"\n#define X xsID_alpha',
				"plain.c": '#include "plain.h"\n#include <mc.xs.h>',
				"plain.h": "",
			});
			const paths = (...names: string[]) => names.map(path);
			const scan = scanC(paths("direct.c", "through.c", "plain.c"), paths("outer.h", "inner.h", "plain.h"));
			assert.deepEqual(scan.ids, ["alpha", "beta"]);
			assert.deepEqual([...scan.bound], paths("direct.c", "through.c"));
			assert.match(idsHeader(scan.ids), /^#define xsID_beta \(image_ids\[1\]\)$/m);
		});

		it("define macros as mcconfig does", () => {
			const defines = { net: { port: 1, on: true, name: '#a"b', code: "X + 1", list: [1, 2], none: null } };
			const lines = definesHeader(defines).split("\n").slice(2, -2);
			assert.deepEqual(lines, [
				"#define MODDEF_NET_PORT (1)",
				"#define MODDEF_NET_ON (true)",
				'#define MODDEF_NET_NAME "a\\"b"',
				"#define MODDEF_NET_CODE X + 1",
				"#define MODDEF_NET_LIST {1, 2}",
				"#define MODDEF_NET_NONE NULL",
			]);
		});
	});

	describe("natives and the table", () => {
		const natives = parseNatives("function xs_b\ndestructor xs_a\nfunction xs_b\n", "modules/x/native.js");

		it("finds the natives that no C function has, each once", () => {
			const symbols = parseSymbols("a.o: xs_a T 0 10\nxs_a T 0 10\nxs_b D 0 8\nxs_b U \n");
			assert.deepEqual(missingNatives(natives, symbols), [{ name: "xs_b", module: "modules/x/native.js" }]);
		});

		it("lists natives once, in the order of strcmp, and preloads in theirs", () => {
			const modules = ["b", "a"].map((specifier) => ({
				specifier,
				symbol: moduleSymbol(specifier),
				natives: "",
				shown: "",
			}));
			const more = [...natives, { name: "xs_B", module: "" }, { name: "xs_a_b", module: "" }];
			const description = {
				modules,
				nm: "nm",
				objects: [],
				preload: ["b", "a"],
				ids: [],
				creation: creationDefaults,
				table: "",
			};
			const text = tableText(description, more);
			assert.deepEqual(
				[...text.matchAll(/\{"(\w+)", \1\}/g)].map(([, name]) => name),
				["xs_B", "xs_a", "xs_a_b", "xs_b"],
			);
			assert.match(text, /preload\[\] = \{\n\t"b",\n\t"a",\n\tNULL,/);
			assert.match(text, /native_count = 4,/);
			assert.match(text, /image_ids\[1\];/);
		});

		it("mangles specifiers into C names one to one", () => {
			assert.equal(moduleSymbol("sockets/async"), "image_module_sockets_2fasync");
			assert.equal(moduleSymbol("a_2f"), "image_module_a_5f2f");
			assert.equal(moduleSymbol("é"), "image_module__c3_a9");
		});
	});

	describe("imports", () => {
		it("are found in all statements that have them at run time", () => {
			const text = [
				'import a from "one";',
				"import {\n\tb,\n\tc,\n} from './two.js';",
				'import "three";',
				'export * from "four";',
				'const m = await import("five");',
				'import type { T } from "not-1";',
				'const s = "import x from nothing";',
			].join("\n");
			assert.deepEqual(importsOf(text), ["one", "./two.js", "three", "four", "five"]);
		});

		it("count from the importing module when they are relative", () => {
			assert.equal(resolveImport("./b.js", "x/a"), "x/b");
			assert.equal(resolveImport("../b", "x/y/a"), "x/b");
			assert.equal(resolveImport("./b", "a"), "b");
			assert.equal(resolveImport("x/b.js", "a"), "x/b.js");
		});
	});

	describe("test modules", () => {
		it("have a specifier per folder, with the files that they import relatively", () => {
			write({
				"p/one.test.ts": 'import { h } from "./help/h.js";\nimport type { T } from "./types";',
				"p/two.test.ts": 'import "./one.test";',
				"p/help/h.ts": 'import "../base";',
				"p/base.ts": "",
				"q/one.test.ts": "",
			});
			const { modules, list } = testModules(["p/one.test.ts", "p/two.test.ts", "q/one.test.ts"].map(path));
			assert.deepEqual(
				list.map(({ specifier, file }) => [specifier, file]),
				[
					["test/0/one.test", path("p/one.test.ts")],
					["test/0/two.test", path("p/two.test.ts")],
					["test/1/one.test", path("q/one.test.ts")],
				],
			);
			assert.deepEqual(modules.map(({ specifier }) => specifier).sort(), [
				"test/0/base",
				"test/0/help/h",
				"test/0/one.test",
				"test/0/two.test",
				"test/1/one.test",
			]);
		});

		it("are refused with a line that says why", () => {
			write({ "a.js": "", "b.test.ts": 'import "./none";' });
			assert.throws(() => testModules([path("none.ts")]), {
				name: "Failure",
				message: /there is no test file .*none\.ts$/,
			});
			assert.throws(() => testModules([path("a.js")]), { name: "Failure", message: /a device test is a \.ts file$/ });
			assert.throws(() => testModules([path("b.test.ts")]), {
				name: "Failure",
				message: /b\.test\.ts: imports \.\/none, but there is no .*none\.ts$/,
			});
		});
	});

	describe("ninja's text", () => {
		it("escapes paths for ninja and words for the shell", () => {
			const ninja = new NinjaFile("out");
			ninja.build({ outputs: ["a b"], rule: "r", inputs: ["c:d$"], variables: { flags: "$x" } });
			assert.match(ninja.text("a b"), /^build a\$ b: r c\$:d\$\$\n {2}flags = \$\$x$/m);
			assert.equal(shellWords(['-DX="y"', "plain/word.c", "it's"]), `'-DX="y"' plain/word.c 'it'\\''s'`);
		});

		it("has an edge once, however often it is asked for", () => {
			const ninja = new NinjaFile("out");
			for (let time = 0; time < 2; time++) ninja.build({ outputs: ["a"], rule: "r", inputs: ["b"] });
			assert.equal(ninja.text("a").match(/^build /gm)?.length, 1);
		});
	});
});
