// SPDX-License-Identifier: MIT
// docs/errors.md against what it is about: the errors that the sockets have, the docstrings, and the tests that it names.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { inRoot } from "#tools/paths.js";

const read = (...path: string[]) => readFileSync(inRoot(...path), "utf8");

/** A line of the table. */
interface Row {
	calls: string[];
	code: string;
	file: string;
	test: string;
}

const rows = [...read("docs", "errors.md").matchAll(/^\| (`.+`) \| (E\w+) \| .+ \| ([\w/-]+): (.+) \|$/gm)].map(
	([, calls = "", code = "", file = "", test = ""]): Row => ({
		calls: calls.split(", ").map((call) => call.replaceAll("`", "")),
		code,
		file,
		test,
	}),
);

/** The source of each test by its title: those of the core are functions. */
function testsOf(file: string): Map<string, string> {
	const core = file.startsWith("core/");
	const source = core ? read("tests", `${file}.c`) : read("tests", "device", `${file}.test.ts`);
	const starts = [...source.matchAll(core ? /^static void (\w+)\(void\) \{/gm : /^\t*it\("((?:[^"\\]|\\.)*)",/gm)];
	const ends = [...starts.slice(1).map((start) => start.index), source.length];
	return new Map(starts.map((start, i) => [start[1] as string, source.slice(start.index, ends[i])]));
}

/** The codes of the failures that the binding can throw. */
const codes = [...read("modules", "sockets", "sockets_errors.c").matchAll(/^\s*\{[^"]*, "(E\w+)", "/gm)].map(
	([, code]) => code as string,
);

/** The sources of the docstrings, and what the table calls the methods that are in them. */
const sources: readonly [file: string, prefix: string][] = [
	["socket.d.ts", ""],
	["sockets.ts", ""],
	["names.ts", ""],
	["async_socket.d.ts", "AsyncSocket."],
	["async_server.ts", "AsyncServer."],
];

/** The codes that docstrings name, by call. */
function documented(): [call: string, code: string][] {
	const found: [string, string][] = [];
	for (const [file, prefix] of sources) {
		const source = read("modules", "sockets", file);
		for (const [, text = "", name = ""] of source.matchAll(
			/\/\*\*((?:(?!\*\/).)*)\*\/\s*(?:export )?(?:function |override |static )?(\w+)[(<]/gs,
		)) {
			const made = `new ${prefix.replace(".", "") || "Socket"}`;
			const call = name === "constructor" ? made : prefix + name;
			const throws = /@throws.*/s.exec(text.replace(/@(see|example).*/s, ""))?.[0] ?? "";
			for (const [, code] of throws.matchAll(/`(E[A-Z_]+)`/g)) found.push([call, code as string]);
		}
	}
	return found;
}

describe("docs/errors.md", () => {
	it("has every error that the sockets have, and no other", () => {
		assert.ok(codes.length > 20, `only ${codes.length} codes found`);
		assert.deepEqual([...new Set(rows.map(({ code }) => code))].sort(), [...codes].sort());
	});

	it("has every error that a docstring names", () => {
		const pairs = documented();
		assert.ok(pairs.length > 60, `only ${pairs.length} found in the docstrings`);
		const missing = pairs.filter(([call, code]) => !rows.some((row) => row.calls.includes(call) && row.code === code));
		assert.deepEqual(missing, []);
	});

	it("names calls that there are", () => {
		for (const call of new Set(rows.flatMap((row) => row.calls))) {
			if (call.startsWith("new ")) continue;
			const [prefix = "", name = ""] = call.includes(".")
				? [call.replace(/\w+$/, ""), /\w+$/.exec(call)?.[0]]
				: ["", call];
			const text = sources.map(([file, of]) => (of === prefix ? read("modules", "sockets", file) : "")).join("");
			assert.match(text, new RegExp(`^\\s*(export function |async )?${name}\\(`, "m"));
		}
	});

	it("names tests that there are, and that are about the error", () => {
		for (const { file, test, code } of rows) {
			const tests = testsOf(file);
			const body = tests.get(test);
			assert.ok(body !== undefined, `there is no '${test}' in ${file}: ${[...tests.keys()].join("; ")}`);
			const shown = file.startsWith("core/") ? new RegExp(`(-|SOCKETS_)${code}\\b`) : new RegExp(`"${code}"`);
			assert.match(body, shown, `'${test}' in ${file} is not about ${code}`);
		}
	});

	it("names no test that is skipped", () => {
		const folder = readdirSync(inRoot("tests", "device")).filter((name) => name.endsWith(".test.ts"));
		for (const { file } of rows) {
			if (file.startsWith("core/")) continue;
			assert.ok(folder.includes(`${file}.test.ts`));
			assert.doesNotMatch(read("tests", "device", `${file}.test.ts`), /\b(it|describe)\.skip\b/);
		}
	});
});
