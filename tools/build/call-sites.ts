// SPDX-License-Identifier: MIT
// Where a program calls an allocator: counted in the machine code itself, so that none is forgotten.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const options = { maxBuffer: 1 << 28 };

/** A call of an allocator. */
export interface CallSite {
	/** The address in the program's file that the call returns to. */
	address: number;
	/** The function that has it, the function that it calls. */
	caller: string;
	callee: string;
}

/**
 * The calls of functions in a program.
 * @param program the path of a program for this machine, with symbols
 * @param callees the functions' names, as the linker knows them
 */
export async function callSites(program: string, callees: readonly string[]): Promise<CallSite[]> {
	const { stdout } = await execute("objdump", ["-d", "--no-show-raw-insn", program], options);
	const wanted = new Set(callees);
	const sites: CallSite[] = [];
	let caller = "";
	let called: string | undefined;
	for (const line of stdout.split("\n")) {
		const [, name] = /^[0-9a-f]+ <(.+)>:$/.exec(line) ?? [];
		if (name !== undefined) caller = name;
		const [, address] = /^ +([0-9a-f]+):\t/.exec(line) ?? [];
		if (address === undefined) continue;
		if (called !== undefined) sites.push({ address: Number.parseInt(address, 16), caller, callee: called });
		// A jump is a call too, as the last thing that a function does; it would return elsewhere.
		const [, how, callee] = /\t(call|jmp) +[0-9a-f]+ <([^+>]+?)(?:@plt)?>/.exec(line) ?? [];
		called = callee !== undefined && wanted.has(callee) ? callee : undefined;
		if (called !== undefined && how === "jmp") throw new Error(`${caller} ends in a call of ${callee}`);
	}
	return sites;
}

/** The names of the functions that are defined in object files. */
export async function functionsOf(objects: readonly string[]): Promise<Set<string>> {
	const { stdout } = await execute("nm", ["--defined-only", ...objects], options);
	return new Set([...stdout.matchAll(/^[0-9a-f]+ [tT] (.+)$/gm)].map(([, name]) => name as string));
}
