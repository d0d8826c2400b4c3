// SPDX-License-Identifier: MIT
// Runs a tree of tests one after the other. Read suite.ts first. Each test of the tree gives exactly one result, in the
// tree's order, whatever happens in hooks: so a list of the tests made beforehand matches the results by number.
//
// What belongs to a whole suite (a failing `after` hook, a leak of a `before` hook) fails the suite's last test. That is
// why a result is reported only when the next test begins.

import { clear, setRealTimeout } from "board/timers";
import { DEFAULT_TIMEOUT, type HookKind, isThenable, type Runnable, type Suite, type Test } from "testing/suite";

export interface Result {
	test: Test;
	outcome: "pass" | "fail" | "skip";
	/** What was thrown: by the test first, then by hooks. Empty unless it failed. */
	errors: unknown[];
}

/** What a run needs from outside. Milliseconds everywhere. */
export interface Environment {
	report(result: Result): void;
	/**
	 * Remembers what the board holds; the function that it gives is called when the test or suite is over and throws if
	 * something was left.
	 */
	watch?(what: "test" | "suite"): () => void;
	/**
	 * Makes code that blocks the engine throw after so long, where the board can: timers do not fire meanwhile. null
	 * takes it back. Gives whether the time had passed.
	 */
	deadline?(milliseconds: number | null): boolean;
	/** Milliseconds that a test or hook may take if neither it nor its suite says; default DEFAULT_TIMEOUT. */
	timeout?: number;
}

/** A test or hook that took longer than its limit. */
export class TimeoutError extends Error {
	override name = "TimeoutError";
	readonly code = "ERR_TEST_TIMEOUT";
	/** `cause` is what the code threw when it was interrupted, with the stack of where it was. */
	constructor(milliseconds: number, cause?: unknown) {
		super(`took longer than ${milliseconds} ms (this.timeout(milliseconds) sets the limit)`, { cause });
	}
}

/** Milliseconds that blocking code has beyond its limit: a timer, where one can fire, comes first. */
const DEADLINE_SLACK = 50;

/** What this.skip() throws. */
class Skip extends Error {
	override name = "Skip";
}

class Context implements Testing.Context {
	readonly #limited: (milliseconds: number) => void;
	constructor(limited: (milliseconds: number) => void) {
		this.#limited = limited;
	}
	timeout(milliseconds: number): this {
		this.#limited(milliseconds);
		return this;
	}
	skip(): never {
		throw new Skip("skipped");
	}
}

export class Runner {
	readonly #environment: Environment;
	/** The latest result, held back until the next test begins. */
	#latest: Result | undefined;
	/** Fails what is running now. */
	#interrupt: ((error: unknown) => void) | undefined;

	constructor(environment: Environment) {
		this.#environment = environment;
	}

	async run(root: Suite): Promise<void> {
		await this.#suite(root);
		this.#flush();
	}

	/** An error that no test caught, in a timer's callback or a promise: fails the test that runs, or the latest one. */
	uncaught(error: unknown): void {
		if (this.#interrupt) this.#interrupt(error);
		else if (this.#latest) fail(this.#latest, error);
		else throw error;
	}

	async #suite(suite: Suite): Promise<void> {
		const tests = [...suite.all()];
		if (tests.every((test) => test.skip)) {
			for (const test of tests) this.#begin(test).outcome = "skip";
			return;
		}
		this.#flush();
		const check = this.#environment.watch?.("suite");
		const error = await this.#hooks("before", suite);
		if (error !== undefined) {
			for (const test of tests) {
				const result = this.#begin(test);
				if (test.skip || error instanceof Skip) result.outcome = "skip";
				else fail(result, error);
			}
		} else {
			for (const test of suite.tests) await this.#test(test);
			for (const child of suite.suites) await this.#suite(child);
		}
		const late = await this.#hooks("after", suite);
		if (late !== undefined && this.#latest) fail(this.#latest, late);
		this.#check(check, this.#latest, suite.parent && `suite "${suite.title}": `);
	}

	async #test(test: Test): Promise<void> {
		const result = this.#begin(test);
		if (test.skip) {
			result.outcome = "skip";
			return;
		}
		const check = this.#environment.watch?.("test");
		const suites: Suite[] = [];
		for (let suite: Suite | undefined = test.suite; suite; suite = suite.parent) suites.unshift(suite);
		let error: unknown;
		let entered = 0;
		while (error === undefined && entered < suites.length) {
			error = await this.#hooks("beforeEach", suites[entered++] as Suite);
		}
		error ??= await this.#call(test);
		if (error instanceof Skip) result.outcome = "skip";
		else if (error !== undefined) fail(result, error);
		while (entered > 0) {
			const late = await this.#hooks("afterEach", suites[--entered] as Suite);
			if (late !== undefined) fail(result, late);
		}
		this.#check(check, result);
	}

	/** Runs the hooks of one kind of a suite until one fails, and gives its error. */
	async #hooks(kind: HookKind, suite: Suite): Promise<unknown> {
		for (const hook of suite.hooks[kind]) {
			const error = await this.#call(hook);
			if (error === undefined || error instanceof Skip) {
				if (error) return error;
				continue;
			}
			return new HookError(hook.title, error);
		}
		return undefined;
	}

	/** Runs a body within its time, by the real clock even if the body makes the board's virtual, and gives what it threw. Something falsy that was thrown comes as an Error. */
	async #call(runnable: Runnable): Promise<unknown> {
		const { body } = runnable;
		if (!body) return undefined;
		let limit = runnable.limit ?? inherited(runnable.suite) ?? this.#environment.timeout ?? DEFAULT_TIMEOUT;
		let timer: number | undefined;
		const arm = (stop: (error: unknown) => void) => {
			if (timer !== undefined) clear(timer);
			timer = limit > 0 ? setRealTimeout(() => stop(new TimeoutError(limit)), limit) : undefined;
			this.#environment.deadline?.(limit > 0 ? limit + DEADLINE_SLACK : null);
		};
		let failure: unknown;
		try {
			await new Promise<void>((resolve, reject) => {
				// Once it is settled, what comes late must not be lost: see uncaught().
				const pass = () => {
					this.#interrupt = undefined;
					resolve();
				};
				const stop = (error: unknown) => {
					this.#interrupt = undefined;
					reject(error);
				};
				this.#interrupt = stop;
				const context = new Context((milliseconds) => {
					limit = milliseconds;
					arm(stop);
				});
				arm(stop);
				if (body.length > 0) {
					body.call(
						context,
						once(pass, stop, (error) => this.uncaught(error)),
					);
				} else {
					const value = body.call(context, () => {});
					if (isThenable(value)) value.then(pass, stop);
					else pass();
				}
			});
		} catch (error) {
			failure = error || new Error(`threw ${String(error)}`);
		}
		const late = this.#environment.deadline?.(null);
		if (timer !== undefined) clear(timer);
		this.#interrupt = undefined;
		return late && !(failure instanceof TimeoutError) ? new TimeoutError(limit, failure) : failure;
	}

	#begin(test: Test): Result {
		this.#flush();
		this.#latest = { test, outcome: "pass", errors: [] };
		return this.#latest;
	}

	#flush(): void {
		const result = this.#latest;
		this.#latest = undefined;
		if (result) this.#environment.report(result);
	}

	#check(check: (() => void) | undefined, result: Result | undefined, where = ""): void {
		try {
			check?.();
		} catch (error) {
			if (error instanceof Error) error.message = where + error.message;
			if (!result) throw error;
			fail(result, error);
		}
	}
}

/** A failure outside the test itself; `cause` is what the hook threw. */
export class HookError extends Error {
	override name = "HookError";
	constructor(hook: string, cause: unknown) {
		super(`in ${hook}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
	}
}

function fail(result: Result, error: unknown): void {
	result.outcome = "fail";
	result.errors.push(error);
}

function inherited(suite: Suite): number | undefined {
	for (let at: Suite | undefined = suite; at; at = at.parent) if (at.limit !== undefined) return at.limit;
	return undefined;
}

/** Mocha's `done`: settles the promise, and a second call is an error of the test. */
function once(resolve: () => void, reject: (error: unknown) => void, extra: (error: unknown) => void): Testing.Done {
	let called = false;
	return (error) => {
		if (called) extra(new Error("done() was called more than once"));
		else if (error) reject(error);
		else resolve();
		called = true;
	};
}
