// SPDX-License-Identifier: MIT
// Manifests: how they are merged, which files they name, and what is said about mistakes in them.
import assert from "node:assert/strict";
import { readManifests } from "#tools/build/manifest.js";
import { findModuleFiles } from "#tools/build/module-files.js";
import { sources } from "#tools/paths.js";
import { temporaryFolder } from "./folder.js";

describe("manifests", () => {
	const { path, write } = temporaryFolder();
	const manifest = (content: unknown, name = "manifest.json") => write({ [name]: JSON.stringify(content) });
	const read = (board = "native-sim") => readManifests([path("manifest.json")], board);
	const modules = (board?: string) =>
		Object.fromEntries(
			findModuleFiles(read(board).patterns).modules.map(({ specifier, source }) => [
				specifier,
				source.slice(path().length + 1),
			]),
		);

	describe("merging", () => {
		it("lets a manifest win over those that it includes, object by object", () => {
			manifest({ creation: { stack: 100, heap: { initial: 7 } }, config: { a: { x: 1, y: 2 }, b: 1 } }, "base.json");
			manifest({ include: "./base.json", creation: { heap: { incremental: 9 } }, config: { a: { x: 3 } } });
			const merged = read();
			assert.equal(merged.creation.stack, 100);
			assert.deepEqual(merged.creation.heap, { initial: 7, incremental: 9 });
			assert.deepEqual(merged.config, { a: { x: 3, y: 2 }, b: 1 });
		});

		it("has mcconfig's sizes where no manifest says any", () => {
			manifest({});
			assert.deepEqual(read().creation, {
				static: 0,
				chunk: { initial: 32768, incremental: 1024 },
				heap: { initial: 2048, incremental: 64 },
				stack: 384,
				keys: { initial: 256, incremental: 0, name: 127, symbol: 127 },
				parser: { buffer: 32768, table: 1993 },
				main: "main",
			});
		});

		it("reads each manifest once, includes first, also when they include each other", () => {
			manifest({ include: ["./a.json", "./b.json"], preload: ["own"] });
			manifest({ include: "./b.json", preload: ["a"] }, "a.json");
			manifest({ include: "./a.json", preload: ["b"] }, "b.json");
			assert.deepEqual(
				read().preload.map(({ specifier }) => specifier),
				["b", "a", "own"],
			);
		});

		it("takes from platforms the board's entry, and `...` where there is none", () => {
			manifest({ platforms: { "native-sim": { config: { on: "sim" } }, "...": { config: { on: "other" } } } });
			assert.deepEqual(read("native-sim").config, { on: "sim" });
			assert.deepEqual(read("qemu-riscv32").config, { on: "other" });
		});

		it("includes what a board's entry includes, for that board alone", () => {
			manifest({ config: { extra: true } }, "extra.json");
			manifest({ platforms: { "native-sim": { include: "./extra.json" }, esp32: { include: "$(MODDABLE)/x.json" } } });
			assert.deepEqual(read("native-sim").config, { extra: true });
			assert.deepEqual(read("qemu-riscv32").config, {});
		});

		it("fills in where the fetched sources are", () => {
			manifest({ modules: { x: "$(XS)/modules/x" } });
			assert.equal(read().patterns[0]?.source, `${sources.xs}/modules/x`);
		});
	});

	describe("modules", () => {
		beforeEach(() => {
			const names = ["main.ts", "lib/one.ts", "lib/two.js", "lib/two.d.ts", "lib/bind.c", "lib/bind.h", "lib/data.bin"];
			write(Object.fromEntries(names.map((name) => [name, ""])));
		});

		it("gives each kind of file its place", () => {
			manifest({ modules: { "*": ["./main", "./lib/*"] } });
			const files = findModuleFiles(read().patterns);
			const inside = (list: string[]) => list.map((file) => file.slice(path().length + 1));
			assert.deepEqual(modules(), { main: "main.ts", one: "lib/one.ts", two: "lib/two.js" });
			assert.deepEqual(inside(files.c), ["lib/bind.c"]);
			assert.deepEqual(inside(files.headers), ["lib/bind.h"]);
			assert.deepEqual(inside(files.declarations), ["lib/two.d.ts"]);
		});

		it("puts what `*` matched into the specifier", () => {
			manifest({ modules: { "lib/*": "./lib/*", "odd/*": "./ma*" } });
			assert.deepEqual(modules(), { "lib/one": "lib/one.ts", "lib/two": "lib/two.js", "odd/in": "main.ts" });
		});

		it("leaves out what `~` names", () => {
			manifest({ modules: { "*": "./lib/*", "~": "./lib/two" } });
			assert.deepEqual(modules(), { one: "lib/one.ts" });
		});
	});

	describe("mistakes", () => {
		const fails = (content: unknown, message: RegExp) => {
			manifest(content);
			assert.throws(() => findModuleFiles(read().patterns), { name: "Failure", message });
		};

		it("names the file and the unknown key", () => {
			fails({ modulez: {} }, /manifest\.json: modulez: unknown key$/);
			fails({ creation: { chunk: { inital: 1 } } }, /manifest\.json: creation\.chunk\.inital: unknown key$/);
			fails(
				{ platforms: { "native-sim": { preloads: [] } } },
				/manifest\.json: platforms\.native-sim\.preloads: unknown key$/,
			);
		});

		it("does not look into entries of other boards", () => {
			manifest({ platforms: { esp32: { anything: 1 } } });
			assert.doesNotThrow(() => read());
		});

		it("names the file and the key whose value is of the wrong kind", () => {
			fails({ include: 1 }, /manifest\.json: include: must be a string or strings$/);
			fails({ modules: { "*": [1] } }, /manifest\.json: modules\.\*: must be a string or strings$/);
			fails({ creation: { stack: "1" } }, /manifest\.json: creation\.stack: must be a whole number$/);
			fails({ creation: { heap: 1 } }, /manifest\.json: creation\.heap: must be an object$/);
			fails({ creation: { main: 1 } }, /manifest\.json: creation\.main: must be a string$/);
			fails([], /manifest\.json: must be an object$/);
		});

		it("says what is not JSON", () => {
			write({ "manifest.json": "{,}" });
			assert.throws(() => read(), { name: "Failure", message: /manifest\.json: not JSON: / });
		});

		it("names an included manifest that is not there, and who includes it", () => {
			fails({ include: "./none.json" }, /manifest\.json: include: there is no .*none\.json$/);
		});

		it("names a pattern that matches no file", () => {
			fails({ modules: { "*": "./mian" } }, /manifest\.json: modules: no file matches .*mian$/);
		});

		it("names two files that would be one module", () => {
			write({ "a/x.ts": "", "b/x.ts": "" });
			fails({ modules: { "*": ["./a/*", "./b/*"] } }, /two files for module 'x': .*a\/x\.ts and .*b\/x\.ts$/);
		});

		it("names an unknown variable and those that there are", () => {
			fails({ include: "$(MODDABLE)/x.json" }, /unknown variable \$\(MODDABLE\); .*\$\(XS\), \$\(LWIP\)$/);
		});
	});
});
