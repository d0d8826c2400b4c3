// SPDX-License-Identifier: MIT
// What a test must not leave behind: a socket, a TCP pcb outside TIME_WAIT, a packet buffer or a segment that waits to be
// sent; most packet buffers are in lwIP's heap.
//
// The stack is given time to finish first: closed connections take a few segments more to leave their closing states.

import { type Stats, settle, stats } from "sockets/stats";

/** Milliseconds for closed connections to end. A guard: on a loopback they end in the first steps. */
const SETTLE_LIMIT = 2000;

/** How much of each thing there is. */
interface Uses {
	socket: number;
	pcb: number;
	pbuf: number;
	segment: number;
	"byte of lwIP's heap": number;
}

/** What was reported already, so that one leak is not the fault of every suite around it too. */
const reported: Uses = { socket: 0, pcb: 0, pbuf: 0, segment: 0, "byte of lwIP's heap": 0 };

function uses(now: Stats): Uses {
	return {
		socket: now.sockets - reported.socket,
		pcb: now.bound + now.listening + now.active + now.closing - reported.pcb,
		pbuf: now.pbufs - reported.pbuf,
		segment: now.segments - reported.segment,
		"byte of lwIP's heap": now.heap - reported["byte of lwIP's heap"],
	};
}

/** More sockets, pcbs or pbufs than before. */
export class LeakError extends Error {
	override name = "LeakError";
	readonly code = "ERR_TEST_LEAK";
}

/** Remembers what is in use; the function that it gives throws a LeakError if there is more when it is called. */
export function watch(): () => void {
	const earlier = uses(stats());
	return () => {
		const quiet = settle(SETTLE_LIMIT);
		const now = stats();
		const later = uses(now);
		const left: string[] = [];
		for (const what of Object.keys(reported) as (keyof Uses)[]) {
			const count = later[what] - earlier[what];
			if (count <= 0) continue;
			reported[what] += count;
			left.push(count === 1 ? `1 ${what}` : `${count} ${what.replace(/^\w+/, "$&s")}`);
		}
		if (left.length === 0) return;
		const { bound, listening, active, closing } = now;
		throw new LeakError(
			`left ${left.join(", ")} behind (pcbs now: ${bound} bound, ${listening} listening, ${active} active, ` +
				`${closing} closing${quiet ? "" : ` after ${SETTLE_LIMIT} ms`})`,
		);
	};
}
