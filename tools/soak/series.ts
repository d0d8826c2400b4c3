// SPDX-License-Identifier: MIT
// What a soak has measured over time, and whether it is flat.
import type { Figures } from "./board.js";

/** One figure over time. */
export interface Metric {
	/** As the board has it, or this machine. */
	key: string;
	title: string;
	/** How much more may be in use at the end, at rest, for it to be flat; undefined: it is only drawn. */
	allowance?: number;
	/** Judged by the long rests at the start and the end of the run. */
	long?: boolean;
}

/** What is drawn, and judged. */
export function metrics(board: string): readonly Metric[] {
	const pool = (key: string, title = `lwIP: ${key}`): Metric => ({ key, title, allowance: 0 });
	const process: readonly Metric[] = [
		// After a burst libslirp keeps packet buffers for the next one: some tens of KB, however many connections follow.
		{ key: "malloc", title: "C malloc, libslirp's too", allowance: 131_072, long: true },
		{ key: "rss", title: "the process's memory (RSS)", allowance: 2 << 20, long: true },
		{ key: "connections", title: "libslirp's connections", allowance: 0, long: true },
	];
	return [
		{ key: "chunks", title: "XS chunks, bytes", allowance: 512 },
		{ key: "slots", title: "XS slots", allowance: 32 },
		...(board === "native-sim" ? process : [{ key: "malloc", title: "C malloc", allowance: 128 }]),
		pool("pcbs", "lwIP: TCP_PCB but TIME_WAIT"),
		pool("TCP_PCB_LISTEN"),
		pool("TCP_SEG"),
		pool("UDP_PCB"),
		pool("PBUF"),
		pool("PBUF_POOL"),
		pool("MEM", "lwIP: MEM, bytes"),
		...["SYN_RCVD", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"].map(
			(key): Metric => ({ key, title: `pcbs: ${key}` }),
		),
	];
}

/** Adds what follows from the other figures. */
export function complete(figures: Figures): Figures {
	return { ...figures, pcbs: (figures.TCP_PCB ?? 0) - (figures.TIME_WAIT ?? 0) };
}

/** The least of each figure. */
export function least(all: readonly Figures[]): Figures {
	const result: Figures = {};
	for (const figures of all) {
		for (const [key, value] of Object.entries(figures)) result[key] = Math.min(result[key] ?? value, value);
	}
	return result;
}

/** What was in use each time that the board was at rest. */
export interface Rests {
	/** No client was there, no connection open. */
	short: readonly Figures[];
	/** And libslirp had forgotten all connections: at the start, and at the end. */
	long: readonly Figures[];
}

export interface Verdict {
	metric: Metric;
	/** The least at rest in the first third of the run, and in the last. */
	first: number;
	last: number;
	flat: boolean;
}

/** How many times a board must have been at rest for a verdict. */
export const RESTS = 6;

/** The rule, for the report. */
export const rule =
	"Flat means: the least that was in use at rest in the last third of the run is not more than the least in the first third, " +
	"plus what the table allows. At rest: no client is there, no connection is open, garbage has been collected. The memory of " +
	"native-sim's process is compared between two long rests, one before the first round and one after the last: libslirp, the " +
	"network in that process, has 256 KB for each connection for half a minute after its end.";

/**
 * Judges what was measured each time that the board was at rest.
 * @returns undefined if those were too few
 */
export function judge(list: readonly Metric[], { short, long }: Rests): Verdict[] | undefined {
	if (short.length < RESTS) return undefined;
	const third = Math.floor(short.length / 3);
	const [first, last] = [least(short.slice(0, third)), least(short.slice(-third))];
	const [start, ...later] = long;
	return list.flatMap((metric) => {
		const { key, allowance, long = false } = metric;
		const [from, to] = long ? [start, later.at(-1)] : [first, last];
		if (allowance === undefined || from === undefined || to === undefined) return [];
		const [before, after] = [from[key] ?? 0, to[key] ?? 0];
		return [{ metric, first: before, last: after, flat: after <= before + allowance }];
	});
}
