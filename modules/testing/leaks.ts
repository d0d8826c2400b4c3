// SPDX-License-Identifier: MIT
// What a test must not leave behind: a socket, a TCP pcb outside TIME_WAIT, a packet buffer or a segment that waits to be
// sent; most packet buffers are in lwIP's heap.
//
// The stack is given time to finish first: closed connections take a few segments more to leave their closing states.

import { memory } from "board";
import { type Stats, settle, stats } from "sockets/stats";

/** Milliseconds for closed connections to end. A guard: on a loopback they end in the first steps. */
const SETTLE_LIMIT = 2000;

const KINDS = ["socket", "pcb", "pbuf", "segment", "byte of lwIP's heap"] as const;

/** How much of each kind there is. */
type Uses = Record<(typeof KINDS)[number], number>;

/** What tests were blamed for so far, so that the suites around them are not blamed again. */
const blamed: Uses = { socket: 0, pcb: 0, pbuf: 0, segment: 0, "byte of lwIP's heap": 0 };

function uses(now: Stats): Uses {
	return {
		socket: now.sockets,
		pcb: now.bound + now.listening + now.active + now.closing,
		pbuf: now.pbufs,
		segment: now.segments,
		"byte of lwIP's heap": now.heap,
	};
}

/** More sockets, pcbs or packet buffers than before. */
export class LeakError extends Error {
	override name = "LeakError";
	readonly code = "ERR_TEST_LEAK";
}

/**
 * Remembers what is in use; the function that it gives throws a LeakError if there is more when it is called. Garbage is
 * collected first, and not again before the comparison: a socket that nobody closed counts although nobody has it.
 *
 * @param what a suite is not blamed for what its tests were
 */
export function watch(what: "test" | "suite"): () => void {
	memory();
	const earlier = uses(stats());
	const blamedEarlier = { ...blamed };
	return () => {
		const quiet = settle(SETTLE_LIMIT);
		const now = stats();
		const later = uses(now);
		const left: string[] = [];
		for (const kind of KINDS) {
			let count = later[kind] - earlier[kind];
			if (what === "suite") count -= blamed[kind] - blamedEarlier[kind];
			if (count <= 0) continue;
			blamed[kind] += count;
			left.push(count === 1 ? `1 ${kind}` : `${count} ${kind.replace(/^\w+/, "$&s")}`);
		}
		if (left.length === 0) return;
		const { bound, listening, active, closing } = now;
		throw new LeakError(
			`left ${left.join(", ")} behind (pcbs now: ${bound} bound, ${listening} listening, ${active} active, ` +
				`${closing} closing${quiet ? "" : ` after ${SETTLE_LIMIT} ms`})`,
		);
	};
}
