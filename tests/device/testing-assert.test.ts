// SPDX-License-Identifier: MIT
// Each assertion, passing and failing.

import assert, { AssertionError, deepStrictEqual, strictEqual } from "assert";

/** The AssertionError that `body` throws. */
function failure(body: () => unknown): AssertionError {
	try {
		body();
	} catch (error) {
		if (error instanceof AssertionError) return error;
		throw error;
	}
	throw new Error("nothing was thrown");
}

/** That two values are deeply equal, or not, in both directions. */
function equalities(same: boolean, pairs: [unknown, unknown][]): void {
	for (const [a, b] of pairs) {
		for (const [left, right] of [
			[a, b],
			[b, a],
		]) {
			if (same) assert.deepStrictEqual(left, right);
			else assert.notDeepStrictEqual(left, right);
		}
	}
}

describe("assert", () => {
	it("is a function, and has its parts by name too", () => {
		assert(1);
		strictEqual(assert.strictEqual, strictEqual);
		strictEqual(assert.deepStrictEqual, deepStrictEqual);
		strictEqual(assert.AssertionError, AssertionError);
		strictEqual(assert.strict.equal, assert.strictEqual);
		strictEqual(assert.strict.deepEqual, assert.deepStrictEqual);
	});

	it("throws errors that say what was expected, and what there was", () => {
		const error = failure(() => assert.strictEqual(1, 2));
		strictEqual(error.name, "AssertionError");
		strictEqual(error.code, "ERR_ASSERTION");
		strictEqual(error.message, "Expected values to be strictly equal: 1 !== 2");
		strictEqual(error.actual, 1);
		strictEqual(error.expected, 2);
		strictEqual(error.operator, "strictEqual");
		strictEqual(error.generatedMessage, true);
		assert(error instanceof Error);
	});

	it("takes a message, or an error to throw", () => {
		const error = failure(() => assert(false, "what it means"));
		strictEqual(error.message, "what it means");
		strictEqual(error.generatedMessage, false);
		const own = new RangeError("own");
		assert.throws(
			() => assert.strictEqual(1, 2, own),
			(thrown: unknown) => thrown === own,
		);
	});

	it("leaves long values out of messages", () => {
		const error = failure(() => assert.strictEqual("a".repeat(100), ""));
		strictEqual(error.message, "Expected values to be strictly equal");
	});

	it("ok() takes what is truthy", () => {
		assert.ok("0");
		for (const value of [0, "", null, undefined, NaN, false]) failure(() => assert.ok(value));
	});

	it("equal() and notEqual() compare loosely", () => {
		assert.equal(1, "1");
		assert.equal(NaN, NaN);
		assert.notEqual(1, 2);
		failure(() => assert.equal(1, 2));
		failure(() => assert.notEqual(1, "1"));
		failure(() => assert.notEqual(NaN, NaN));
	});

	it("strictEqual() and notStrictEqual() compare as Object.is()", () => {
		assert.strictEqual(NaN, NaN);
		assert.notStrictEqual(0, -0);
		assert.notStrictEqual(1, "1");
		failure(() => assert.strictEqual(0, -0));
		failure(() => assert.strictEqual({}, {}));
		failure(() => assert.notStrictEqual(1, 1));
	});

	it("match() and doesNotMatch() want strings", () => {
		assert.match("abc", /b/);
		assert.doesNotMatch("abc", /d/);
		failure(() => assert.match("abc", /d/));
		failure(() => assert.doesNotMatch("abc", /b/));
		failure(() => assert.match(1 as unknown as string, /1/));
	});

	it("fail() and ifError() throw", () => {
		strictEqual(failure(() => assert.fail()).message, "Failed");
		strictEqual(failure(() => assert.fail("why")).message, "why");
		assert.ifError(null);
		assert.ifError(undefined);
		strictEqual(failure(() => assert.ifError(new Error("no"))).message, "ifError got unwanted exception: no");
	});
});

describe("assert.deepStrictEqual", () => {
	it("finds equal what has the same structure", () => {
		const bytes = new Uint8Array([1, 2, 3, 4]);
		equalities(true, [
			[1, 1],
			[NaN, NaN],
			["a", "a"],
			[null, null],
			[
				{ a: 1, b: [2, { c: 3 }] },
				{ b: [2, { c: 3 }], a: 1 },
			],
			[[], []],
			[{}, {}],
			[new Uint8Array([2, 3]), bytes.subarray(1, 3)],
			[new DataView(bytes.buffer, 1, 2), new DataView(new Uint8Array([2, 3]).buffer)],
			[bytes.buffer, new Uint8Array(bytes).buffer],
			[new Float64Array([NaN]), new Float64Array([NaN])],
			[new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
			[new Set([1, 2]), new Set([2, 1])],
			[new Date(5), new Date(5)],
			[/a/g, /a/g],
			[new TypeError("a"), new TypeError("a")],
		]);
	});

	it("finds different what differs in a value, a type or a prototype", () => {
		class Point {
			x = 1;
		}
		equalities(false, [
			[0, -0],
			[1, "1"],
			[null, undefined],
			[{}, []],
			[{ a: 1 }, { a: "1" }],
			[{ a: 1 }, { a: 1, b: 2 }],
			[{ a: undefined }, {}],
			[{ a: undefined }, { b: undefined }],
			[{ a: { b: [1] } }, { a: { b: [2] } }],
			[
				[1, 2],
				[2, 1],
			],
			[[1], [1, 2]],
			[new Point(), { x: 1 }],
			[new Uint8Array([1]), new Uint8Array([2])],
			[new Uint8Array([1]), new Int8Array([1])],
			[new Uint8Array([1]), [1]],
			[new Uint8Array(1), new Uint8Array(2)],
			[new ArrayBuffer(1), new ArrayBuffer(2)],
			[new Map([["a", 1]]), new Map([["a", 2]])],
			[new Set([1]), new Set([2])],
			[new Date(1), new Date(2)],
			[/a/, /a/g],
			[new Error("a"), new Error("b")],
			[new Error("a"), new TypeError("a")],
			[Object.assign(new Error("a"), { errno: 1 }), Object.assign(new Error("a"), { errno: 2 })],
			[() => {}, () => {}],
			[Symbol("a"), Symbol("a")],
		]);
	});

	it("ends on cycles", () => {
		const cycle = (end: number) => {
			const object: Record<string, unknown> = { end };
			object.self = { object };
			return object;
		};
		assert.deepStrictEqual(cycle(1), cycle(1));
		assert.notDeepStrictEqual(cycle(1), cycle(2));
	});

	it("compares fifty thousand bytes", () => {
		const bytes = new Uint8Array(25_000);
		const other = new Uint8Array(25_000);
		assert.deepStrictEqual(bytes, other);
		other[24_999] = 1;
		assert.notDeepStrictEqual(bytes, other);
	});

	it("has a loose sister", () => {
		assert.deepEqual({ a: 1 }, { a: "1" });
		assert.deepEqual([0], [-0]);
		assert.notDeepEqual({ a: 1 }, { a: 2 });
		failure(() => assert.deepEqual({ a: 1 }, { a: 2 }));
		failure(() => assert.notDeepEqual({ a: 1 }, { a: "1" }));
	});

	it("fails with both values", () => {
		const error = failure(() => assert.deepStrictEqual([1], [2]));
		strictEqual(error.operator, "deepStrictEqual");
		assert.deepStrictEqual([error.actual, error.expected], [[1], [2]]);
		strictEqual(failure(() => assert.notDeepStrictEqual([1], [1])).operator, "notDeepStrictEqual");
	});
});

describe("assert.throws and assert.rejects", () => {
	const boom = () => {
		throw Object.assign(new RangeError("boom 42"), { code: "EBOOM" });
	};

	it("take a class, a pattern, properties, an error or a function", async () => {
		for (const expected of [
			RangeError,
			Error,
			/^RangeError: boom/,
			{ message: "boom 42", code: "EBOOM" },
			{ name: "RangeError", message: /\d+$/ },
			Object.assign(new RangeError("boom 42"), { code: "EBOOM" }),
			(error: unknown) => (error as { code: string }).code === "EBOOM",
		]) {
			assert.throws(boom, expected);
			await assert.rejects(async () => boom(), expected);
			await assert.rejects(
				Promise.resolve().then(() => boom()),
				expected,
			);
		}
		assert.throws(boom);
		await assert.rejects(async () => boom());
	});

	it("fail when nothing is thrown", async () => {
		strictEqual(failure(() => assert.throws(() => {})).message, "Missing expected exception.");
		strictEqual(failure(() => assert.throws(() => {}, RangeError)).message, "Missing expected exception (RangeError).");
		strictEqual(failure(() => assert.throws(() => {}, /a/, "why")).message, "Missing expected exception: why");
		await assert.rejects(assert.rejects(Promise.resolve()), { message: "Missing expected rejection." });
	});

	it("throw what came if it is of another class", () => {
		assert.throws(() => assert.throws(boom, TypeError), RangeError);
	});

	it("fail when what was thrown is not as expected", async () => {
		failure(() => assert.throws(boom, /bang/));
		failure(() => assert.throws(boom, { code: "EOTHER" }));
		failure(() => assert.throws(boom, new RangeError("other")));
		failure(() => assert.throws(boom, new Error("boom 42")));
		failure(() => assert.throws(boom, { absent: undefined }));
		failure(() => assert.throws(boom, { message: /bang/ }));
		failure(() => assert.throws(boom, () => false));
		await assert.rejects(
			assert.rejects(async () => boom(), /bang/),
			AssertionError,
		);
	});

	it("refuse a function that throws instead of giving a promise, and what is no function", async () => {
		await assert.rejects(assert.rejects(boom as () => Promise<unknown>), RangeError);
		await assert.rejects(assert.rejects(1 as unknown as Promise<unknown>), TypeError);
		assert.throws(() => assert.throws(1 as unknown as () => void), TypeError);
	});

	it("have opposites", async () => {
		assert.doesNotThrow(() => {});
		await assert.doesNotReject(async () => {});
		const error = failure(() => assert.doesNotThrow(boom));
		strictEqual(error.message, "Got unwanted exception: RangeError: boom 42");
		await assert.rejects(
			assert.doesNotReject(async () => boom()),
			AssertionError,
		);
	});
});
