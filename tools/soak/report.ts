// SPDX-License-Identifier: MIT
// The report of a soak, in Markdown that can be pasted into an issue.
import type { Figures, Told } from "./board.js";
import type { Traffic } from "./client.js";
import { sparkline } from "./picture.js";
import { judge, type Metric, metrics, RESTS, type Rests, rule, type Verdict } from "./series.js";

/** Columns of the picture. */
const WIDTH = 64;

/** What went on at one board. */
export interface Outcome {
	board: string;
	seconds: number;
	/** Operations that have come to their end, by name. */
	done: Record<string, number>;
	/** What no client has caused. */
	failures: string[];
	traffic: Traffic;
	told: Told;
	/** What was in use while clients were there, from time to time, and while there were none. */
	busy: Figures[];
	rests: Rests;
}

/** Whether the board is as it should be; if not, why. */
export interface Conclusion {
	flat: boolean;
	right: boolean;
	text: string;
	verdicts: Verdict[] | undefined;
}

export function conclude({ board, failures, told, rests }: Outcome): Conclusion {
	const verdicts = judge(metrics(board), rests);
	const rising = verdicts?.filter(({ flat }) => !flat).map(({ metric }) => metric.title) ?? [];
	const flat = verdicts !== undefined && rising.length === 0;
	const right = failures.length === 0 && told.strange.length === 0;
	const texts = [
		verdicts === undefined
			? `too short to tell: at rest ${rests.short.length} times, ${RESTS} are needed`
			: flat
				? "flat"
				: `NOT FLAT: ${rising.join(", ")}`,
		right ? "no error that no client caused" : `${failures.length + told.strange.length} ERRORS`,
	];
	return { flat, right, text: texts.join("; "), verdicts };
}

const number = (value: number) => value.toLocaleString("en-US");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)];
}

/** The curves: what was in use under load, and below it at rest, to the same scale. */
function picture(list: readonly Metric[], { busy, rests }: Outcome): string[] {
	const range = (values: readonly number[]) => {
		const [low, high] = [Math.min(...values), Math.max(...values)];
		return low === high ? number(low) : `${number(low)} to ${number(high)}`;
	};
	return list.flatMap(({ key, title, allowance, long }) => {
		const loaded = busy.map((figures) => figures[key] ?? 0);
		const idle = (long ? [] : rests.short).map((figures) => figures[key] ?? 0);
		const most = Math.max(...loaded, ...idle);
		if (most === 0 || loaded.length === 0) return [];
		const rows = [`${title.padEnd(30)}${sparkline(loaded, WIDTH, most).padEnd(WIDTH)}  ${range(loaded)}`];
		if (allowance === undefined || idle.length === 0) return rows;
		return [...rows, `${"at rest".padStart(28)}  ${sparkline(idle, WIDTH, most).padEnd(WIDTH)}  ${range(idle)}`];
	});
}

/** The part about one board. */
export function boardReport(outcome: Outcome): string {
	const { board, seconds, done, failures, traffic, told, busy, rests } = outcome;
	const { text, verdicts } = conclude(outcome);
	const operations = Object.values(done).reduce((sum, count) => sum + count, 0);
	const errors = Object.entries(told.errors).map(([code, count]) => `${number(count)} ${code}`);
	const list = metrics(board);
	return [
		`## ${board}: ${text}`,
		"",
		...table(
			["operation", "done"],
			[...Object.entries(done).map(([name, count]) => [name, number(count)]), ["**all**", `**${number(operations)}**`]],
		),
		"",
		`${number(traffic.connections)} connections in ${number(Math.round(seconds))} s; ${number(traffic.sent)} bytes sent, ` +
			`${number(traffic.checked)} came back and were checked. The board tells of ${number(told.opened)} clients that came and ` +
			`${number(told.closed)} that went, of those with an error: ${errors.join(", ") || "none"} (clients that reset).`,
		"",
		...(failures.length + told.strange.length > 0
			? [
					"Errors:",
					"",
					...[...failures.slice(0, 20), ...told.strange].map((line) => `- ${line}`),
					...(failures.length > 20 ? [`- ${failures.length - 20} more`] : []),
					"",
				]
			: []),
		`In use, over time: ${busy.length} samples with clients, ${rests.short.length} at rest. Each bar is to the scale of its figure, from 0.`,
		"",
		"```",
		...picture(list, outcome),
		"```",
		"",
		...(verdicts
			? table(
					["least at rest", "first third", "last third", "may grow by", ""],
					verdicts.map(({ metric, first, last, flat }) => [
						metric.title,
						number(first),
						number(last),
						number(metric.allowance ?? 0),
						flat ? "flat" : "**rises**",
					]),
				)
			: []),
		"",
	].join("\n");
}

/** The whole of it. */
export function fullReport(outcomes: readonly Outcome[], seed: number, how: string): string {
	return [
		`# Soak: ${how}, seed ${seed}`,
		"",
		...outcomes.map((outcome) => `- ${outcome.board}: ${conclude(outcome).text}`),
		"",
		rule,
		"",
		...outcomes.map(boardReport),
	].join("\n");
}
