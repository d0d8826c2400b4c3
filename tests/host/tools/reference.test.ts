// SPDX-License-Identifier: MIT
// tools/docs/: what is found wrong with docstrings, and with their examples when they run.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Launch } from "#tools/boards/board.js";
import { buildDeviceTests } from "#tools/build/images.js";
import { findMissing } from "#tools/docs/check.js";
import {
	type Example,
	exampleModule,
	expectedOutput,
	findExamples,
	peerOf,
	writeExampleTests,
} from "#tools/docs/examples.js";
import type { Reflection } from "#tools/docs/model.js";
import { buildReference } from "#tools/docs/reference.js";
import { inBuild } from "#tools/paths.js";
import { DeviceRun } from "../support/device-run.js";
import { temporaryFolder } from "./folder.js";

const FENCE = "```";

describe("the reference of a module", function () {
	this.timeout(60_000);
	this.slow(10_000);
	const { path, write } = temporaryFolder();

	/** Makes the reference of one source file. */
	const reference = (source: string): Promise<Reflection> => {
		write({ "fixture.ts": source });
		const modules = [{ specifier: "fixture", source: path("fixture.ts") }];
		return buildReference({ folder: path("docs"), modules });
	};

	it("is HTML with what is public, under the names of the source", async () => {
		await reference(`
			/** The native part. */
			declare class Base {
				/** Goes there. */
				go(): void;
				/** For the module itself. */
				_hidden(): void;
				/** For subclasses. */
				protected kept(): void;
			}
			/** Something that goes. */
			export class Mover extends Base {}
		`);
		const [page] = readdirSync(path("docs/classes"));
		assert.match(page ?? "", /Mover\.html$/);
		const html = readFileSync(path(`docs/classes/${page}`), "utf8");
		assert.match(html, /Goes there\./);
		assert.doesNotMatch(html, /_hidden|kept/);
		assert.ok(existsSync(path("docs/index.html")));
	});

	it("needs a description, an example and the errors of each function and method", async () => {
		const project = await reference(`
			/** Has all. @throws TypeError @example go() */
			export function go(): void {}
			export function silent(): void {}
			/** Says no more than this. */
			export function terse(): void {}
			/** Never throws. @example harmless() */
			export function harmless(): void {}
			/** A class. */
			export class Mover {
				/** A method. @throws TypeError */
				move(): void {}
			}
			/** Overloaded. @throws TypeError @example twice(1) */
			export function twice(one: number): void;
			export function twice(one: string): void;
			export function twice(_one: unknown): void {}
		`);
		assert.deepEqual(
			findMissing(project).map((line) => line.replace(/^.*: /, "")),
			[
				"silent has no description",
				"terse has no @example",
				'terse has no @throws (or "Never throws")',
				"Mover.move has no @example",
			],
		);
	});

	it("cannot be made with a link that leads nowhere", async () => {
		const made = reference("/** As {@link nobody}. */\nexport function go(): void {}\n");
		await assert.rejects(made, { name: "Failure", message: /Failed to resolve link to "nobody"/ });
	});

	it("gives the examples, each overload's once", async () => {
		const block = (code: string) => `${FENCE}ts\n * ${code}\n * ${FENCE}`;
		const project = await reference(`
/**
 * Goes.
 * @example First
 * ${block("go(1);")}
 * @example Then
 * ${block("go(2);")}
 */
export function go(one: number): void;
export function go(one: string): void;
export function go(_one: unknown): void {}
`);
		const examples = findExamples(project).map(({ title, code }) => [title, code]);
		assert.deepEqual(examples, [
			["go 1", "go(1);\n"],
			["go 2", "go(2);\n"],
		]);
	});

	it("wants examples in ```ts", async () => {
		const project = await reference(
			`/**\n * Goes.\n * @example\n * ${FENCE}sh\n * go\n * ${FENCE}\n */\nexport function go() {}\n`,
		);
		assert.throws(() => findExamples(project), { name: "Failure", message: /the example of go is not in ```ts/ });
	});
});

describe("an example", () => {
	it("says what it prints in comments", () => {
		assert.deepEqual(expectedOutput("log(1); // → one\n// → two: …\nlog(2); // not this\n"), ["one", "two: …"]);
	});

	it("gets the other machine that it talks to", () => {
		assert.equal(peerOf('s.connect(["192.168.1.20", 9000]);'), "echo");
		assert.equal(peerOf('server.bind(["", 9000]); log(host); // → 192.168.1.20'), "call");
		assert.equal(peerOf('server.bind(["", 8080]);'), undefined);
	});

	it("becomes a function behind its imports", () => {
		const code = 'import {\n\ta,\n} from "a";\nimport { b } from "b";\n\na(b);\n';
		const text = exampleModule({ module: "m", title: "t", code });
		assert.equal(
			text,
			'import {\n\ta,\n} from "a";\nimport { b } from "b";\nexport async function run(): Promise<void> {\na(b);\n}\n',
		);
		const late = 'a();\nimport { b } from "b";\n';
		assert.throws(() => exampleModule({ module: "m", title: "t", code: late }), {
			message: /after its first statement/,
		});
	});
});

describe("examples that do not do what they say", function () {
	this.timeout(60_000);
	this.slow(10_000);
	let run: DeviceRun;

	const examples: [title: string, code: string, wrong: RegExp | undefined][] = [
		["prints it", 'console.log("a", 1); // → a 1\nconsole.log("port 8080"); // → port …\n', undefined],
		["prints something else", 'console.log("a"); // → b\n', /strictly deep-equal/],
		["prints more", 'console.log("a");\n', /strictly deep-equal/],
		["prints less", "// → a\n", /strictly deep-equal/],
		["prints no more than the start", 'console.log("port 80 or so"); // → port …0\n', /port 80 or so/],
		["throws", 'throw new Error("an example of failure");\n', /an example of failure/],
		["leaves a socket open", 'import { Socket } from "sockets";\n\nnew Socket();\n', /left 1 socket/],
		["does not answer", "console.log(9000); // → 9000\n", /did not take the call/],
		["prints as ever", 'console.log("a"); // → a\n', undefined],
	];

	before(async () => {
		const found = examples.map(([title, code]): Example => ({ module: "wrong", title, code }));
		const files = writeExampleTests(found, inBuild("tests", "examples"));
		const launch: Launch = await buildDeviceTests({ files });
		run = new DeviceRun(launch);
	});

	after(async () => {
		await run.board.end();
	});

	for (const [i, [title, , wrong]] of examples.entries()) {
		it(`${wrong ? "fails" : "passes"} if one ${title}`, async () => {
			const { ok, fields } = await run.result(i + 1);
			assert.equal(ok, wrong === undefined, String(fields.message));
			if (wrong) assert.match(JSON.stringify(fields), wrong);
		});
	}
});
