// SPDX-License-Identifier: MIT
// `npm run flash`: the firmware into a board's flash, then its console in this terminal.
import { flashBoards } from "../boards/boards.js";
import { buildImage } from "../build/images.js";
import { type Command, text } from "../cli/command.js";
import { Failure, progress } from "../cli/report.js";
import { run } from "../cli/run.js";
import { forwardOptions, forwardOptionsHelp, forwardWords } from "./common.js";

export const flash: Command = {
	name: "flash",
	summary: "writes the firmware into a board's flash and starts the board",
	help: `Usage: npm run flash -- --board NAME [OPTIONS [-- WORDS]]

Builds the firmware, writes it into the board's flash and starts the board from there, with its console in this terminal
until Ctrl-C. On qemu-riscv32 the flash is a file, of which QEMU makes the machine's flash chip.

  --board NAME         the board: ${flashBoards().join(", ")}
  --manifest PATH      another application than the project's manifest.json
  --no-start           only write
${forwardOptionsHelp}
`,
	options: {
		board: { type: "string" },
		manifest: { type: "string" },
		"no-start": { type: "boolean" },
		...forwardOptions,
	},
	rest: true,
	async run(words) {
		const board = text(words, "board");
		if (board === undefined) throw new Failure(`say which board: --board ${flashBoards().join(" or ")}`, 2);
		const { flash } = flashBoards().includes(board)
			? await buildImage({ board, manifest: text(words, "manifest") })
			: {};
		if (flash === undefined) {
			throw new Failure(`'${board}' cannot be flashed; boards that can: ${flashBoards().join(", ")}`, 2);
		}
		const { command, args, size, file } = flash();
		progress(`written ${size.toLocaleString("en-US")} bytes to ${file}`);
		if (words.options["no-start"]) return 0;
		return run(command, [...args, ...forwardWords(words)], { input: true });
	},
};
