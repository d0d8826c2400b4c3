// SPDX-License-Identifier: MIT
// Options that several commands have.
import { type Variant, variants } from "../boards/board.js";
import { defaultBoard } from "../boards/boards.js";
import { type OptionTable, text, type Words } from "../cli/command.js";
import { Failure } from "../cli/report.js";

export const buildOptions = {
	board: { type: "string" },
	variant: { type: "string" },
} satisfies OptionTable;

export const buildOptionsHelp = `  --board NAME         the board (default: ${defaultBoard})
  --variant NAME       release (default), or sanitize: with AddressSanitizer and UndefinedBehaviorSanitizer`;

/** The board and variant that the words name. */
export function chosenBuild(words: Words): { board: string; variant: Variant } {
	const name = text(words, "variant") ?? "release";
	const variant = variants.find((candidate) => candidate === name);
	if (variant === undefined) throw new Failure(`there is no variant '${name}'; variants: ${variants.join(", ")}`, 2);
	return { board: text(words, "board") ?? defaultBoard, variant };
}
