// SPDX-License-Identifier: MIT
// Values as text.

import assert from "assert";
import { inspect } from "inspect";

describe("inspect", () => {
	it("shows primitives as they would be written", () => {
		const values = [1, -0, 10n, "it's\n", true, null, undefined, Symbol("s")];
		assert.deepStrictEqual(
			values.map((value) => inspect(value)),
			["1", "-0", "10n", "'it\\'s\\n'", "true", "null", "undefined", "Symbol(s)"],
		);
	});

	it("shows objects, arrays and what is in them", () => {
		class Point {
			x = 1;
			get y() {
				return assert.fail("a getter must not run");
			}
		}
		const sparse = [1];
		sparse[2] = 3;
		for (const [value, text] of [
			[{}, "{}"],
			[[], "[]"],
			[{ a: 1, "b-c": [2, { d: "e" }] }, "{ a: 1, 'b-c': [ 2, { d: 'e' } ] }"],
			[sparse, "[ 1, <empty>, 3 ]"],
			[new Point(), "Point { x: 1 }"],
			[Object.create(null), "[Object: null prototype] {}"],
			[
				{
					get a() {
						return assert.fail();
					},
				},
				"{ a: [Getter] }",
			],
			[{ [Symbol("s")]: 1 }, "{ [Symbol(s)]: 1 }"],
			[new Uint8Array([1, 2]), "Uint8Array(2) [ 1, 2 ]"],
			[new Uint8Array([1, 255]).buffer, "ArrayBuffer(2) { 01 ff }"],
			[new Map([["a", [1]]]), "Map(1) { 'a' => [ 1 ] }"],
			[new Set([1, "b"]), "Set(2) { 1, 'b' }"],
			[new Date(0), "1970-01-01T00:00:00.000Z"],
			[new Date(NaN), "Invalid Date"],
			[/a/g, "/a/g"],
			[Object(1), "[Number: 1]"],
			[function named() {}, "[Function named]"],
			[Point, "[class Point]"],
		] as [unknown, string][]) {
			assert.strictEqual(inspect(value), text);
		}
	});

	it("ends on cycles and in the deep", () => {
		const object: Record<string, unknown> = {};
		object.self = object;
		assert.strictEqual(inspect(object), "{ self: [Circular] }");
		assert.strictEqual(
			inspect({ a: { b: { c: { d: { e: { f: 1 } } } } } }),
			"{ a: { b: { c: { d: { e: [Object] } } } } }",
		);
		const twice = { a: 1 };
		assert.strictEqual(inspect([twice, twice]), "[ { a: 1 }, { a: 1 } ]");
	});

	it("breaks long lines up", () => {
		const text = inspect({ first: "a".repeat(40), second: { third: "b".repeat(40) } });
		assert.strictEqual(text, `{\n  first: '${"a".repeat(40)}',\n  second: { third: '${"b".repeat(40)}' }\n}`);
		const bytes = inspect(new Uint8Array(60)).split("\n");
		assert.strictEqual(bytes[0], "Uint8Array(60) [");
		assert.strictEqual(bytes.length, 5);
	});

	it("keeps to its limit", () => {
		assert(inspect("a".repeat(20_000), 100).length < 110);
		assert(inspect(new Uint8Array(20_000)).length < 1010);
		assert.match(inspect(new Uint8Array(1000)), /… 900 more/);
		assert(inspect(Array.from({ length: 100 }, () => ({ a: { b: "c".repeat(100) } }))).length < 1010);
	});

	it("shows errors with their stack, fields and cause", () => {
		const error = Object.assign(new TypeError("no", { cause: "why" }), { code: "ENO" });
		const text = inspect(error);
		assert.match(text, /^TypeError: no\n\s+at /);
		assert.match(text, /code: 'ENO'/);
		assert.match(text, /\[cause\]: 'why'/);
	});

	it("does not throw", () => {
		const hostile = new Proxy(
			{},
			{
				getPrototypeOf() {
					throw new Error("no");
				},
			},
		);
		assert.match(inspect(hostile), /^\[not inspectable: /);
	});
});
