// SPDX-License-Identifier: MIT
// .mem: where the memory is: the JavaScript heap, its stack, and the pools of the TCP/IP stack, now and at their highest.

import { memory } from "board";
import type { Context } from "repl/commands";

export const usage = "";
export const summary = "memory: the JavaScript heap and stack, lwIP's pools, with their highest marks";

export function run(_words: string[], { print }: Context): void {
	const now = memory();
	const row = (...cells: (string | number)[]) =>
		print(
			`${String(cells[0]).padEnd(22)}${cells
				.slice(1)
				.map((cell) => String(cell).padStart(9))
				.join("")}\n`,
		);
	row("JavaScript", "now", "highest", "limit");
	row("chunks, bytes", now.chunks, now.chunks_room, "");
	row("slots of 16 bytes", now.slots, now.slots_room, "");
	row("heap, bytes", now.chunks + now.slots * 16 + now.stack_room * 16, now.taken, now.size || "none");
	row("stack, slots", now.stack, now.stack_peak, now.stack_room);
	row("lwIP", "now", "highest", "");
	for (const name of Object.keys(now.pools)) {
		const peak = now.pools_peak[name] ?? 0;
		if (peak > 0) row(name === "MEM" ? "heap, bytes" : name, now.pools[name] ?? 0, peak, "");
	}
}
