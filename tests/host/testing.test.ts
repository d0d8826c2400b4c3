// SPDX-License-Identifier: MIT
// `npm run test:device` as a person uses it: test files outside the project, results as TAP, the exit status. The test
// runner's own tests, tests/device/testing-*.test.ts, would all pass if the runner could not fail: here it must.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildDeviceTests } from "#tools/build/images.js";
import { DeviceRun, DeviceTestError, listTests } from "./support/device-run.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

interface Outcome {
	status: number;
	stdout: string;
	stderr: string;
	/** Lines that begin with "ok" or "not ok". */
	points: string[];
}

describe("test:device", function () {
	// Each builds an image.
	this.timeout(120_000);
	this.slow(10_000);
	let folder: string;

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "camsock-"));
	});

	after(async () => {
		await rm(folder, { recursive: true });
	});

	/** Writes test files, which are bodies behind an import of assert, and gives their paths. */
	async function files(...bodies: string[]): Promise<string[]> {
		const paths = bodies.map((_, i) => join(folder, `${i}.test.ts`));
		for (const [i, path] of paths.entries()) {
			await writeFile(path, `import assert from "assert";\nimport { Socket } from "sockets";\n${bodies[i]}`);
		}
		return paths;
	}

	/** Runs the command on the files. */
	async function run(...operands: string[]): Promise<Outcome> {
		const args = [join(ROOT, "tools", "camsock.mjs"), "test:device", "--board", "native-sim", ...operands];
		const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
		const closed = new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? -1)));
		const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
		const points = stdout.split("\n").filter((line) => /^(not )?ok /.test(line));
		return { status: await closed, stdout, stderr, points };
	}

	it("runs tests that pass, wherever they are, and ends with status 0", async () => {
		const { status, stdout, points } = await run(
			...(await files(
				`describe("suite", () => { it("one", () => assert(Socket)); it.skip("two", () => {}); });`,
				`it("three", async () => assert.strictEqual(await 3, 3));`,
			)),
		);
		assert.deepEqual(points, ["ok 1 - suite > one", "ok 2 - suite > two # SKIP", "ok 3 - three"]);
		assert.match(stdout, /^TAP version 14\n/);
		assert.match(stdout, /^1\.\.3$/m);
		assert.equal(status, 0);
	});

	it("tells everything that can be wrong with a test, goes on after it, and ends with status 1", async () => {
		const { status, stdout, points } = await run(
			...(await files(`
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
it("is wrong", () => {
	assert.deepStrictEqual({ a: [1, 2] }, { a: [1, 3] });
});
it("leaks", () => {
	const server = new Socket();
	server.bind(["127.0.0.1", 0]);
	server.listen(1);
});
it("never ends", () => new Promise(() => {})).timeout(10);
it("blocks", () => {
	using server = new Socket();
	server.bind(["127.0.0.1", 0]);
	server.listen(1);
	server.accept();
}).timeout(10);
it("loops", () => {
	for (;;);
}).timeout(10);
it("throws from a timer", async () => {
	setTimeout(() => {
		throw new RangeError("in the timer");
	}, 1);
	await sleep(1000);
});
it("loses a rejection", async () => {
	void Promise.reject(new RangeError("lost"));
	await sleep(1000);
});
describe("suite", () => {
	before(() => {
		throw new Error("no server");
	});
	it("has a bad hook", () => {});
});
it("passes", () => {});
`)),
		);
		assert.deepEqual(points, [
			"not ok 1 - is wrong",
			"not ok 2 - leaks",
			"not ok 3 - never ends",
			"not ok 4 - blocks",
			"not ok 5 - loops",
			"not ok 6 - throws from a timer",
			"not ok 7 - loses a rejection",
			"ok 8 - passes",
			"not ok 9 - suite > has a bad hook",
		]);
		for (const pattern of [
			/message: "AssertionError: .*"\n.*\n\s+operator: "deepStrictEqual"\n\s+expected: "\{ a: \[ 1, 3 \] \}"\n\s+actual: "\{ a: \[ 1, 2 \] \}"/,
			/stack: "at \(.*0\.test\.ts:6\)"/,
			/LeakError: left 1 socket, 1 pcb behind/,
			/TimeoutError: took longer than 10 ms/,
			/RangeError: in the timer/,
			/RangeError: lost/,
			/in before: no server/,
			/^1\.\.9\n# 1 passed, 8 failed, 0 skipped$/m,
		]) {
			assert.match(stdout, pattern);
		}
		assert.equal(status, 1);
	});

	it("runs only what is marked .only, in whichever file", async () => {
		const { status, points } = await run(
			...(await files(
				`it("not this", () => assert.fail());`,
				`it("nor this", () => assert.fail()); it.only("this", () => {});`,
			)),
		);
		assert.deepEqual(points, ["ok 1 - this"]);
		assert.equal(status, 0);
	});

	it("fails a file that cannot be loaded, and runs the others", async () => {
		const { status, stdout, points } = await run(
			...(await files(`throw new Error("at once");`, `it("passes", () => {});`)),
		);
		assert.deepEqual(points, ["not ok 1 - loads", "ok 2 - passes"]);
		assert.match(stdout, /Error: at once/);
		assert.equal(status, 1);
	});

	it("fails when there is no test", async () => {
		const { status, stdout } = await run(...(await files(`assert(Socket);`)));
		assert.match(stdout, /no tests/);
		assert.equal(status, 1);
	});

	it("fails when the board ends in the middle, and says why", async () => {
		const paths = await files(`
it("passes", () => {});
it("needs too much", () => {
	const all: unknown[] = [];
	for (;;) all.push([all.length]);
});
it("comes after", () => {});
`);
		const { status, stderr, points } = await run(...paths);
		assert.deepEqual(points, ["ok 1 - passes"]);
		assert.match(stderr, /out of memory/);
		assert.equal(status, 71);

		// The same, as mocha shows it.
		const launch = await buildDeviceTests({ board: "native-sim", files: paths });
		assert.deepEqual(
			(await listTests(launch)).map(({ path }) => path),
			[["passes"], ["needs too much"], ["comes after"]],
		);
		const device = new DeviceRun(launch);
		assert.equal((await device.result(1)).ok, true);
		await assert.rejects(device.result(2), /ended with status 71 before this test's result[\s\S]*out of memory/);
		await assert.rejects(device.result(3), /not run/);
	});

	it("says what does not compile, and what is not there", async () => {
		const wrong = await run(...(await files(`it("is wrong", () => assert.match(1, /1/));`)));
		assert.match(wrong.stderr, /0\.test\.ts.*TS2345/);
		assert.notEqual(wrong.status, 0);
		const missing = await run(join(folder, "missing.test.ts"));
		assert.match(missing.stderr, /missing\.test\.ts/);
		assert.notEqual(missing.status, 0);
		assert.equal(missing.stdout, "");
	});

	it("gives mocha errors with values, the stack and what the board printed", async () => {
		const paths = await files(`
it("is wrong", () => {
	console.log("hello from the board");
	assert.strictEqual("one\\nand more", "two");
});
`);
		const device = new DeviceRun(await buildDeviceTests({ board: "native-sim", files: paths }));
		const point = await device.result(1);
		assert.equal(point.ok, false);
		const error = new DeviceTestError(point);
		assert.equal(error.actual, "one\nand more");
		assert.equal(error.expected, "two");
		assert.equal(error.showDiff, true);
		assert.match(error.message, /^AssertionError: [\s\S]*\nthe board printed:\nhello from the board$/);
		assert.match(error.stack as string, /at \(.*0\.test\.ts:6\)/);
		assert.deepEqual(await device.board.end(), { status: 1, signal: null });
	});
});
