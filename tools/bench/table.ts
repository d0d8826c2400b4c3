// SPDX-License-Identifier: MIT
// The benchmark's table, in Markdown.
import { baseline, type Case, type Measured } from "./measure.js";

/** A measured case with the size of its messages. */
export interface Row extends Measured {
	case: Case;
	/** Bytes. */
	size: number;
}

const head = ["bytes", "round trip", "instructions", "over C", "of C", "time, µs", "of C"];

/**
 * The rows as a table: of each, what it takes over C with the same size, and as a ratio. Each size must have a row of the
 * baseline.
 */
export function formatTable(rows: readonly Row[]): string {
	const lines = rows.map((row) => {
		const c = rows.find((other) => other.case === baseline && other.size === row.size);
		if (c === undefined) throw new Error(`no row to compare ${row.size} bytes with`);
		return [
			String(row.size),
			row.case.title,
			count(row.instructions),
			row === c ? "" : count(row.instructions - c.instructions),
			row === c ? "" : ratio(row.instructions, c.instructions),
			row.time.toFixed(2),
			row === c ? "" : ratio(row.time, c.time),
		];
	});
	return formatLines(head, lines, 1);
}

/** A table in Markdown: numbers to the right, the column of this number to the left, for it has words. */
export function formatLines(head: readonly string[], lines: readonly (readonly string[])[], words: number): string {
	const widths = head.map((title, column) =>
		Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0), title.length),
	);
	const pad = (cell: string, column: number) =>
		column === words ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
	const format = (line: readonly string[]) => `| ${line.map(pad).join(" | ")} |`;
	const rule = widths.map((width, column) => (column === words ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`));
	return [format(head), `|${rule.join("|")}|`, ...lines.map(format)].join("\n");
}

/** A whole number as people write it. */
export function count(value: number): string {
	return Math.round(value).toLocaleString("en-US");
}

/** One number as a multiple of another. */
export function ratio(value: number, of: number): string {
	return `${(value / of).toFixed(2)}×`;
}
