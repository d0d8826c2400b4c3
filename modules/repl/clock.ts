// SPDX-License-Identifier: MIT
// How long the application has been running: since the board's start or its latest soft reset.

import { milliseconds } from "console/line";

let started = 0;

/** Counts from now. */
export function begin(): void {
	started = milliseconds();
}

/** Milliseconds since begin(); they wrap after 49 days. */
export function elapsed(): number {
	return (milliseconds() - started) >>> 0;
}
