// SPDX-License-Identifier: MIT
// The parts of the prompt that need no serial line: source text as modules, keys, the line editor, completion.

import assert from "assert";
import { memory, modules } from "board";
import { check, define, lookup, names, tidy, undefine } from "board/source";
import { columns, commonStart, complete } from "repl/complete";
import { completeness, evaluate } from "repl/evaluate";
import { type Key, Keys } from "repl/keys";
import { LineEditor } from "repl/line-editor";
import { textWidth } from "repl/width";

const encoder = new TextEncoder();

describe("source text as a module", () => {
	it("is checked", () => {
		for (const text of ["", "1", "const a = 1", "await 1", "import 'a'", "export const b = 1", "async () => {}"]) {
			assert.strictEqual(check(text), undefined, text);
		}
		for (const text of ["{", "(", "[1,", "1 +", "`a", "/* a", "if (a)", "function f() {", "'a\\", "class A {", "a ?"]) {
			assert.strictEqual(check(text), true, text);
		}
		for (const text of [")", "1 2", "'a", "/a", "let let = 1", "return 1", "const a = ; 1", "}"]) {
			assert.strictEqual(typeof check(text), "string", text);
		}
	});

	it("is run by import()", async () => {
		assert(define("test/source", "export const a = await Promise.resolve(5);", "source.js") > 0);
		assert.strictEqual(((await import("test/source".slice())) as { a: number }).a, 5);
		// Again, by the same name.
		define("test/source", encoder.encode("export const a = 'ä€😀';").buffer as ArrayBuffer, "source.js");
		assert.strictEqual(((await import("test/source".slice())) as { a: string }).a, "ä€😀");
		undefine("test/source");
		await assert.rejects(import("test/source".slice()), /module "test\/source" not found/);
	});

	it("has its path and line in errors", async () => {
		assert.throws(() => define("test/source", "\n\n)", "wrong.js"), {
			name: "SyntaxError",
			message: /\(wrong\.js:3\)/,
		});
		define("test/source", "\nfunction fail() {\n\tthrow new Error('x');\n}\nfail();", "wrong.js");
		await assert.rejects(import("test/source".slice()), (error) =>
			/at fail \(wrong\.js:3\)\n.*\(wrong\.js:5\)/.test((error as Error).stack ?? ""),
		);
		undefine("test/source");
	});

	it("can import another", async () => {
		define("test/one", "export const one = 1;", "one.js");
		define("test/two", "import { one } from './one.js'; export const two = one + 1;", "two.js");
		assert.strictEqual(((await import("test/two".slice())) as { two: number }).two, 2);
		undefine("test/one");
		undefine("test/two");
	});

	it("is forgotten if it is never loaded", () => {
		define("test/never", "export const never = 1;", "never.js");
		undefine("test/never");
	});

	it("leaves nothing behind, also beside a module that is never done", async () => {
		define("test/pending", "await new Promise(() => {});", "pending.js");
		void import("test/pending".slice());
		const round = async () => {
			define("test/source", "export const a = { b: [1, 2, 3] };", "source.js");
			await import("test/source".slice());
			undefine("test/source");
		};
		for (let i = 0; i < 20; i++) await round();
		const before = memory();
		for (let i = 0; i < 50; i++) await round();
		const after = memory();
		undefine("test/pending");
		assert(after.slots - before.slots < 50, `${after.slots - before.slots} slots more`);
		assert(after.chunks - before.chunks < 2000, `${after.chunks - before.chunks} bytes of chunks more`);
	});

	it("names the modules of the image", () => {
		assert(modules().includes("sockets"));
		assert(modules().includes("repl/commands/help"));
	});
});

describe("what is typed", () => {
	it("has the value of its last statement", async () => {
		assert.strictEqual(await evaluate("1; 2"), 2);
		assert.strictEqual(await evaluate("await Promise.resolve(3)"), 3);
		assert.strictEqual(await evaluate("let evaluated = 4"), undefined);
		assert.deepStrictEqual(await evaluate("{ a: 1 }"), { a: 1 });
		assert.strictEqual(await evaluate("{ let a = 1 }"), undefined);
		assert.strictEqual(await evaluate("export default 5"), 5);
		assert.strictEqual(await evaluate(""), undefined);
	});

	it("stays, as what it was declared", async () => {
		await evaluate("const kept = 1; let changed = 2; class Kept {} function getKept() { return [kept, changed] }");
		await evaluate("changed = 3");
		assert.deepStrictEqual(await evaluate("getKept()"), [1, 3]);
		await assert.rejects(evaluate("kept = 2"), TypeError);
		await evaluate("const kept = 'new'");
		assert.deepStrictEqual(await evaluate("[kept, getKept()[0]]"), ["new", 1]);
		assert(names().includes("Kept"));
		assert.strictEqual(lookup("changed"), 3);
		await evaluate("import { inspect as shown } from 'inspect'");
		assert.strictEqual(await evaluate("shown(1)"), "1");
	});

	it("stays up to an error", async () => {
		await assert.rejects(evaluate("let early = 1; throw new RangeError('x'); let never = 2"), RangeError);
		assert.strictEqual(await evaluate("early"), 1);
		await assert.rejects(evaluate("never"), ReferenceError);
		tidy();
		assert.strictEqual(await evaluate("let never = 3; never"), 3);
	});

	it("is complete or not", () => {
		assert.strictEqual(completeness("{ a: 1 }"), "complete");
		assert.strictEqual(completeness("{ a: 1"), "incomplete");
		assert.strictEqual(completeness("f("), "incomplete");
		assert.strictEqual(completeness(")"), "complete");
	});
});

describe("keys", () => {
	/** What bytes mean: keys in brackets, text as it is. */
	function read(...parts: (string | number[])[]): string {
		const keys = new Keys();
		let said = "";
		for (const part of parts) {
			keys.feed(
				typeof part === "string" ? encoder.encode(part) : new Uint8Array(part),
				(key: Key) => {
					said += `[${key}]`;
					return false;
				},
				(text) => {
					said += text;
				},
			);
		}
		return said;
	}

	it("are text, control characters and sequences", () => {
		assert.strictEqual(read("aä€😀"), "aä€😀");
		assert.strictEqual(
			read("a\x1b[Ab\x1b[1;5Cc\x1bOHd\x1b[3~e\x1bbf"),
			"a[up]b[word-right]c[home]d[delete]e[word-left]f",
		);
		assert.strictEqual(read("a\rb\r\nc\nd"), "a[enter]b[enter]c[enter]d");
		assert.strictEqual(read("\x7f\x08\x0b\x19\t"), "[backspace][backspace][kill-line][yank][tab]");
	});

	it("may come in pieces", () => {
		assert.strictEqual(read("\x1b", "[", "1;", "5", "D", [0xe2], [0x82], [0xac]), "[word-left]€");
	});

	it("may be broken", () => {
		assert.strictEqual(read([0xff, 0x61, 0xe2, 0x82, 0x62, 0x80, 0xc0, 0x80]), "\ufffda\ufffdb\ufffd\ufffd");
		assert.strictEqual(read([0xed, 0xa0, 0x80, 0xf5, 0x80, 0x80, 0x80]), "\ufffd\ufffd");
		assert.strictEqual(read("a\x1b[999zb\x1b[\x1b[Ac\x00\x0fd"), "ab[up]cd");
		assert.strictEqual(read(`\x1b[${"1;".repeat(500)}Ax`), "[up]x");
	});

	it("stop at the key that says so", () => {
		const taken = new Keys().feed(
			encoder.encode("ab\rcd"),
			() => true,
			() => {},
		);
		assert.strictEqual(taken, 3);
	});
});

describe("the line editor", () => {
	it("counts columns", () => {
		assert.strictEqual(textWidth("abc"), 3);
		assert.strictEqual(textWidth("aä€"), 3);
		assert.strictEqual(textWidth("日本😀"), 6);
		assert.strictEqual(textWidth("e\u0301"), 1);
	});

	it("moves over characters, not their parts", () => {
		const editor = new LineEditor();
		editor.insert("a😀b");
		editor.press("left");
		editor.press("backspace");
		assert.strictEqual(editor.text, "ab");
	});

	it("has its limits", () => {
		const editor = new LineEditor();
		assert.match(editor.insert("x".repeat(2000)), /\x07$/);
		assert.strictEqual(editor.text.length, 1024);
		for (let i = 0; i < 300; i++) {
			editor.take();
			editor.insert(`line ${i}`);
		}
		let older = 0;
		while (editor.press("up") !== "\x07") older++;
		assert.strictEqual(older, 32);
	});
});

describe("completion", () => {
	it("finds names, properties, commands and modules", async () => {
		assert.deepStrictEqual(complete("Uint8C").words, ["Uint8ClampedArray"]);
		assert.deepStrictEqual(complete("x = Math.sq").words, ["sqrt"]);
		assert.deepStrictEqual(complete(".ver").words, ["version"]);
		assert.deepStrictEqual(complete('import { x } from "sockets/sta').words, ["sockets/stats"]);
		await evaluate("const completed = { inner: { value: 1 } }");
		assert.deepStrictEqual(complete("comple").words, ["completed"]);
		assert.deepStrictEqual(complete("completed.inner.va").words, ["value", "valueOf"]);
		assert.deepStrictEqual(complete("completed.nothing.va").words, []);
		assert.deepStrictEqual(complete("f().x").words, []);
		assert.deepStrictEqual(complete("12").words, []);
	});

	it("shows words in columns", () => {
		assert.strictEqual(commonStart(["abc", "abd"]), "ab");
		assert.strictEqual(columns(["a", "bb", "c", "d"], 10), "a   c\nbb  d\n");
	});
});
