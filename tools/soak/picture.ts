// SPDX-License-Identifier: MIT
// Curves in characters: a row for each, as wide as a terminal.
const BARS = "▁▂▃▄▅▆▇█";

/**
 * One row: the values from left to right, each column the highest of those that fall into it.
 * @param most what the highest bar stands for; the lowest stands for 0 and a bit
 */
export function sparkline(values: readonly number[], width: number, most = Math.max(...values)): string {
	const columns = Math.min(width, values.length);
	let row = "";
	for (let column = 0; column < columns; column++) {
		const from = Math.floor((column * values.length) / columns);
		const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
		const value = Math.max(...values.slice(from, to));
		const level = most > 0 ? Math.round((value / most) * (BARS.length - 1)) : 0;
		row += BARS[Math.min(Math.max(level, 0), BARS.length - 1)];
	}
	return row;
}
