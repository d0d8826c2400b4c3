// SPDX-License-Identifier: MIT
// The preloaded modules are frozen by the rules of the SDK's linker: what cannot change is shared, what can is copied when
// the application first writes to it, and what the linker freezes for good refuses. An application's own modules are
// ordinary. boards/common/root.c does it on the emulated boards.

import assert from "assert";
import { memory } from "board";
import * as preloaded from "preloaded";

/** Assigns without TypeScript's consent. */
function assign(object: object, key: string, value: unknown): void {
	(object as Record<string, unknown>)[key] = value;
}

describe("preloaded modules", () => {
	it("keep their variables", () => {
		const first = preloaded.next();
		assert.strictEqual(preloaded.next(), first + 1);
	});

	it("share plain objects that the application can change, and see the change", () => {
		preloaded.object.value = 2;
		preloaded.object.inner.value = 3;
		memory();
		assert.strictEqual(preloaded.valueOfObject(), 2);
		assert.deepStrictEqual({ ...preloaded.object.inner }, { value: 3 });
		assign(preloaded.object, "added", "later");
		assert.strictEqual((preloaded.object as { added?: string }).added, "later");
	});

	it("share arrays that the application can change", () => {
		preloaded.array.push(4);
		preloaded.array[0] = 0;
		memory();
		assert.deepStrictEqual([...preloaded.array], [0, 2, 3, 4]);
		assert.deepStrictEqual(preloaded.array.splice(0), [0, 2, 3, 4]);
		assert.strictEqual(preloaded.array.length, 0);
		preloaded.array.push(1, 2, 3);
	});

	it("have objects with private fields that the application can change", () => {
		assert.strictEqual(preloaded.account.deposit(5), 5);
		memory();
		assert.strictEqual(preloaded.account.deposit(5), 10);
		assert.strictEqual(new preloaded.Account().deposit(1), 1);
	});

	it("have values that outlive any collection of garbage", () => {
		const { big, made, symbol, text } = preloaded;
		const copies = [text, big, symbol, preloaded.account.name];
		for (let i = 0; i < 20; i++) {
			// Garbage before and after the copies, so that chunks would move if they could.
			const garbage = Array.from({ length: 20 }, (_, j) => `${i} ${j}`.repeat(j));
			memory();
			assert.strictEqual(garbage.length, 20);
		}
		assert.deepStrictEqual(copies, ["preloaded", 1180591620717411303424n, symbol, "account"]);
		assert.strictEqual(symbol.description, "of preloaded");
		assert.strictEqual(made(1, 2), 3);
		assert.strictEqual(`${text}${preloaded.text}`, "preloadedpreloaded");
	});

	it("have Maps, typed arrays and classes that are constant", () => {
		assert.strictEqual(preloaded.map.get("key"), 1);
		assert.throws(() => preloaded.map.set("key", 2), TypeError);
		assert.deepStrictEqual([...preloaded.bytes], [1, 2, 3]);
		assert.throws(() => preloaded.bytes.fill(0), TypeError);
		assert.throws(() => assign(preloaded.frozen, "value", 2), TypeError);
		assert.throws(() => assign(preloaded.Account, "count", 1), TypeError);
		assert.throws(() => assign(preloaded.Account.prototype, "deposit", null), TypeError);
		assert.throws(() => assign(preloaded.next, "tag", 1), TypeError);
	});

	it("have objects that XS takes neither as keys of a WeakMap nor for JSON", () => {
		assert.throws(() => new WeakMap().set(preloaded.frozen, 1), /read-only/);
		assert.throws(() => JSON.stringify(preloaded.frozen), /read only/);
		assert.strictEqual(JSON.stringify({ ...preloaded.frozen }), '{"value":1}');
	});

	it("have regular expressions and settled promises that work", async () => {
		assert(preloaded.pattern.test("aaa"));
		assert(!preloaded.pattern.test("ab"));
		assert.strictEqual(await preloaded.promise, "settled");
	});

	it("tell where their errors come from", () => {
		assert.throws(preloaded.fail, (error: unknown) => {
			assert.match(
				(error as Error).stack ?? "",
				/^RangeError: from a preloaded module\n at fail \(\S*preloaded\.ts:45\)/,
			);
			return true;
		});
	});
});

describe("an application's own modules", () => {
	it("are ordinary", () => {
		class Own {
			static count = 0;
			method(): number {
				return 1;
			}
		}
		Own.count++;
		assert.strictEqual(Own.count, 1);
		Own.prototype.method = () => 2;
		assert.strictEqual(new Own().method(), 2);
		const f = () => {};
		assign(f, "tag", 1);
		const map = new Map([[1, 2]]);
		map.set(1, 3);
		assert.strictEqual(map.get(1), 3);
	});

	it("may define global names, and replace those of the board", () => {
		const original = setTimeout;
		try {
			assign(globalThis, "setTimeout", () => 42);
			assert.strictEqual(
				setTimeout(() => {}),
				42,
			);
		} finally {
			assign(globalThis, "setTimeout", original);
		}
		assign(globalThis, "ownGlobal", 1);
		assert.strictEqual((globalThis as { ownGlobal?: number }).ownGlobal, 1);
		delete (globalThis as { ownGlobal?: number }).ownGlobal;
	});

	it("can use objects whose prototypes are frozen as ever", () => {
		const object = { toString: () => "own" };
		assert.strictEqual(`${object}`, "own");
		class Own extends Map<string, number> {
			override get(key: string): number {
				return super.get(key) ?? -1;
			}
		}
		assert.strictEqual(new Own().get("none"), -1);
		const error = new Error("x");
		error.message = "y";
		assert.strictEqual(String(error), "Error: y");
	});
});
