// SPDX-License-Identifier: MIT
// Results as TAP 14. tests/host/device.test.ts reads them back on the other side.

import assert, { AssertionError } from "assert";
import { HookError } from "testing/runner";
import { formatResult, type Outcome } from "testing/tap";

function outcome(outcome: Outcome["outcome"], path: string[], errors: unknown[] = []): Outcome {
	return { outcome, errors, test: { path, place: "at (declared.test.ts:1)" } };
}

/** The lines of a test that threw. */
function failed(...errors: unknown[]): string[] {
	return formatResult(1, outcome("fail", ["test"], errors));
}

/** What follows `key: ` in the YAML block. */
function field(lines: string[], key: string): string | undefined {
	return lines.find((line) => line.startsWith(`  ${key}: `))?.slice(key.length + 4);
}

describe("TAP", () => {
	it("has a line for each test", () => {
		assert.deepStrictEqual(formatResult(3, outcome("pass", ["suite", "test"])), ["ok 3 - suite > test"]);
		assert.deepStrictEqual(formatResult(4, outcome("skip", ["test"])), ["ok 4 - test # SKIP"]);
		assert.strictEqual(failed(new Error("no"))[0], "not ok 1 - test");
	});

	it("escapes what means something in a title, and keeps it in a line", () => {
		const [line] = formatResult(1, outcome("pass", ["a # SKIP", "b\\c\nd"]));
		assert.strictEqual(line, "ok 1 - a \\# SKIP > b\\\\c d");
	});

	it("has a block with message, expected, actual, operator, code and stack", () => {
		const lines = failed(new AssertionError({ message: "m", actual: "a", expected: 1, operator: "strictEqual" }));
		assert.strictEqual(lines[1], "  ---");
		assert.strictEqual(lines[lines.length - 1], "  ...");
		assert(lines.every((line, i) => i === 0 || line.startsWith("  ")));
		assert.strictEqual(field(lines, "message"), '"AssertionError: m"');
		assert.strictEqual(field(lines, "expected"), "1");
		assert.strictEqual(field(lines, "actual"), '"a"');
		assert.strictEqual(field(lines, "operator"), '"strictEqual"');
		assert.strictEqual(field(lines, "code"), '"ERR_ASSERTION"');
		assert.match(field(lines, "stack") as string, /^\|-$|^"at /);
	});

	it("shows this file in the stack, and neither the assertion nor the runner", () => {
		function outer() {
			assert.strictEqual(1, 2);
		}
		let stack = "";
		try {
			outer();
		} catch (error) {
			stack = failed(error).join("\n");
		}
		assert.match(stack, /at outer \(.*testing-tap\.test\.ts:\d+/);
		assert.doesNotMatch(stack, /modules\/(assert|testing)/);
	});

	it("shows where the test was declared if the stack does not show the test", () => {
		assert.strictEqual(field(failed("no error"), "stack"), '"at (declared.test.ts:1)"');
		const error = new Error("no");
		Object.defineProperty(error, "stack", {
			value: "Error: no\n at raise (modules/assert/error.ts:1)\n at Promise ()",
		});
		assert.strictEqual(field(failed(error), "stack"), '"at (declared.test.ts:1)"');
	});

	it("shows values as text, of several lines as a block", () => {
		const long = Array.from({ length: 30 }, (_, i) => `item ${i}`);
		const lines = failed(new AssertionError({ actual: { a: 1 }, expected: long }));
		assert.strictEqual(field(lines, "actual"), '"{ a: 1 }"');
		assert.strictEqual(field(lines, "expected"), "|-");
		assert(lines.includes("      'item 7',"));
	});

	it("quotes what a block cannot hold", () => {
		for (const text of ["a\n\x07", " a\nb", "a\nb\n", "a\r\nb", 'a "b" \\']) {
			const lines = failed(new AssertionError({ actual: text }));
			assert.strictEqual(field(lines, "actual"), JSON.stringify(text));
		}
		assert.strictEqual(field(failed(new AssertionError({ actual: 'a\n"\\b"' })), "actual"), "|-");
	});

	it("shortens what is too long", () => {
		const lines = failed(new AssertionError({ actual: "a".repeat(20_000), expected: new Uint8Array(20_000) }));
		assert(lines.join("\n").length < 6000);
	});

	it("tells numbers and booleans from strings", () => {
		const values = [1, "1", true, "true", null, "null", -0, NaN, undefined];
		const shown = values.map((actual) => field(failed(new AssertionError({ actual })), "actual"));
		assert.deepStrictEqual(shown, ["1", '"1"', "true", '"true"', "null", '"null"', '"-0"', '"NaN"', '"undefined"']);
	});

	it("shows what is no error, and errors after the first", () => {
		const lines = failed("text", new TypeError("also this"), 42);
		assert.strictEqual(field(lines, "message"), `"threw 'text'"`);
		assert.deepStrictEqual(
			lines.filter((line) => line.startsWith("  also: ")),
			['  also: "TypeError: also this"', '  also: "42"'],
		);
	});

	it("shows what a hook threw", () => {
		const lines = failed(new HookError("before", new AssertionError({ message: "m", actual: 1, expected: 2 })));
		assert.strictEqual(field(lines, "message"), '"HookError: in before: m"');
		assert.strictEqual(field(lines, "actual"), "1");
	});
});
