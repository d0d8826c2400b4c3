// SPDX-License-Identifier: MIT
// The test runner proves itself: each test here collects and runs tests of its own, and looks at their results.

// biome-ignore-all lint/suspicious/noDuplicateTestHooks: the hooks belong to suites that the tests declare.
// biome-ignore-all lint/suspicious/noFocusedTests: so do these.

import assert from "assert";
import { deadline } from "board";
import { startVirtualTime, stopVirtualTime } from "board/time";
import { KeyboardInterrupt, Socket } from "sockets";
import { type Environment, type Result, Runner, TimeoutError } from "testing/runner";
import { collect } from "testing/suite";

/** Runs what `declare` declares; gives each result as "outcome path", and the results themselves. */
async function run(declare: () => void, environment: Partial<Environment> = {}) {
	const results: Result[] = [];
	const suite = collect(declare);
	if (suite.hasOnly) suite.filterOnly();
	await new Runner({ report: (result) => results.push(result), ...environment }).run(suite);
	return { results, lines: results.map(({ outcome, test }) => `${outcome} ${test.path.join(" > ")}`) };
}

/** The messages of what a test threw. */
function messages(result: Result | undefined): string[] {
	return (result?.errors ?? []).map((error) => (error as Error).message);
}

describe("runner", () => {
	it("runs tests and suites in the order in which they are declared, tests of a suite first", async () => {
		const { lines } = await run(() => {
			describe("outer", () => {
				describe("inner", () => it("second", () => {}));
				it("first", () => {});
			});
			it("root", () => {});
		});
		assert.deepStrictEqual(lines, ["pass root", "pass outer > first", "pass outer > inner > second"]);
	});

	it("fails a test that throws, and goes on", async () => {
		const { lines, results } = await run(() => {
			it("throws", () => assert.strictEqual(1, 2));
			it("passes", () => {});
		});
		assert.deepStrictEqual(lines, ["fail throws", "pass passes"]);
		assert.deepStrictEqual(messages(results[0]), ["Expected values to be strictly equal: 1 !== 2"]);
	});

	it("fails a test that throws nothing worth the name", async () => {
		const { lines } = await run(() => {
			it("undefined", () => {
				throw undefined;
			});
			it("zero", async () => Promise.reject(0));
		});
		assert.deepStrictEqual(lines, ["fail undefined", "fail zero"]);
	});

	it("waits for a promise, and fails when it is rejected", async () => {
		const order: string[] = [];
		const { lines } = await run(() => {
			it("resolves", async () => {
				await new Promise<void>((resolve) => setTimeout(resolve, 5));
				order.push("resolved");
			});
			it("rejects", () => {
				order.push("next");
				return Promise.reject(new Error("no"));
			});
		});
		assert.deepStrictEqual(lines, ["pass resolves", "fail rejects"]);
		assert.deepStrictEqual(order, ["resolved", "next"]);
	});

	it("waits for done(), fails with its error, and with a second call", async () => {
		const { lines, results } = await run(() => {
			it("done", (done) => void setTimeout(() => done(), 1));
			it("done with an error", (done) => done(new Error("no")));
			it("done twice", (done) => {
				done();
				done();
			});
		});
		assert.deepStrictEqual(lines, ["pass done", "fail done with an error", "fail done twice"]);
		assert.match(messages(results[2])[0] as string, /more than once/);
	});

	it("has a limit for what does not say its own", async () => {
		const { lines, results } = await run(
			() => {
				it("says nothing", () => new Promise<void>(() => {}));
				it("has no limit", () => new Promise<void>((resolve) => setTimeout(resolve, 10))).timeout(0);
			},
			{ timeout: 1 },
		);
		assert.deepStrictEqual(lines, ["fail says nothing", "pass has no limit"]);
		assert.match(messages(results[0])[0] as string, /^took longer than 1 ms /);
	});

	it("ends a test that takes too long, by the limit of the test, the suite or a call of this.timeout()", async () => {
		const never = () => new Promise<void>(() => {});
		const { lines, results } = await run(() => {
			it("of the test", never).timeout(1);
			it("of the call", function () {
				this.timeout(2);
				return never();
			});
			describe("suite", function () {
				this.timeout(3);
				it("of the suite", never);
				it("with done", (_done) => {});
				it("of its own", () => new Promise<void>((resolve) => setTimeout(resolve, 10))).timeout(0);
			});
		});
		assert.deepStrictEqual(lines, [
			"fail of the test",
			"fail of the call",
			"fail suite > of the suite",
			"fail suite > with done",
			"pass suite > of its own",
		]);
		assert(results.slice(0, 4).every(({ errors: [error] }) => error instanceof TimeoutError));
		assert.match(messages(results[0])[0] as string, /longer than 1 ms/);
		assert.match(messages(results[1])[0] as string, /longer than 2 ms/);
		assert.match(messages(results[3])[0] as string, /longer than 3 ms/);
	});

	it("ends a test that blocks for too long, and tells where it was", async () => {
		const { results } = await run(
			() => {
				it("waits", () => {
					using server = new Socket();
					server.bind(["127.0.0.1", 0]);
					server.listen(1);
					server.accept();
				}).timeout(1);
				it("loops", () => {
					for (;;);
				}).timeout(1);
				it("loops later", async () => {
					await null;
					for (;;);
				}).timeout(1);
				it("goes on", () => {});
			},
			{ deadline },
		);
		const [waits, loops, later, goesOn] = results.map(({ errors: [error] }) => error);
		for (const error of [waits, loops, later]) assert(error instanceof TimeoutError);
		assert((waits as Error).cause instanceof KeyboardInterrupt);
		assert.match(((loops as Error).cause as Error).stack as string, /testing-runner\.test\.ts/);
		assert.strictEqual(goesOn, undefined);
	});

	it("limits tests by the real clock while the board's is virtual", async () => {
		startVirtualTime();
		const { lines, results } = await run(
			() => {
				it("sleeps for a day", () => new Promise<void>((resolve) => setTimeout(resolve, 86_400_000)));
				it("never ends", () => new Promise<void>(() => {})).timeout(20);
				it("waits for ever", () => {
					using server = new Socket();
					server.bind(["127.0.0.1", 0]);
					server.listen(1);
					server.accept();
				}).timeout(20);
			},
			{ deadline },
		);
		stopVirtualTime();
		assert.deepStrictEqual(lines, ["pass sleeps for a day", "fail never ends", "fail waits for ever"]);
		assert(results.slice(1).every(({ errors: [error] }) => error instanceof TimeoutError));
	});

	it("skips tests and suites so marked, tests without a body, and those that skip themselves", async () => {
		const ran: string[] = [];
		const { lines } = await run(() => {
			it.skip("marked", () => void ran.push("marked"));
			it("pending");
			it("itself", function () {
				this.skip();
			});
			describe.skip("suite", () => {
				before(() => void ran.push("before"));
				it("inside", () => void ran.push("inside"));
				describe("deeper", () => it("too", () => void ran.push("too")));
			});
			describe("by its hook", () => {
				before(function () {
					this.skip();
				});
				it("inside", () => void ran.push("hook"));
			});
		});
		assert.deepStrictEqual(lines, [
			"skip marked",
			"skip pending",
			"skip itself",
			"skip suite > inside",
			"skip suite > deeper > too",
			"skip by its hook > inside",
		]);
		assert.deepStrictEqual(ran, []);
	});

	it("runs only the tests marked .only", async () => {
		const { lines } = await run(() => {
			it("not this", () => {});
			describe("suite", () => {
				it("nor this", () => {});
				it.only("this", () => {});
				it.only("and this", () => {});
			});
			describe("other", () => it("nor that", () => {}));
		});
		assert.deepStrictEqual(lines, ["pass suite > this", "pass suite > and this"]);
	});

	it("ignores suites inside a suite that has tests marked .only, as mocha does", async () => {
		const { lines } = await run(() => {
			describe("suite", () => {
				it.only("this", () => {});
				describe("inner", () => {
					it.only("not this", () => {});
				});
			});
		});
		assert.deepStrictEqual(lines, ["pass suite > this"]);
	});

	it("runs all of a suite marked .only, or its tests that are marked too", async () => {
		const whole = await run(() => {
			it("not this", () => {});
			describe.only("suite", () => {
				it("one", () => {});
				describe("inner", () => it("two", () => {}));
			});
		});
		assert.deepStrictEqual(whole.lines, ["pass suite > one", "pass suite > inner > two"]);
		const part = await run(() => {
			describe.only("suite", () => {
				it("one", () => {});
				it.only("two", () => {});
			});
		});
		assert.deepStrictEqual(part.lines, ["pass suite > two"]);
	});

	it("remembers where a test was declared", () => {
		const [test] = collect(() => {
			it("somewhere", () => {});
		}).tests;
		assert.match(test?.place as string, /^at .*testing-runner\.test\.ts:\d+\)$/);
	});

	it("refuses describe() with an async body, and it() in a running test", async () => {
		assert.throws(() => collect(() => describe("async", async () => {})), /must not be async/);
		assert.throws(() => it("late", () => {}), /in a test that runs already/);
	});

	it("collects again after a describe() that threw", () => {
		assert.throws(() =>
			collect(() =>
				describe("bad", () => {
					throw new Error("no");
				}),
			),
		);
		assert.throws(() => it("late", () => {}), /in a test that runs already/);
	});

	it("gives results one by one, each before the next test's end", async () => {
		const events: string[] = [];
		await run(
			() => {
				it("one", () => void events.push("one ran"));
				it("two", () => void events.push("two ran"));
				describe("suite", () => {
					before(() => void events.push("hook ran"));
					it("three", () => void events.push("three ran"));
				});
			},
			{ report: ({ test }) => void events.push(`${test.title} reported`) },
		);
		assert.deepStrictEqual(events, [
			"one ran",
			"one reported",
			"two ran",
			"two reported",
			"hook ran",
			"three ran",
			"three reported",
		]);
	});
});

describe("hooks", () => {
	it("run around suites and tests, outer ones outermost", async () => {
		const order: string[] = [];
		const note = (what: string) => () => void order.push(what);
		await run(() => {
			before(note("before"));
			after(note("after"));
			beforeEach(note("each"));
			afterEach(note("end"));
			describe("suite", () => {
				before("with a title", note("inner before"));
				after(note("inner after"));
				beforeEach(note("inner each"));
				afterEach(note("inner end"));
				it("one", note("one"));
				it("two", async () => order.push("two"));
			});
		});
		assert.deepStrictEqual(
			order.join(", "),
			"before, inner before, each, inner each, one, inner end, end, each, inner each, two, inner end, end, inner after, after",
		);
	});

	it("are awaited", async () => {
		let ready = false;
		const { lines } = await run(() => {
			before(async () => {
				await new Promise<void>((resolve) => setTimeout(resolve, 1));
				ready = true;
			});
			it("sees what the hook did", () => assert(ready));
		});
		assert.deepStrictEqual(lines, ["pass sees what the hook did"]);
	});

	it("do not run for a suite whose tests are all skipped", async () => {
		let ran = false;
		await run(() => {
			before(() => {
				ran = true;
			});
			it.skip("skipped", () => {});
		});
		assert.strictEqual(ran, false);
	});

	it("that fail before the suite fail each of its tests, and `after` still runs", async () => {
		let after_ = false;
		const { lines, results } = await run(() => {
			describe("suite", () => {
				before(() => {
					throw new Error("no server");
				});
				after(() => {
					after_ = true;
				});
				it("one", () => {});
				it.skip("two", () => {});
				describe("inner", () => it("three", () => {}));
			});
			it("elsewhere", () => {});
		});
		assert.deepStrictEqual(lines, [
			"pass elsewhere",
			"fail suite > one",
			"skip suite > two",
			"fail suite > inner > three",
		]);
		assert.deepStrictEqual(messages(results[1]), ["in before: no server"]);
		assert(after_);
	});

	it("that fail before a test fail it without running it, and those of suites entered end", async () => {
		const ran: string[] = [];
		const { lines } = await run(() => {
			afterEach(() => void ran.push("outer end"));
			describe("suite", () => {
				beforeEach(() => {
					throw new Error("no");
				});
				it("one", () => void ran.push("one"));
			});
		});
		assert.deepStrictEqual(lines, ["fail suite > one"]);
		assert.deepStrictEqual(ran, ["outer end"]);
	});

	it("that fail after a test fail it", async () => {
		const { lines, results } = await run(() => {
			afterEach("cleaning up", () => {
				throw new Error("stuck");
			});
			it("passes", () => {});
			it("fails", () => {
				throw new Error("first");
			});
		});
		assert.deepStrictEqual(lines, ["fail passes", "fail fails"]);
		assert.deepStrictEqual(messages(results[1]), ["first", 'in afterEach "cleaning up": stuck']);
	});

	it("that fail after the suite fail its last test", async () => {
		const { lines } = await run(() => {
			describe("suite", () => {
				after(() => {
					throw new Error("no");
				});
				it("one", () => {});
				it("two", () => {});
			});
			describe("next", () => it("three", () => {}));
		});
		assert.deepStrictEqual(lines, ["pass suite > one", "fail suite > two", "pass next > three"]);
	});

	it("have limits too", async () => {
		const { results } = await run(() => {
			before(() => new Promise<void>(() => {})).timeout(1);
			it("never begins", () => assert.fail());
		});
		assert.match(messages(results[0])[0] as string, /^in before: took longer than 1 ms/);
	});
});

describe("uncaught errors", () => {
	it("fail the test that runs, or the latest one", async () => {
		const results: Result[] = [];
		const runner = new Runner({ report: (result) => results.push(result) });
		await runner.run(
			collect(() => {
				it("waits", () => new Promise<void>(() => runner.uncaught(new Error("from a timer"))));
				it("is over", () => void Promise.resolve().then(() => runner.uncaught(new Error("late"))));
			}),
		);
		assert.deepStrictEqual(results.map(messages), [["from a timer"], ["late"]]);
	});
});
