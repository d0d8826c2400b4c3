// SPDX-License-Identifier: MIT
// `npm run flash`: builds the firmware for a camera board, writes it into its flash, opens the prompt.
import { boardNames } from "../boards/boards.js";
import { cameraBoardNames } from "../camera/boards.js";
import { buildForCamera } from "../camera/build.js";
import { findIdf, findSdk } from "../camera/sdk.js";
import { type Command, text } from "../cli/command.js";
import { Failure, progress } from "../cli/report.js";
import { onlyPort } from "../serial/line.js";
import { repl } from "./repl.js";

export const flash: Command = {
	name: "flash",
	summary: "builds the firmware for a camera board, flashes it, opens the prompt",
	help: `Usage: npm run flash -- --board NAME [--port PORT] [OPTIONS]

Builds the firmware in release with the Moddable SDK at $MODDABLE and the ESP-IDF at $IDF_PATH, writes it into the board's
flash and opens its prompt in this terminal. Wi-Fi is set up there: .wifi connect NAME.

  --board NAME         ${cameraBoardNames().join(", ")}
  --port PORT          the board's serial port (default: the only one that there is)
  --manifest PATH      another application than the project's manifest.json
  --print              only print the commands
`,
	options: {
		board: { type: "string" },
		port: { type: "string" },
		manifest: { type: "string" },
		print: { type: "boolean" },
	},
	async run(words) {
		const name = text(words, "board");
		if (name === undefined) throw new Failure(`say which board: --board ${cameraBoardNames().join(" or ")}`, 2);
		if (!cameraBoardNames().includes(name)) {
			throw new Failure(
				boardNames().includes(name)
					? `'${name}' is an emulated board: npm start -- --board ${name}`
					: `there is no camera board '${name}'; there are: ${cameraBoardNames().join(", ")}`,
				2,
			);
		}
		// What takes longest to put right is said first.
		findIdf(findSdk());
		const print = words.options.print === true;
		const manifest = text(words, "manifest");
		const port = text(words, "port") ?? (print ? "PORT" : await onlyPort());
		const status = await buildForCamera({ board: name, manifest, print, port });
		if (status !== 0 || print) return status;
		progress(`the prompt of ${name} on ${port}`);
		return repl.run({ options: { port }, operands: [], rest: [] });
	},
};
