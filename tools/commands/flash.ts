// SPDX-License-Identifier: MIT
// `npm run flash`: the firmware into a board's flash, then its prompt in this terminal. Camera boards are flashed with ESP-IDF's tools; the
// flash of an emulated one is a file.
import { boardNames, flashBoards } from "../boards/boards.js";
import { buildImage } from "../build/images.js";
import { cameraBoardNames } from "../camera/boards.js";
import { buildForCamera } from "../camera/build.js";
import { findIdf, findSdk } from "../camera/sdk.js";
import { type Command, text, type Words } from "../cli/command.js";
import { Failure, progress } from "../cli/report.js";
import { run } from "../cli/run.js";
import { onlyPort } from "../serial/line.js";
import { forwardOptions, forwardOptionsHelp, forwardWords } from "./common.js";
import { repl } from "./repl.js";

export const flash: Command = {
	name: "flash",
	summary: "builds the firmware, writes it into a board's flash, opens the prompt",
	help: `Usage: npm run flash -- --board NAME [OPTIONS [-- WORDS]]

Builds the firmware, writes it into the board's flash, starts it from there, and opens its prompt in this terminal.

  --board NAME         a camera board: ${cameraBoardNames().join(", ")};
                       an emulated one: ${flashBoards().join(", ")}
  --manifest PATH      another application than the project's manifest.json

Camera boards are built in release with the Moddable SDK at $MODDABLE and the ESP-IDF at $IDF_PATH. Wi-Fi is set up at the
prompt: .wifi connect NAME.

  --port PORT          the board's serial port (default: the only one that there is)
  --print              only print the commands

Of an emulated board the flash is a file, of which QEMU makes the machine's flash chip. WORDS are for the application.

  --no-start           only write
${forwardOptionsHelp}
`,
	options: {
		board: { type: "string" },
		manifest: { type: "string" },
		port: { type: "string" },
		print: { type: "boolean" },
		"no-start": { type: "boolean" },
		...forwardOptions,
	},
	rest: true,
	async run(words) {
		const all = [...cameraBoardNames(), ...flashBoards()];
		const name = text(words, "board");
		if (name === undefined) throw new Failure(`say which board: --board ${all.join(" or ")}`, 2);
		if (cameraBoardNames().includes(name)) return flashCamera(name, words);
		if (flashBoards().includes(name)) return flashEmulated(name, words);
		throw new Failure(
			boardNames.includes(name)
				? `'${name}' has no flash: npm start -- --board ${name}`
				: `there is no board '${name}'; boards that can be flashed: ${all.join(", ")}`,
			2,
		);
	},
};

async function flashCamera(board: string, words: Words): Promise<number> {
	// What takes longest to put right is said first.
	findIdf(findSdk());
	const print = words.options.print === true;
	const manifest = text(words, "manifest");
	const port = text(words, "port") ?? (print ? "PORT" : await onlyPort());
	const status = await buildForCamera({ board, manifest, print, port });
	if (status !== 0 || print) return status;
	progress(`the prompt of ${board} on ${port}`);
	return repl.run({ options: { port }, operands: [], rest: [] });
}

async function flashEmulated(board: string, words: Words): Promise<number> {
	const { flash: write } = await buildImage({ board, manifest: text(words, "manifest") });
	if (write === undefined) throw new Failure(`'${board}' has no flash`, 2);
	const { command, args, size, file } = write();
	progress(`written ${size.toLocaleString("en-US")} bytes to ${file}`);
	if (words.options["no-start"]) return 0;
	return run(command, [...args, ...forwardWords(words)], { input: true });
}
