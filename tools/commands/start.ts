// SPDX-License-Identifier: MIT
// `npm start`: the firmware, on an emulated board, in this terminal.
import { buildImage } from "../build/images.js";
import { type Command, text, texts } from "../cli/command.js";
import { run } from "../cli/run.js";
import { buildOptions, buildOptionsHelp, chosenBuild } from "./common.js";

export const start: Command = {
	name: "start",
	summary: "sets up what is missing, builds, and runs the firmware on an emulated board",
	help: `Usage: npm start [-- OPTIONS [-- WORDS]]

Sets up what is missing, builds the firmware and runs it on an emulated board until Ctrl-C.
The board's console is this terminal; WORDS are for the application.

${buildOptionsHelp}
  --manifest PATH      another application than the project's manifest.json
  --forward [HOST:]PORT:BOARDPORT
                       a port of this machine that leads to one of the board; may be repeated; port 0 picks a free one
                       (default: 127.0.0.1:9000:9000)
  --allow-remote       let --forward listen beyond the loopback interface
`,
	options: {
		...buildOptions,
		manifest: { type: "string" },
		forward: { type: "string", multiple: true },
		"allow-remote": { type: "boolean" },
	},
	rest: true,
	async run(words) {
		const { command, args } = await buildImage({ ...chosenBuild(words), manifest: text(words, "manifest") });
		const options = texts(words, "forward").flatMap((value) => ["--forward", value]);
		if (words.options["allow-remote"]) options.push("--allow-remote");
		const rest = words.rest.length > 0 ? ["--", ...words.rest] : [];
		return run(command, [...args, ...options, ...rest], { input: true });
	},
};
