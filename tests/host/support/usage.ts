// SPDX-License-Identifier: MIT
// What the process in which a board's firmware runs takes of this machine, as Linux counts it (proc(5)).
import { readdirSync, readFileSync } from "node:fs";
import type { Board } from "./board.js";

/** What stands in /proc/PID/stat behind the program's name: the state, the parent … */
function fieldsOf(pid: number | string): string[] {
	const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
	return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** The process in which the firmware runs: the board's own, or QEMU's, which that has started. */
export function firmwareOf({ pid }: Board): number {
	for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
		try {
			if (Number(fieldsOf(name)[1]) === pid) return Number(name);
		} catch {
			// It has ended meanwhile.
		}
	}
	return pid;
}

/** CPU time that a process has used, in hundredths of a second. */
export function cpuTicks(pid: number): number {
	const fields = fieldsOf(pid);
	return Number(fields[11]) + Number(fields[12]);
}

/** How often a process has gone to sleep; its main thread. */
export function sleeps(pid: number): number {
	return Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}
