// SPDX-License-Identifier: MIT
// Memory that ends in the middle of each call of the API: at its first allocation, its second, and so on to its last. The board's
// argument says what that is: see allocations.d.ts. What must hold: the call throws, or rejects with, a RangeError (in the XS
// heap) or an OSError ENOBUFS, or goes on; made again it does what it should; no byte is lost or comes twice; no socket,
// connection or query stays. tests/host/memory.test.ts runs this.

import { begin, end, report, setState, state } from "allocations";
import { args, exit, memory, onuncaught, recover } from "board";
import { Run, type Scenario, scenarios } from "scenarios";
import { AsyncSocket } from "sockets/async";
import { settle, stats } from "sockets/stats";
import { start, stop } from "test/dns";

const mode = args[0] as "error" | "turn" | "reset" | "core";
const only = args[1];

/** Milliseconds after which a promise counts as never settled. */
const GUARD = 8000;

class Interrupt extends Error {}

/** Errors that nobody has caught: for memory too, where there is nobody to tell. */
const uncaught: unknown[] = [];

/** Whether an error says that there was no memory. */
function isMemory(error: unknown): boolean {
	// A listener that has no memory for a connection resets it.
	if (mode === "core" && ["ENOBUFS", "ECONNRESET"].includes((error as { code: string }).code)) return true;
	// XS says the latter where it makes a promise for then() and catch().
	return (
		(error instanceof RangeError && /out of memory/.test(error.message)) ||
		(error instanceof TypeError && /executor not called/.test(error.message))
	);
}

/** Whether a scenario is to end with this error. Machines that have ended may have asked for as many names as can be. */
function isExpected(scenario: Scenario, error: unknown): boolean {
	const { code } = error as { code?: string };
	if (scenario.fails === undefined || code === undefined) return false;
	return code === scenario.fails || (mode === "reset" && code === "EAI_AGAIN");
}

/** What a promise is fulfilled with; fails if it never is. */
async function settled<T>(promise: T): Promise<Awaited<T>> {
	let timer: number | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error("never settled")), GUARD) as unknown as number;
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer as never);
	}
}

/** Makes the call, with the allocation failing. Gives its result, or undefined and why it has none. */
async function attempt(scenario: Scenario, run: Run, call: () => unknown, number: number) {
	let result: unknown;
	let failure: unknown;
	let failed = false;
	try {
		if (mode !== "turn") begin(mode, number);
		result = call();
		if (mode === "turn") begin(mode, number);
		else if (mode !== "reset") failed = end();
		scenario.settle?.(run);
		result = await settled(result);
	} catch (error) {
		if (isExpected(scenario, error)) result = scenario.fails;
		else failure = error ?? new Error("nothing");
	}
	failed = end() || failed;
	return { result, failure, failed };
}

/** Fails if anything is left behind. */
function checkLeft(): void {
	memory(); // collects garbage
	settle(2000);
	const { sockets, bound, listening, active, closing } = stats();
	const left = { sockets, bound, listening, active, closing };
	for (const [name, count] of Object.entries(left)) {
		if (count > 0) throw new Error(`left behind: ${count} ${name}`);
	}
}

/** Runs a scenario once. False if there was no allocation with this number. */
async function once(scenario: Scenario, number: number): Promise<boolean> {
	const run = new Run();
	const [call, check] = scenario.prepare(run);
	let { result, failure, failed } = await attempt(scenario, run, call, number);
	if (failure !== undefined) {
		if (!failed || !isMemory(failure)) throw failure;
		const again = call();
		scenario.settle?.(run);
		result = await settled(again).catch((error) =>
			isExpected(scenario, error) ? scenario.fails : Promise.reject(error),
		);
	}
	await check(result as never);
	run.close();
	await null;
	// What the first try has left waiting is canceled when its socket is closed.
	const expected = (error: unknown) => isMemory(error) || (error as { code?: string }).code === "ECANCELED";
	for (const error of uncaught.splice(0)) if (!failed || !expected(error)) throw error;
	return failed;
}

/** All names that can be asked for at once can be, still, once those are over that machines that ended have asked for. */
async function checkQueries(): Promise<void> {
	const ask = async (name: string) => {
		const socket = new AsyncSocket();
		const code = await socket.connect([name, 1]).catch((error) => error.code);
		socket.close();
		return code;
	};
	for (let i = 0; (await ask(`early${i}.test`)) === "EAI_AGAIN"; i++) {
		if (i === 100) throw new Error("no name can be asked for");
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	const codes = await Promise.all(["1.test", "2.test", "3.test", "4.test"].map(ask));
	if (codes.some((code) => code !== "EAI_NONAME")) throw new Error(`queries: ${codes}`);
}

const chosen = scenarios.filter((scenario) => only === undefined || scenario.name === only);
let [index, number] = state();
if (mode !== "reset") {
	recover(Interrupt as new () => Error);
	onuncaught((error) => uncaught.push(error));
}
stop();
start();
for (let scenario = chosen[index]; scenario !== undefined; scenario = chosen[++index], number = 0) {
	if (mode === "turn" && !/that (waits|times)/.test(scenario.name)) continue;
	try {
		checkLeft();
		do {
			setState(index, ++number); // should this machine end here, the next one goes on behind
		} while (await once(scenario, number));
		checkLeft();
	} catch (error) {
		end();
		console.log(`${scenario.name}, allocation ${number}: ${error} ${(error as Error).stack}`);
		exit(1);
	}
	console.log(`${scenario.name}: ${number - 1}`);
}
await checkQueries();
stop();
report();
exit(0);
