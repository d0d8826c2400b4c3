// SPDX-License-Identifier: MIT
// .uptime: since when the board runs.

import { elapsed } from "repl/clock";
import type { Context } from "repl/commands";

export const usage = "";
export const summary = "how long the application has run since its start or soft reset";

export function run(_words: string[], { print }: Context): void {
	print(`${duration(elapsed())}\n`);
}

/** Milliseconds as a person would say them. */
function duration(milliseconds: number): string {
	const seconds = Math.floor(milliseconds / 1000);
	const parts = [
		[Math.floor(seconds / 86_400), "d"],
		[Math.floor(seconds / 3600) % 24, "h"],
		[Math.floor(seconds / 60) % 60, "min"],
		[seconds % 60, "s"],
	] as const;
	const first = parts.findIndex(([count]) => count > 0);
	return parts
		.slice(first < 0 ? 3 : first)
		.map(([count, unit]) => `${count} ${unit}`)
		.join(" ");
}
