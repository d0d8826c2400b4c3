// SPDX-License-Identifier: MIT
// The benchmark's tables beside that of the round trips: many connections, one picture for many clients, memory.
import type { Launch } from "../boards/board.js";
import { measureInstructions, measureMemory } from "./measure.js";
import { count, formatLines, ratio } from "./table.js";

/** Open connections; each has both ends on the board, and so two of its 16 pcbs. */
const CONNECTIONS = [1, 4, 7];
/** Bytes of a message there. */
const SIZE = 1024;
/** Bytes of a picture, as a small camera makes them, and the clients that get it. */
const PICTURE = 20_480;
const CLIENTS = [1, 4];
/** Bytes of a slot on the 32-bit boards. */
const SLOT = 16;

/** Round trips while more connections are open, in JavaScript and in C. */
export async function growthTable(launch: Launch): Promise<string> {
	const cases = [
		{ word: "c", title: "C on the raw API" },
		{ word: "recv of many", title: "JavaScript, recv" },
		{ word: "awaited", title: "JavaScript, recv awaited" },
	];
	const lines: string[][] = [];
	const inC = new Map<number, number>();
	for (const { word, title } of cases) {
		let first = 0;
		for (const connections of CONNECTIONS) {
			const instructions = await measureInstructions(launch, word, SIZE, connections);
			if (connections === 1) first = instructions;
			const grown = instructions - first;
			if (word === "c") inC.set(connections, grown);
			const beyond = grown - (inC.get(connections) ?? 0);
			lines.push([
				String(connections),
				title,
				count(instructions),
				connections === 1 ? "" : count(grown),
				connections === 1 || word === "c" ? "" : `${count(beyond)} (${((100 * beyond) / first).toFixed(1)} %)`,
			]);
		}
	}
	return formatLines(["connections", `round trip of ${SIZE} bytes`, "instructions", "grown by", "beyond C"], lines, 1);
}

/** A picture to each of some clients, in JavaScript and in C. */
export async function pictureTable(launch: Launch): Promise<string> {
	const lines: string[][] = [];
	for (const clients of CLIENTS) {
		const c = await measureInstructions(launch, "c pictures", PICTURE, clients);
		const awaited = await measureInstructions(launch, "pictures", PICTURE, clients);
		lines.push([String(clients), "C on the raw API", count(c), ""]);
		lines.push([String(clients), "JavaScript, awaited", count(awaited), ratio(awaited, c)]);
	}
	return formatLines(["clients", `${PICTURE} bytes to each`, "instructions", "of C"], lines, 1);
}

/** What sockets and clients take in memory. */
export async function memoryTable(launch: Launch): Promise<string> {
	const lines = (await measureMemory(launch)).map(({ what, slots, chunks, c }) => [
		what,
		slots.toFixed(1),
		count(slots * SLOT),
		count(chunks),
		count(c),
	]);
	return formatLines(["memory of one", "slots", "bytes on 32 bits", "chunks, bytes here", "C, bytes here"], lines, 0);
}
