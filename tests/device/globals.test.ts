// SPDX-License-Identifier: MIT
// What every program finds before its first line, on every board: timers, the console, text, disposal, and built-ins
// that nobody can change.

import assert from "assert";

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe("timers", () => {
	it("call in the order of their time, and of their making when it is the same", async () => {
		const order: number[] = [];
		// So late that no board is too slow to set the others before.
		const late = setTimeout(() => order.push(3), 1_000_000);
		setTimeout(() => order.push(1), 1);
		setTimeout(() => order.push(2), 1);
		await sleep(1);
		clearTimeout(late);
		assert.deepStrictEqual(order, [1, 2]);
	});

	it("run promise jobs between two callbacks", async () => {
		const order: string[] = [];
		setTimeout(() => {
			order.push("first");
			void Promise.resolve().then(() => order.push("job"));
		}, 1);
		setTimeout(() => order.push("second"), 1);
		await sleep(5);
		assert.deepStrictEqual(order, ["first", "job", "second"]);
	});

	it("can be cleared, also from their own callback and twice", async () => {
		let calls = 0;
		const cleared = setTimeout(() => calls++, 1);
		clearTimeout(cleared);
		clearTimeout(cleared);
		clearTimeout(undefined);
		await new Promise<void>((resolve) => {
			const interval = setInterval(() => {
				if (++calls < 3) return;
				clearInterval(interval);
				resolve();
			}, 1);
		});
		await sleep(5);
		assert.strictEqual(calls, 3);
	});

	it("pass arguments on", async () => {
		const values = await new Promise<unknown[]>((resolve) => {
			setTimeout((...rest: unknown[]) => resolve(rest), 0, 1, "two");
		});
		assert.deepStrictEqual(values, [1, "two"]);
	});

	it("have a setImmediate", async () => {
		const order: string[] = [];
		await new Promise<void>((resolve) => {
			setImmediate(() => {
				order.push("immediate");
				resolve();
			});
			queueMicrotask(() => order.push("microtask"));
			order.push("now");
		});
		assert.deepStrictEqual(order, ["now", "microtask", "immediate"]);
	});

	it("come by the hundred too", async () => {
		let calls = 0;
		for (let i = 0; i < 200; i++) setTimeout(() => calls++, i % 7);
		while (calls < 200) await sleep(1);
	});
});

describe("console", () => {
	it("takes any value, and any number", () => {
		const cycle: unknown[] = [];
		cycle.push(cycle);
		for (const name of ["log", "info", "debug"] as const) {
			console[name](`# console.${name}:`, 1, "two", { three: [4n, undefined, null] }, cycle, Symbol("s"));
			console[name]();
		}
	});
});

describe("text", () => {
	it("goes to UTF-8 and back", () => {
		const text = "aé€😀\0z";
		const bytes = new TextEncoder().encode(text);
		assert.deepStrictEqual([...bytes], [97, 195, 169, 226, 130, 172, 240, 159, 152, 128, 0, 122]);
		assert.strictEqual(new TextDecoder().decode(bytes), text);
		assert.strictEqual(new TextDecoder().decode(bytes.subarray(1, 3)), "é");
	});

	it("replaces what is no UTF-8, or refuses it", () => {
		const bytes = new Uint8Array([97, 255, 98]);
		assert.strictEqual(new TextDecoder().decode(bytes), "a\ufffdb");
		assert.throws(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes), TypeError);
	});
});

describe("disposal", () => {
	it("happens at the end of a block, in reverse, whatever ends it", () => {
		const order: string[] = [];
		const resource = (name: string) => ({ [Symbol.dispose]: () => void order.push(name) });
		assert.throws(() => {
			using _first = resource("first");
			using _second = resource("second");
			order.push("body");
			throw new Error("no");
		}, /no/);
		assert.deepStrictEqual(order, ["body", "second", "first"]);
	});

	it("can be awaited", async () => {
		const order: string[] = [];
		{
			await using _resource = {
				async [Symbol.asyncDispose]() {
					await sleep(1);
					order.push("disposed");
				},
			};
		}
		order.push("after");
		assert.deepStrictEqual(order, ["disposed", "after"]);
	});
});

describe("built-ins", () => {
	it("are frozen, as the device's linker freezes them", () => {
		for (const [name, object] of Object.entries({
			Object,
			"Object.prototype": Object.prototype,
			"Function.prototype": Function.prototype,
			Array,
			"Array.prototype": Array.prototype,
			"Array.prototype.map": Array.prototype.map,
			"String.prototype": String.prototype,
			"Number.prototype": Number.prototype,
			"Error.prototype": Error.prototype,
			"Promise.prototype": Promise.prototype,
			Symbol,
			"Symbol.prototype": Symbol.prototype,
			"Map.prototype": Map.prototype,
			"Uint8Array.prototype": Uint8Array.prototype,
			"ArrayBuffer.prototype": ArrayBuffer.prototype,
			JSON,
			Math,
			Reflect,
		})) {
			assert(Object.isFrozen(object), `${name} is not frozen`);
		}
		assert.throws(() => Object.defineProperty(Array.prototype, "last", { value: 1 }), TypeError);
		assert.throws(() => {
			(Symbol as unknown as Record<string, unknown>).polyfill = 1;
		}, TypeError);
	});

	it("leave the global object open", () => {
		const open = globalThis as unknown as Record<string, unknown>;
		open.somethingNew = 1;
		assert.strictEqual(open.somethingNew, 1);
		delete open.somethingNew;
	});

	it("can be overridden on objects of one's own by definition, not by assignment", () => {
		class OwnError extends Error {
			override name = "Own";
		}
		assert.strictEqual(String(new OwnError("no")), "Own: no");
		const error = new Error("no");
		assert.throws(() => {
			error.name = "Own";
		}, TypeError);
		Object.defineProperty(error, "name", { value: "Own" });
		assert.strictEqual(String(error), "Own: no");
	});
});

describe("numbers", () => {
	it("shift bits into and beyond the sign", () => {
		const [value, places] = [Number("1351845"), Number("13")]; // found by the fuzzer: XS's own shift
		assert.strictEqual(value << places, -1810587648);
		assert.strictEqual((value << places) >>> 0, 2484379648);
		assert.strictEqual(1 << (places + 18), -2147483648);
	});
});
