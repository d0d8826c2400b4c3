// SPDX-License-Identifier: MIT
// Folders of fetched source: complete or not there.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sources } from "#tools/paths.js";
import { fetchedVersion, fileDigest, fillFolder, treeDigest } from "#tools/setup/fetched.js";
import { accepted, compiled, haveLwip, lwipPatches, lwipVersion } from "#tools/setup/lwip.js";
import { haveXs, sourceVersion, xs } from "#tools/setup/xs.js";
import { temporaryFolder } from "./folder.js";

describe("fetched sources", () => {
	const { path, write } = temporaryFolder();

	it("are there with their version once they are filled", async () => {
		assert.equal(fetchedVersion(path("lib")), undefined);
		await fillFolder(path("lib"), async (partial) => {
			writeFileSync(join(partial, "file"), "text");
			return "1.0";
		});
		assert.equal(fetchedVersion(path("lib")), "1.0");
		assert.equal(readFileSync(path("lib/file"), "utf8"), "text");
	});

	it("stay as they were when filling fails, and leave nothing beside", async () => {
		await fillFolder(path("lib"), async () => "1.0");
		const failing = fillFolder(path("lib"), async (partial) => {
			writeFileSync(join(partial, "half"), "");
			throw new Error("interrupted");
		});
		await assert.rejects(failing, { message: "interrupted" });
		assert.equal(fetchedVersion(path("lib")), "1.0");
		assert.equal(existsSync(path("lib/half")), false);
		assert.deepEqual(readdirSync(path()), ["lib"]);
	});

	it("are replaced as a whole", async () => {
		mkdirSync(path("lib"));
		write({ "lib/old": "" });
		await fillFolder(path("lib"), async () => "2.0");
		assert.deepEqual(readdirSync(path("lib")), [".version"]);
	});

	it("are newer than anything that was built from another version", async () => {
		const before = Date.now() - 1000; // file systems round
		await fillFolder(path("lib"), async (partial) => {
			mkdirSync(join(partial, "src"));
			writeFileSync(join(partial, "src", "old.c"), "");
			utimesSync(join(partial, "src", "old.c"), 1, 1);
			return "1.0";
		});
		assert.ok(statSync(path("lib/src/old.c")).mtimeMs >= before);
	});

	it("have a digest that follows names and bytes, not times or places", () => {
		write({
			"a/x/one": "1",
			"a/two": "2",
			"b/x/one": "1",
			"b/two": "2",
			"c/x/one": "1",
			"c/too": "2",
			"d/x/one": "12",
		});
		assert.equal(treeDigest(path("a"), ["x"]), treeDigest(path("b"), ["x"]));
		assert.notEqual(treeDigest(path("a"), ["x"]), treeDigest(path("a")));
		const digests = ["a", "b", "c", "d"].map((name) => treeDigest(path(name)));
		assert.equal(digests[0], digests[1]);
		assert.equal(new Set(digests).size, 3);
	});

	it("have file digests in the forms of npm and of Debian", () => {
		write({ file: "abc" });
		assert.equal(
			fileDigest(path("file"), "sha256", "hex"),
			"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		);
		assert.equal(fileDigest(path("file"), "sha512", "base64").length, 88);
	});

	it("are in place here: XS of the version that the project names", () => {
		assert.equal(haveXs(), true);
		assert.equal(sourceVersion(), xs.version);
	});

	it("are in place here: lwIP whose tree is an accepted one, with Debian's patches", () => {
		assert.equal(haveLwip(), true);
		const release = accepted.find(({ upstream }) => lwipVersion()?.startsWith(`${upstream}-`));
		assert.equal(treeDigest(join(sources.lwip, "src"), compiled), release?.tree);
		assert.ok(lwipPatches().includes("max_sockets"));
	});
});
