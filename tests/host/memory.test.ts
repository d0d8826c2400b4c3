// SPDX-License-Identifier: MIT
// Memory that ends. First in the socket core alone: the scenarios of tests/core/memory_sweep.c, and that these make every
// allocation fail that the core makes itself, or has lwIP make.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type CallSite, callSites, functionsOf } from "#tools/build/call-sites.js";
import { buildCoreTests, sweepPrefix, wrapped } from "#tools/build/core-tests.js";
import { GUARD } from "./support/board.js";

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

/** The object files of the core and of lwIP. */
function objects(): string[] {
	const folder = dirname(program);
	const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
	return names
		.filter((name) => /^(modules\/sockets\/|build\/sources\/lwip\/).*\.o$/.test(name))
		.map((name) => join(folder, name));
}

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
			for (const [, address, count] of stdout.matchAll(/^# site ([0-9a-f]+) \d+ (\d+)$/gm)) {
				const site = Number.parseInt(address as string, 16);
				failures.set(site, (failures.get(site) ?? 0) + Number(count));
			}
			const [, runs, failed] = /^# (\d+) runs, (\d+) failures$/m.exec(stdout) ?? [];
			assert.ok(Number(failed) > 0);
			totals.runs += Number(runs);
			totals.failures += Number(failed);
		}).timeout(2 * GUARD);
	}

	it("at every place that allocates", async function () {
		this.timeout(GUARD);
		const ours = await functionsOf(objects());
		const callees = wrapped.flatMap((name) => [name, `__wrap_${name}`]);
		const sites = (await callSites(program, callees)).filter(({ caller }) => ours.has(caller));
		const words = ({ caller, callee }: CallSite) => `${caller} calls ${callee}`;
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
