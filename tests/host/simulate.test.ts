// SPDX-License-Identifier: MIT
// The simulator (docs/simulator.md): some programs pass on each board, the same seed does the same wherever it runs in a series, and bugs
// that are planted in the core are found, each by a seed that finds it again. How many programs pass with more time: `npm run simulate`.

import assert from "node:assert/strict";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { capture } from "#tools/cli/run.js";
import { inRoot } from "#tools/paths.js";
import { type SeedResult, simulate, simulatorManifest } from "#tools/simulate/simulate.js";
import { type Bug, buildPlanted } from "./support/planted.js";

/** Milliseconds without a word after which a board hangs: a guard. */
const SILENCE = 120_000;

/** Runs seeds, and gives what came of each. */
async function results(launch: Launch, first: number, seeds: number): Promise<SeedResult[]> {
	const all: SeedResult[] = [];
	await simulate(launch, { first, seeds, silence: SILENCE }, (result) => all.push(result));
	assert.equal(all.length, seeds);
	return all;
}

/** Runs seeds that all have to pass, and gives their digests. */
async function passing(launch: Launch, first: number, seeds: number): Promise<string[]> {
	const all = await results(launch, first, seeds);
	const failed = all.filter(({ failure }) => failure !== undefined);
	assert.deepEqual(failed, []);
	return all.map(({ digest }) => digest as string);
}

describe("the simulator", function () {
	this.timeout(0);
	this.slow(20_000);

	for (const [board, seeds, more] of [
		["native-sim", 30, 50],
		["qemu-riscv32", 3, 0],
	] as const) {
		describe(`on ${board}`, () => {
			let launch: Launch;
			let digests: string[];
			before(async () => {
				launch = await buildImage({ board, manifest: simulatorManifest });
			});

			it(`passes ${seeds} programs`, async () => {
				digests = await passing(launch, 1, seeds);
				assert.equal(new Set(digests).size, seeds, "different seeds did the same");
			});

			it("does the same again, to the byte", async () => {
				assert.deepEqual(await passing(launch, 1, seeds), digests);
			});

			it("does the same for a seed alone as in a series", async () => {
				assert.deepEqual(await passing(launch, seeds, 1), digests.slice(-1));
			});

			if (more > 0) {
				it(`passes ${more} programs with sanitizers, which do the same`, async () => {
					const sanitized = await buildImage({ board, variant: "sanitize", manifest: simulatorManifest });
					assert.deepEqual((await passing(sanitized, 1, more)).slice(0, seeds), digests);
				});
			}
		});
	}

	// How many programs it may take to find each; they take far fewer (see docs/simulator.md).
	const LIMIT = 200;
	const bugs: [Bug, RegExp][] = [
		[
			{
				name: "a tcp_recved is lost",
				file: "modules/sockets/sockets_receive.c",
				before: "socket->owed += (uint32_t)size;",
				after: "socket->owed += size < 1436 ? (uint32_t)size : 0;",
			},
			/without faults|ECONNRESET without a cause/,
		],
		[
			{
				name: "a callback is not cleared before close",
				file: "modules/sockets/sockets_tcp.c",
				before: "\ttcp_err(pcb, NULL);\n\ttcp_poll(pcb, on_closing_poll, POLL_INTERVAL);",
				after: "\ttcp_poll(pcb, on_closing_poll, POLL_INTERVAL);",
			},
			/the board ended with status SIGSEGV/,
		],
		[
			{
				name: "a byte is lost at a short send",
				file: "modules/sockets/sockets_stream.c",
				before: "\treturn part;\n}\n\n/** Whether nothing",
				after: "\treturn part + (size > room);\n}\n\n/** Whether nothing",
			},
			/of the stream is another|of \d+ bytes/,
		],
		[
			{
				name: "a byte is lost behind a read that ended early",
				file: "modules/sockets/sockets_receive.c",
				before: "kept->start += (uint32_t)taken;",
				after: "kept->start += (uint32_t)taken + (taken + 1 < kept_size(socket));",
			},
			/of the stream is another|of \d+ bytes/,
		],
		[
			{
				name: "the end of a stream wakes nobody",
				file: "modules/sockets/sockets_receive.c",
				before: "\tsockets_core_changed(socket, SOCKETS_POLLIN);\n\treturn ERR_OK;",
				after: "\tif (packet != NULL)\n\t\tsockets_core_changed(socket, SOCKETS_POLLIN);\n\treturn ERR_OK;",
			},
			/without faults/,
		],
	];

	describe("finds", () => {
		for (const [bug, message] of bugs) {
			it(`that ${bug.name}, and finds it again with the seed`, async () => {
				const launch = await buildPlanted(simulatorManifest, bug);
				const abort = new AbortController();
				let found: SeedResult | undefined;
				await simulate(launch, { first: 1, seeds: LIMIT, silence: SILENCE, signal: abort.signal }, (result) => {
					if (result.failure === undefined || found) return;
					found = result;
					abort.abort();
				});
				assert(found, `${LIMIT} programs did not find it`);
				assert.match(found.failure as string, message);
				const [again] = await results(launch, found.seed, 1);
				assert.equal(again?.failure, found.failure);
				console.log(`      by seed ${found.seed}: ${(found.failure as string).split("\n")[0]}`);
			});
		}
	});

	describe("npm run simulate", () => {
		const run = (...words: string[]) =>
			capture(process.execPath, [inRoot("tools", "camsock.mjs"), "simulate", ...words], {
				env: { ...process.env, NO_COLOR: "1" },
			});

		it("ends with the count", async () => {
			const { status, stdout } = await run("--first", "5", "--seeds", "3");
			assert.equal(stdout, "3 seeds: 3 passed, 0 failed\n");
			assert.equal(status, 0);
		});

		it("says how a seed that fails is run again", async () => {
			await buildPlanted(simulatorManifest, (bugs[0] as [Bug, RegExp])[0]);
			const { status, stdout, stderr } = await run(
				...["--first", "10", "--seeds", "8", "--manifest", "build/tests/planted/a-tcp_recved-is-lost/manifest.json"],
			);
			assert.equal(status, 1);
			assert.match(stdout, /^8 seeds: \d+ passed, [1-9]\d* failed\n$/);
			assert.match(
				stderr,
				/seed (\d+) failed: [^\n]*\n[^\n]*seed \1 again: npm run simulate -- --manifest \S+ --first \1 --seeds 1\n/,
			);
		});

		it("begins no other once its time is over", async () => {
			const { status, stdout } = await run("--for", "1s");
			assert.match(stdout, /^[1-9]\d* seeds: \d+ passed, 0 failed\n$/);
			assert.equal(status, 0);
		});

		it("shows what a program does", async () => {
			const { status, stdout } = await run("--first", "5", "--seeds", "1", "--trace");
			assert.equal(status, 0);
			assert.match(stdout, /^link \d+\.\d{3} [<>] \d+-\d+ \w+ seq \d+ ack \d+ size \d+ window \d+ (delivered|loss)$/m);
			assert.match(stdout, /^\d+\.\d{3} \w+ \w+\(.*\) within [\d.]+: .* after \d+\.\d{3}$/m);
			assert.match(stdout, /\n1 seeds: 1 passed, 0 failed\n$/);
		});

		it("refuses what is no time and no number in one line", async () => {
			for (const words of [
				["--for", "soon"],
				["--seeds", "0"],
				["--first", "-"],
			]) {
				const { status, stderr } = await run(...words);
				assert.equal(status, 2);
				assert.match(stderr, /^camsock: --\w+: expected [^\n]*\n$/);
			}
		});
	});
});
