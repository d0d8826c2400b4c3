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
	const widths = head.map((title, column) =>
		Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0), title.length),
	);
	const format = (line: readonly string[]) =>
		`| ${line.map((cell, column) => pad(cell, column, widths[column] ?? 0)).join(" | ")} |`;
	const rule = `|${widths.map((width, column) => (column === 1 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
	return [format(head), rule, ...lines.map(format)].join("\n");
}

/** Words to the left, numbers to the right. */
function pad(cell: string, column: number, width: number): string {
	return column === 1 ? cell.padEnd(width) : cell.padStart(width);
}

function count(value: number): string {
	return value.toLocaleString("en-US");
}

function ratio(value: number, of: number): string {
	return `${(value / of).toFixed(2)}×`;
}
