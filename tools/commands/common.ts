// SPDX-License-Identifier: MIT
// Options that several commands have.
import { type Variant, variants } from "../boards/board.js";
import { defaultBoard } from "../boards/boards.js";
import { type OptionTable, text, texts, type Words } from "../cli/command.js";
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

export const forwardOptions = {
	forward: { type: "string", multiple: true },
	"allow-remote": { type: "boolean" },
} satisfies OptionTable;

export const forwardOptionsHelp = `  --forward [HOST:]PORT:BOARDPORT
                       a port of this machine that leads to one of the board; may be repeated; port 0 picks a free one
                       (default: 127.0.0.1:9000:9000)
  --allow-remote       let --forward listen beyond the loopback interface`;

/** What a board is started with: the options for its ports, and the words for the application. */
export function forwardWords(words: Words): string[] {
	const options = texts(words, "forward").flatMap((value) => ["--forward", value]);
	if (words.options["allow-remote"]) options.push("--allow-remote");
	return [...options, ...(words.rest.length > 0 ? ["--", ...words.rest] : [])];
}
