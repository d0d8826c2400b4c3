// SPDX-License-Identifier: MIT
// The simulator's image: random programs of socket operations over a line with faults, one seed after the other in one machine. Read
// program.ts first. `npm run simulate` starts it; the board's arguments:
//   --first N   the first seed; default 1
//   --seeds N   how many; default 1
//   --for MS    no new one after so many milliseconds
//   --trace     prints each operation and each packet where errors go
// What it prints: `seed N`, then `pass N DIGEST` or `fail N MESSAGE`, each on a line. Status 1 if one failed.

import { args, exit, memory } from "board";
import { Link } from "board/link";
import { startVirtualTime, stopVirtualTime } from "board/time";
import { setRealTimeout } from "board/timers";
import { Violation } from "simulator/model";
import { runProgram } from "simulator/program";

function option(name: string, otherwise: number): number {
	const at = args.indexOf(name);
	return at < 0 ? otherwise : Number(args[at + 1]);
}

const first = option("--first", 1);
const seeds = option("--seeds", 1);
const limit = option("--for", 0);
const trace = args.includes("--trace");

/** After so many programs the least that was in use is compared with that of the first ones. */
const WINDOW = 50;
/** Slots and bytes of chunks that may differ: the sizes of tables, and what the last program has left for the collector. */
const TOLERANCE = { slots: 100, chunks: 4096 };

let over = false;
if (limit > 0)
	setRealTimeout(() => {
		over = true;
	}, limit);

/** Runs one; gives the digest of what was done. */
async function run(seed: number): Promise<string> {
	startVirtualTime(seed);
	const link = new Link(seed);
	if (trace) link.trace();
	try {
		await runProgram(seed, link, (line) => link.note(line));
		return link.digest();
	} finally {
		link.close();
		await new Promise<void>((resolve) => setTimeout(resolve, 2000)); // until lwIP's timer for connections has stopped
	}
}

/** Least in use after a program: of the first programs, and of the latest ones. */
type Use = { slots: number; chunks: number };
let base: Use | undefined;
let least: Use | undefined;

/** Notes what is in use; throws if it grows from window to window. */
function watchMemory(done: number): void {
	const { slots, chunks } = memory();
	least = least ? { slots: Math.min(slots, least.slots), chunks: Math.min(chunks, least.chunks) } : { slots, chunks };
	if (done % WINDOW > 0) return;
	const now = least;
	least = undefined;
	base ??= now;
	const before = base;
	if (now.slots > before.slots + TOLERANCE.slots || now.chunks > before.chunks + TOLERANCE.chunks)
		throw new Error(
			`the heap grows: at least ${now.slots} slots, ${now.chunks} bytes after each of ${WINDOW} programs; at first ${before.slots}, ${before.chunks}`,
		);
}

let failed = 0;
for (let seed = first, done = 1; done <= seeds && !over; seed++, done++) {
	console.log(`seed ${seed}`);
	try {
		const digest = await run(seed);
		watchMemory(done);
		console.log(`pass ${seed} ${digest}`);
	} catch (error) {
		failed++;
		const text =
			error instanceof Violation ? error.message : `${error} ${(error as Error)?.stack}`.replace(/\s*\n\s*/g, " | ");
		console.log(`fail ${seed} ${text}`);
	}
}
stopVirtualTime();
exit(failed > 0 ? 1 : 0);
