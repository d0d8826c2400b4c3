// SPDX-License-Identifier: MIT
// The globals of a device test, with mocha's names and meaning: https://mochajs.org/#interfaces (BDD). Read suite.ts for
// what they build and runner.ts for how it is run. Ambient, so that a test file needs no import for them.

declare namespace Testing {
	/** Mocha's callback: call it once, with an error if the test failed. Promises are usually clearer. */
	type Done = (error?: unknown) => void;

	/** The body of a test or a hook. With a parameter it is given `done`; a promise that it returns is awaited. */
	type Body = (this: Context, done: Done) => unknown;

	/** `this` in a test or a hook that is a `function`, not an arrow. */
	interface Context {
		/** Milliseconds that this test or hook may take; 0 is no limit. */
		timeout(milliseconds: number): this;
		/** Ends the test as skipped; in a `before` hook, all tests of its suite. */
		skip(): never;
	}

	/** `this` in the body of a suite. */
	interface SuiteContext {
		/** Milliseconds that each test and hook of the suite may take, if it does not say otherwise; 0 is no limit. */
		timeout(milliseconds: number): this;
	}

	/** What `it` gives: `it("…", …).timeout(500)`. */
	interface Runnable {
		timeout(milliseconds: number): this;
	}

	interface Describe {
		/** A group of tests, with hooks of its own. The body runs at once and must not be async. */
		(title: string, body: (this: SuiteContext) => void): void;
		/** Of its parent suite, only suites (or tests) so marked run. */
		only(title: string, body: (this: SuiteContext) => void): void;
		/** Its tests are reported as skipped. */
		skip(title: string, body?: (this: SuiteContext) => void): void;
	}

	interface It {
		/** A test. Without a body it is pending: reported as skipped. */
		(title: string, body?: Body): Runnable;
		/** Of its suite, only tests so marked run. */
		only(title: string, body: Body): Runnable;
		skip(title: string, body?: Body): Runnable;
	}

	interface Hook {
		/** Runs once for its suite (`before`, `after`) or around each of its tests (`beforeEach`, `afterEach`). */
		(body: Body): Runnable;
		(title: string, body: Body): Runnable;
	}
}

/**
 * Groups tests.
 *
 * @example A test file
 * ```ts
 * import assert from "assert";
 * import { Socket } from "sockets";
 *
 * describe("a new socket", () => {
 * 	let socket: Socket;
 *
 * 	beforeEach(() => {
 * 		socket = new Socket();
 * 	});
 * 	afterEach(() => socket.close());
 *
 * 	it("has no address", () => {
 * 		assert.deepStrictEqual(socket.getsockname(), ["0.0.0.0", 0]);
 * 	});
 * });
 * ```
 */
declare const describe: Testing.Describe;
/** Declares a test. */
declare const it: Testing.It;
/** Runs once before the tests of its suite. */
declare const before: Testing.Hook;
/** Runs once after the tests of its suite. */
declare const after: Testing.Hook;
/** Runs before each test of its suite. */
declare const beforeEach: Testing.Hook;
/** Runs after each test of its suite. */
declare const afterEach: Testing.Hook;
