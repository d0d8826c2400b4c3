// SPDX-License-Identifier: MIT
// Options of the commands that use a board's serial line, and opening it.
import { buildImage } from "../build/images.js";
import { type OptionTable, text, texts, type Words } from "../cli/command.js";
import { Failure } from "../cli/report.js";
import { defaultBaud, type Line, onlyPort, openPort, startBoard } from "../serial/line.js";
import { chosenBuild } from "./common.js";

export const serialOptions = {
	board: { type: "string" },
	variant: { type: "string" },
	manifest: { type: "string" },
	port: { type: "string" },
	baud: { type: "string" },
	forward: { type: "string", multiple: true },
} satisfies OptionTable;

export const serialOptionsHelp = `  --port PORT          the serial port of a board that runs the firmware, such as /dev/ttyUSB0; or a pty, or unix:PATH
  --baud NUMBER        its speed (default: ${defaultBaud})
  --board NAME         start an emulated board instead
  --manifest PATH      its application, other than the project's manifest.json
  --forward [HOST:]PORT:BOARDPORT
                       a port of this machine that leads to one of that board; may be repeated`;

/** Opens the line that the words name; without any the one serial port that there is. */
export async function openLine(words: Words, other: "port" | "board" = "port"): Promise<Line> {
	const port = text(words, "port");
	const baud = Number(text(words, "baud") ?? defaultBaud);
	if (!Number.isInteger(baud) || baud < 1) throw new Failure(`--baud ${text(words, "baud")}: expected a number`, 2);
	if (port !== undefined && words.options.board !== undefined) throw new Failure("either --port or --board", 2);
	if (port !== undefined) return openPort(port, baud);
	if (words.options.board === undefined && other === "port") return openPort(await onlyPort(), baud);
	const launch = await buildImage({ ...chosenBuild(words), manifest: text(words, "manifest") });
	const forwards = texts(words, "forward").flatMap((value) => ["--forward", value]);
	return startBoard(launch, forwards.length > 0 ? forwards : ["--no-forward"]);
}
