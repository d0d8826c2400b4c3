// SPDX-License-Identifier: MIT
// What the tools say to the person: progress and errors, on stderr, so that stdout is the board's console alone.
import { styleText } from "node:util";

/** A mistake or a missing thing that a person can mend: shown as its message alone, without a stack. */
export class Failure extends Error {
	override name = "Failure";
	readonly status: number;

	constructor(message: string, status = 1) {
		super(message);
		this.status = status;
	}
}

type Style = Parameters<typeof styleText>[0];

/** Whether to colour what goes to a stream: only a terminal, and never with NO_COLOR set (https://no-color.org). */
export function colours(stream: NodeJS.WriteStream): boolean {
	return stream.isTTY === true && !process.env.NO_COLOR;
}

/** The text in a style, or as it is where colours are not wanted. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
	return colours(stream) ? styleText(style, text, { validateStream: false }) : text;
}

/** One line of progress. */
export function progress(text: string): void {
	process.stderr.write(`${styled("cyan", "camsock:")} ${text}\n`);
}

/** One line about what went wrong. */
export function complain(text: string): void {
	process.stderr.write(`${styled("red", "camsock:")} ${text}\n`);
}
