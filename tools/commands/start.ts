// SPDX-License-Identifier: MIT
// `npm start`: the firmware, on an emulated board, in this terminal.
import { buildImage } from "../build/images.js";
import { type Command, text } from "../cli/command.js";
import { run } from "../cli/run.js";
import {
	buildOptions,
	buildOptionsHelp,
	chosenBuild,
	forwardOptions,
	forwardOptionsHelp,
	forwardWords,
} from "./common.js";

export const start: Command = {
	name: "start",
	summary: "sets up what is missing, builds, and runs the firmware on an emulated board",
	help: `Usage: npm start [-- OPTIONS [-- WORDS]]

Sets up what is missing, builds the firmware and runs it on an emulated board until Ctrl-C.
The board's console is this terminal; WORDS are for the application.

${buildOptionsHelp}
  --manifest PATH      another application than the project's manifest.json
${forwardOptionsHelp}
`,
	options: {
		...buildOptions,
		manifest: { type: "string" },
		...forwardOptions,
	},
	rest: true,
	async run(words) {
		const { command, args } = await buildImage({ ...chosenBuild(words), manifest: text(words, "manifest") });
		return run(command, [...args, ...forwardWords(words)], { input: true });
	},
};
