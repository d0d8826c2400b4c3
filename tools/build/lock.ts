// SPDX-License-Identifier: MIT
// One build at a time in a folder: two commands may run side by side, two ninjas in one folder must not.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { progress } from "../cli/report.js";

/** Does the work while holding the folder's lock, after waiting for whoever holds it. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
	const file = join(folder, ".lock");
	mkdirSync(folder, { recursive: true });
	for (let waited = false; !tryLock(file); waited = true) {
		if (!waited) progress("waiting for another build to finish");
		await sleep(100);
	}
	try {
		return await work();
	} finally {
		rmSync(file, { force: true });
	}
}

/** Takes the lock if it is free, or if the process that holds it is gone. */
function tryLock(file: string): boolean {
	for (;;) {
		try {
			writeFileSync(file, String(process.pid), { flag: "wx" });
			return true;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		}
		const holder = holderOf(file);
		if (holder === undefined || isAlive(holder)) return false;
		rmSync(file, { force: true });
	}
}

function holderOf(file: string): number | undefined {
	try {
		const pid = Number(readFileSync(file, "utf8"));
		// An empty file: its owner is between creating and writing it.
		return pid > 0 ? pid : undefined;
	} catch {
		return undefined;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
