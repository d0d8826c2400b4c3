// SPDX-License-Identifier: MIT
// Memory that ends. First in the socket core alone: the scenarios of tests/core/memory_sweep.c, and that these make every
// allocation fail that the core makes itself, or has lwIP make. Then in the middle of every call of the API, on native-sim
// under sanitizers (tests/images/memory): an allocation in XS's heap, which is a RangeError for who has called recover() of
// "board" and else the end of the machine, or one in C. See docs/testing.md.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Launch } from "#tools/boards/board.js";
import { type CallSite, callSites, functionsOf } from "#tools/build/call-sites.js";
import { allocators, buildCoreTests, coreFiles, sweepPrefix } from "#tools/build/core-tests.js";
import { buildImage } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";

const execute = promisify(execFile);

/** Functions of lwIP whose allocations no socket asks for, or that cannot fail, with the reason. */
const exempt: [RegExp, string][] = [
	[/^dhcp_/, "the address of the board"],
	[/^etharp_/, "Ethernet: the core's tests have the loopback interface alone"],
	[/^icmp_/, "answers to pings, and to datagrams for no port"],
	[/^ip4_(frag|reass) /, "fragments: TCP has none"],
	[/^pbuf_(clone|coalesce) /, "for etharp alone"],
	[/^mem_calloc /, "part of the allocator"],
	[
		/^tcp_write calls __wrap_pbuf_alloc$/,
		"data that is not copied, but the core has all copied (in tcp_pbuf_prealloc)",
	],
	[/^pbuf_alloc_reference /, "the same"],
	[/^pbuf_alloc calls __wrap_memp_malloc$/, "the pool for frames that come: clients.test.ts empties it"],
	[/^udp_sendto_if_src /, "a header for which there is room in front of the data"],
	[/^sys_timeout_abs /, "there are as many timers as there can be; lwIP ends the board if there is none"],
];

const program = await buildCoreTests();
const { stdout: list } = await execute(program, ["--list"]);
const scenarios = list.split("\n").filter((name) => name.startsWith(sweepPrefix));
assert.ok(scenarios.length > 0, "no scenarios");

/** The object files in a folder whose paths match. */
function objects(folder: string, pattern: RegExp): string[] {
	const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
	return names.filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

/** Adds up what a program says of places that allocate: "# site ADDRESS calls failures". */
function addFailures(failures: Map<number, number>, output: string): void {
	for (const [, address, count] of output.matchAll(/^# site ([0-9a-f]+) \d+ (\d+)$/gm)) {
		const site = Number.parseInt(address as string, 16);
		failures.set(site, (failures.get(site) ?? 0) + Number(count));
	}
}

const words = ({ caller, callee }: CallSite) => `${caller} calls ${callee}`;

describe("memory that ends, in the socket core", () => {
	/** How often each site failed. */
	const failures = new Map<number, number>();
	const totals = { runs: 0, failures: 0 };

	for (const name of scenarios) {
		it(`at any allocation: ${name.slice(sweepPrefix.length).replaceAll("_", " ")}`, async () => {
			const { stdout } = await execute(program, [name], { timeout: GUARD }).catch(
				(error: { killed?: boolean; stdout: string; stderr: string }) =>
					assert.fail(error.killed ? "does not end" : `${error.stdout}${error.stderr}`.replaceAll(/^# site.*\n/gm, "")),
			);
			addFailures(failures, stdout);
			const [, runs, failed] = /^# (\d+) runs, (\d+) failures$/m.exec(stdout) ?? [];
			assert.ok(Number(failed) > 0);
			totals.runs += Number(runs);
			totals.failures += Number(failed);
		}).timeout(2 * GUARD);
	}

	it("at every place that allocates", async function () {
		this.timeout(GUARD);
		const ours = await functionsOf(objects(dirname(program), /^(modules\/sockets\/|build\/sources\/lwip\/).*\.o$/));
		const callees = allocators.flatMap((name) => [name, `__wrap_${name}`]);
		const sites = (await callSites(program, callees)).filter(({ caller }) => ours.has(caller));
		const counted = sites.filter((site) => !exempt.some(([pattern]) => pattern.test(words(site))));
		for (const [pattern] of exempt)
			assert.ok(
				sites.some((site) => pattern.test(words(site))),
				`${pattern} is nowhere`,
			);
		const missed = counted.filter(({ address }) => !failures.get(address));
		assert.deepEqual(missed.map(words), []);
		console.log(
			`      ${counted.length} places, ${scenarios.length} scenarios, ${totals.runs} runs, ${totals.failures} failures`,
		);
	});
});

describe("memory that ends in the middle of a call", () => {
	/** What the linker sends to tests/images/memory. */
	const wrap = ["fxNewSlot", "fxNewChunk", "fxNewGrowableChunk", "malloc", "calloc", "sockets_operations_run"];
	let image: Launch;

	before(async function () {
		this.timeout(0);
		const manifest = "tests/images/memory/manifest.json";
		image = await buildImage({ board: "native-sim", variant: "sanitize", manifest, wrap });
	});

	/** Runs all calls, with what shall fail; gives what the board has said. */
	async function run(what: string): Promise<string> {
		const board = new Board(image, { words: [what] });
		const ending = await board.end();
		const output = board.stdout.all.join("\n");
		assert.deepEqual(
			ending,
			{ status: 0, signal: null },
			[...board.stdout.all, ...board.stderr.all].slice(-20).join("\n"),
		);
		assert.deepEqual(board.stderr.all, []);
		// Of each call, how many allocations have failed.
		const counts = [...output.matchAll(/^.*: (\d+)$/gm)].map(([, count]) => Number(count));
		const total = counts.reduce((sum, count) => sum + count, 0);
		assert.ok(total > 0, "nothing has failed");
		console.log(`      ${counts.length} calls, ${total} failures`);
		return output;
	}

	it("is a RangeError, and the call can be made again", () => run("error")).timeout(10 * GUARD);

	it("is a RangeError for who awaits, and nothing is lost", () => run("turn")).timeout(10 * GUARD);

	it("is the end of the machine, which leaves nothing behind to the next", () => run("reset")).timeout(10 * GUARD);

	it("of C is an OSError, at every place of the binding that allocates", async () => {
		const failures = new Map<number, number>();
		addFailures(failures, await run("core"));
		const core = coreFiles.map((file) => file.replace(/^.*\/|\.c$/g, "")).join("|");
		const binding = objects(
			join(dirname(image.image), "objects"),
			new RegExp(`^modules/sockets/(?!(${core})\\.).*\\.o$`),
		);
		const ours = await functionsOf(binding);
		const sites = (await callSites(image.image, ["__wrap_malloc", "__wrap_calloc"])).filter(({ caller }) =>
			ours.has(caller),
		);
		assert.ok(sites.length > 0);
		assert.deepEqual(sites.filter(({ address }) => !failures.get(address)).map(words), []);
		console.log(`      ${sites.length} places`);
	}).timeout(10 * GUARD);
});
