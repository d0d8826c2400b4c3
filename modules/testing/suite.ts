// SPDX-License-Identifier: MIT
// The tree of suites, hooks and tests that describe(), it() and their like build. Read globals.d.ts first: these are its
// functions. runner.ts runs the tree.

/** Milliseconds that a test or a hook may take if nothing says otherwise: mocha's default. */
export const DEFAULT_TIMEOUT = 2000;

/** A test or a hook: something with a title and a body that is given a limited time. */
export class Runnable implements Testing.Runnable {
	/** Milliseconds; undefined is the suite's. */
	limit: number | undefined;

	constructor(
		readonly title: string,
		/** Undefined for a pending test. */
		readonly body: Testing.Body | undefined,
		readonly suite: Suite,
	) {}

	timeout(milliseconds: number): this {
		this.limit = milliseconds;
		return this;
	}
}

export class Test extends Runnable {
	skip = false;
	only = false;
	/** Where it was declared, as a frame of a stack. A test that ends with a call may have no frame of its own. */
	readonly place = userFrames(new Error().stack)[0];

	/** Titles from the outermost suite to the test. */
	get path(): string[] {
		return [...this.suite.path, this.title];
	}
}

export type HookKind = "before" | "after" | "beforeEach" | "afterEach";

export class Suite implements Testing.SuiteContext {
	/** Tests and suites in the order in which they were declared. */
	tests: Test[] = [];
	suites: Suite[] = [];
	readonly hooks: Record<HookKind, Runnable[]> = { before: [], after: [], beforeEach: [], afterEach: [] };
	limit: number | undefined;
	skip = false;
	only = false;

	constructor(
		readonly title: string,
		readonly parent?: Suite,
	) {}

	get path(): string[] {
		return this.parent ? [...this.parent.path, this.title] : [];
	}

	timeout(milliseconds: number): this {
		this.limit = milliseconds;
		return this;
	}

	/** Whether something inside it is marked `.only`. */
	get hasOnly(): boolean {
		return this.tests.some((test) => test.only) || this.suites.some((suite) => suite.only || suite.hasOnly);
	}

	/** Leaves what `.only` selects, by mocha's rule: tests so marked, and if there are none, suites. */
	filterOnly(): void {
		const tests = this.tests.filter((test) => test.only);
		this.suites = tests.length > 0 ? [] : this.suites.filter((suite) => suite.only || suite.hasOnly);
		this.tests = tests;
		for (const suite of this.suites) if (suite.hasOnly) suite.filterOnly();
	}

	/** Every test below it, in the order in which they run. */
	*all(): Generator<Test, void, void> {
		yield* this.tests;
		for (const suite of this.suites) yield* suite.all();
	}
}

/** The frames of a stack that are the test's own: those above the runner's, without the assertions'. */
export function userFrames(stack = ""): string[] {
	const inside = (frame: string) => /\bmodules\/(assert|testing)\//.test(frame);
	const frames = stack
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line.startsWith("at ") && line !== "at ()");
	const start = frames.findIndex((frame) => !inside(frame));
	if (start < 0) return [];
	const end = frames.findIndex((frame, i) => i > start && inside(frame));
	const own = frames.slice(start, end < 0 ? frames.length : end);
	// Built-in functions between the runner and the test, which have no place.
	while (own[own.length - 1]?.endsWith("()")) own.pop();
	return own;
}

/** Where describe() and it() add; undefined outside a collect(). */
let current: Suite | undefined;

function open(what: string): Suite {
	if (!current) throw new Error(`${what} outside a test file, or in a test that runs already`);
	return current;
}

/** Runs `declare` and gives the tree of the tests that it declares. Calls can nest: a test may collect tests. */
export function collect(declare: () => void): Suite {
	const root = new Suite("");
	populate(root, declare);
	return root;
}

/** As collect(), for a test file: declares for as long as its import takes. */
export async function collectAsync(declare: () => Promise<unknown>): Promise<Suite> {
	const root = new Suite("");
	current = root;
	try {
		await declare();
	} finally {
		current = undefined;
	}
	return root;
}

function populate(suite: Suite, declare: (this: Suite) => unknown): void {
	const outer = current;
	current = suite;
	try {
		const result = declare.call(suite);
		if (isThenable(result)) throw new TypeError(`the body of describe("${suite.title}") must not be async`);
	} finally {
		current = outer;
	}
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
	return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

function addSuite(title: string, body: ((this: Suite) => void) | undefined, mark?: "only" | "skip"): void {
	const parent = open("describe()");
	const suite = new Suite(title, parent);
	suite.skip = parent.skip || mark === "skip";
	suite.only = mark === "only";
	parent.suites.push(suite);
	if (body) populate(suite, body);
}

function addTest(title: string, body: Testing.Body | undefined, mark?: "only" | "skip"): Test {
	const suite = open("it()");
	const test = new Test(title, body, suite);
	test.skip = suite.skip || mark === "skip" || !body;
	test.only = mark === "only";
	suite.tests.push(test);
	return test;
}

function hook(kind: HookKind): Testing.Hook {
	return (first: string | Testing.Body, second?: Testing.Body): Runnable => {
		const suite = open(`${kind}()`);
		const body = typeof first === "function" ? first : second;
		const runnable = new Runnable(typeof first === "string" ? `${kind} "${first}"` : kind, body, suite);
		suite.hooks[kind].push(runnable);
		return runnable;
	};
}

const globals = {
	describe: Object.assign((title: string, body: (this: Testing.SuiteContext) => void) => addSuite(title, body), {
		only: (title: string, body: (this: Testing.SuiteContext) => void) => addSuite(title, body, "only"),
		skip: (title: string, body?: (this: Testing.SuiteContext) => void) => addSuite(title, body, "skip"),
	}) satisfies Testing.Describe,
	it: Object.assign((title: string, body?: Testing.Body) => addTest(title, body), {
		only: (title: string, body: Testing.Body) => addTest(title, body, "only"),
		skip: (title: string, body?: Testing.Body) => addTest(title, body, "skip"),
	}) satisfies Testing.It,
	before: hook("before"),
	after: hook("after"),
	beforeEach: hook("beforeEach"),
	afterEach: hook("afterEach"),
};

/** Makes describe, it and the hooks global. */
export function install(): void {
	Object.assign(globalThis, globals);
}
