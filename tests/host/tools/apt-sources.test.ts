// SPDX-License-Identifier: MIT
// The machine's package sources as sources of source packages.
import assert from "node:assert/strict";
import { parseDeb822, parseOneLine, readEntries, sourceStanzas } from "#tools/setup/apt-sources.js";
import { temporaryFolder } from "./folder.js";

describe("package sources", () => {
	it("turns one-line entries of the distribution into deb-src stanzas", () => {
		const text = [
			"# deb http://old.example/debian bookworm main",
			"deb http://deb.example/debian bookworm main contrib # the archive",
			"deb [arch=amd64 signed-by=/k.gpg] http://deb.example/security bookworm-security main",
		].join("\n");
		assert.equal(
			sourceStanzas(parseOneLine(text), "bookworm"),
			[
				"Types: deb-src\nURIs: http://deb.example/debian\nSuites: bookworm\nComponents: main\n",
				"Types: deb-src\nURIs: http://deb.example/security\nSuites: bookworm-security\nComponents: main\nSigned-By: /k.gpg\n",
			].join("\n"),
		);
	});

	it("turns deb822 stanzas into deb-src ones, an embedded key included", () => {
		const text = [
			"# comment",
			"Types: deb",
			"URIs: http://archive.example/ubuntu",
			"Suites: noble noble-updates noble-backports",
			"Components: main universe restricted",
			"Signed-By:",
			" -----BEGIN PGP PUBLIC KEY BLOCK-----",
			" .",
			" abc",
			"",
			"Types: deb",
			"Enabled: no",
			"URIs: http://off.example/ubuntu",
			"Suites: noble",
			"Components: main",
		].join("\n");
		assert.equal(
			sourceStanzas(parseDeb822(text), "noble"),
			[
				"Types: deb-src",
				"URIs: http://archive.example/ubuntu",
				"Suites: noble noble-updates",
				"Components: main universe",
				"Signed-By: ",
				" -----BEGIN PGP PUBLIC KEY BLOCK-----",
				" .",
				" abc",
				"",
			].join("\n"),
		);
	});

	it("leaves out what is not the distribution's", () => {
		const text = [
			"deb https://deb.example/node nodistro main",
			"deb https://apt.example/tools tools-bookworm main",
			"deb https://docker.example/linux bookworm stable",
			"deb https://flat.example/repo ./",
		].join("\n");
		assert.equal(sourceStanzas(parseOneLine(text), "bookworm"), "");
	});

	describe("of a machine", () => {
		const { path, write } = temporaryFolder();

		it("come from sources.list and from both kinds of file beside it", () => {
			write({
				"sources.list": "deb http://one.example/debian trixie main\n",
				"sources.list.d/a.list": "deb http://two.example/debian trixie main\n",
				"sources.list.d/b.sources": "Types: deb\nURIs: http://three.example/debian\nSuites: trixie\nComponents: main\n",
				"sources.list.d/c.list.save": "deb http://four.example/debian trixie main\n",
			});
			assert.deepEqual(
				readEntries(path()).map((entry) => entry.get("URIs")),
				["http://one.example/debian", "http://two.example/debian", "http://three.example/debian"],
			);
		});

		it("are none where apt has none", () => {
			assert.deepEqual(readEntries(path("nowhere")), []);
		});
	});
});
