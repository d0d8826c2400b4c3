// SPDX-License-Identifier: MIT
// The person at the prompt: keys, and what must be seen on the line after.
import type { Random } from "./random.js";

const CTRL_C = "\x03";
const TAB = "\t";
const ENTER = "\r";

/** Lines that the prompt remembers (HISTORY_LINES of modules/repl/line-editor.ts). */
const HISTORY = 100;
/** Characters of each: all lines have as many, so that the history takes the same room whatever they are. */
const WIDTH = 50;

/** Types keys, and waits for a line that matches. */
export type Type = (keys: string, pattern: RegExp) => Promise<RegExpExecArray>;

interface Act {
	weight: number;
	run(type: Type, random: Random, echo: number): Promise<void>;
}

/** A line, and Enter. */
const line = (text: string) => `${text.padEnd(WIDTH)}${ENTER}`;

const interrupted = /^(uncaught )?KeyboardInterrupt: interrupted by Ctrl-C/;

const acts: readonly Act[] = [
	{
		weight: 6,
		async run(type, random) {
			const [a, b] = [random.whole(1000, 9999), random.whole(1000, 9999)];
			await type(line(`${a} * ${b}`), new RegExp(`^${a * b}$`));
		},
	},
	{
		weight: 3,
		async run(type, random) {
			const number = random.whole(100_000, 999_999);
			const rest = `(-${number})`.padEnd(WIDTH - "Math.abs".length);
			await type(`Math.ab${TAB}${rest}${ENTER}`, new RegExp(`^${number}$`));
		},
	},
	{
		// A loop without an end, or a promise that nobody keeps.
		weight: 4,
		async run(type, random) {
			const number = random.whole(100_000, 999_999);
			const endless = random.chance(0.5) ? "for (;;);" : "await new Promise(() => {})";
			await type(line(`console.log(${number}); ${endless}`), new RegExp(`^${number}$`));
			await type(CTRL_C, interrupted);
		},
	},
	{
		// Half a line, thought better of.
		weight: 2,
		async run(type, random) {
			const number = random.whole(1000, 9999);
			await type(`nothing.of(this${CTRL_C}${line(`-${number}`)}`, new RegExp(`^-${number}$`));
		},
	},
	{
		weight: 2,
		async run(type) {
			await type(line(".mem"), /^heap, bytes +\d+ +\d+ *$/);
		},
	},
	{
		weight: 2,
		async run(type) {
			await type(line(".sockets"), /^0\.0\.0\.0:9000 +- +listening/i);
		},
	},
	{
		// The board as the client of an echo server on this machine, if it has a connection left.
		weight: 4,
		async run(type, random, echo) {
			const text = String(random.whole(10_000, 99_999));
			await type(line(`.connect 10.0.2.2 ${echo} ${text}`), new RegExp(`bytes: ${text}|ENOBUFS`));
		},
	},
];

/** Something that a person does at the prompt; `echo` is the port of an echo server on this machine. */
export async function act(type: Type, random: Random, echo: number): Promise<void> {
	await random.choose(acts).run(type, random, echo);
}

/** Fills the history, which grows until then. */
export async function fillHistory(type: Type): Promise<void> {
	for (let i = 1; i <= HISTORY; i++) await type(line(`${100_000 + i}`), new RegExp(`^${100_000 + i}$`));
}
