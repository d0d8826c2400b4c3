// SPDX-License-Identifier: MIT
// The fuzz targets, each for a fixed number of executions that begins with the inputs of tests/fuzz/corpus, and is the same
// each time; and the command that runs them for as long as one likes.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { buildFuzzTargets, fuzzTargets, plantedTarget } from "#tools/build/fuzz-targets.js";
import { capture } from "#tools/cli/run.js";
import { keysTarget } from "#tools/fuzz/keys.js";
import { corpusOf, startFuzzing } from "#tools/fuzz/libfuzzer.js";
import { inRoot } from "#tools/paths.js";
import { temporaryFolder } from "./tools/folder.js";

// Built before, so that a compiler's time is no test's.
await keysTarget("release");
await buildFuzzTargets([...fuzzTargets, plantedTarget]);

const camsock = inRoot("tools", "camsock.mjs");
const fuzz = (...words: string[]) => capture(process.execPath, [camsock, "fuzz", ...words]);

describe("the fuzz target", function () {
	// A guard: each takes a few seconds.
	this.timeout(120_000);
	this.slow(20_000);

	for (const target of fuzzTargets) {
		it(`${target.name} finds nothing in ${target.runs} executions`, async () => {
			const inputs = readdirSync(corpusOf(target.name)).length;
			assert.ok(inputs > 0 && inputs <= 400, `${inputs} inputs`);
			const { executions, edges, finding } = await startFuzzing(target, { seed: 1, runs: target.runs, fresh: true })
				.done;
			assert.equal(finding, undefined, finding && `${finding.what}: ${finding.file}`);
			assert.ok(executions >= target.runs && edges > 0, `${executions} executions, ${edges} edges`);
		});
	}

	it("keys finds nothing in 3000 inputs", async () => {
		const target = await keysTarget("release");
		const { executions, finding } = await target.start({ seed: 1, runs: 3000 }).done;
		assert.equal(finding, undefined, finding && `${finding.what}: ${finding.file}`);
		assert.equal(executions, 3000);
	});

	it("does the same each time", async () => {
		const target = fuzzTargets.find(({ name }) => name === "dns");
		assert.ok(target);
		const run = () => startFuzzing(target, { seed: 7, runs: 1500, fresh: true }).done;
		assert.deepEqual(await run(), await run());
	});
});

describe("npm run fuzz", function () {
	this.timeout(120_000);
	this.slow(20_000);
	const { path, write } = temporaryFolder();

	it("finds a bug that is planted, says what and where in one line, and shows it again", async () => {
		const { status, stdout, stderr } = await fuzz("planted", "--runs", "3000000", "--seed", "3", "--jobs", "1");
		const line =
			/^camsock: planted: AddressSanitizer: heap-buffer-overflow .*tests\/fuzz\/planted\.c:\d+.* in LLVMFuzzerTestOneInput; to see it again: npm run fuzz -- planted --replay (build\/fuzz\/found\/planted\/crash-\w+)$/m;
		const [, file = ""] = line.exec(stderr) ?? assert.fail(stderr);
		assert.equal(status, 1);
		assert.match(stdout, /^planted +[\d,]+ +[\d,]+ +\d+ +\d+ +1$/m);
		assert.match(readFileSync(inRoot(file), "latin1"), /^bug/);
		assert.match(readFileSync(inRoot(`${file}.txt`), "utf8"), /AddressSanitizer: heap-buffer-overflow/);
		const again = await fuzz("planted", "--replay", inRoot(file));
		assert.equal(again.status, 1);
		assert.match(again.stderr, /AddressSanitizer: heap-buffer-overflow/);
	});

	it("replays an input that does not fail with status 0", async () => {
		write({ input: "" });
		writeFileSync(path("input"), "bag");
		const { status, stderr } = await fuzz("planted", "--replay", path("input"));
		assert.equal(status, 0, stderr);
	});

	it("ends with its table, and status 0, when Ctrl-C comes", async () => {
		const child = spawn(process.execPath, [camsock, "fuzz", "frame", "text"], { stdio: ["ignore", "pipe", "pipe"] });
		let table = "";
		child.stdout.setEncoding("utf8").on("data", (part: string) => {
			table += part;
		});
		const ended = once(child, "close");
		for await (const line of createInterface({ input: child.stderr })) {
			if (/fuzzing frame, text, until Ctrl-C/.test(line)) child.kill("SIGINT");
		}
		assert.deepEqual(await ended, [0, null]);
		assert.match(table, /^target +executions +a second +edges +inputs +findings$/m);
	});
});
