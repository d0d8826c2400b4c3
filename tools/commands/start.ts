// SPDX-License-Identifier: MIT
// `npm start`: the firmware, on an emulated board, in this terminal.
import { spawnSync } from "node:child_process";
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

/** What puts the terminal back as it is now: a board that was killed (SIGKILL) could not do so itself. */
function rememberTerminal(): () => void {
	if (!process.stdin.isTTY) return () => {};
	const stty = (word: string) => spawnSync("stty", [word], { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" });
	const settings = stty("-g").stdout?.trim();
	return () => {
		if (settings) stty(settings);
	};
}

export const start: Command = {
	name: "start",
	summary: "sets up what is missing, builds, and runs the firmware on an emulated board",
	help: `Usage: npm start [-- OPTIONS [-- WORDS]]

Sets up what is missing, builds the firmware and runs it on an emulated board. Its serial line, with the prompt, is this
terminal: Ctrl-] leaves, Ctrl-C interrupts what runs. Where there is no terminal there is no prompt, and Ctrl-C (SIGINT) ends it.
WORDS are for the application.

${buildOptionsHelp}
  --manifest PATH      another application than the project's manifest.json
${forwardOptionsHelp}
  --serial WHERE       another serial line: pty (its name is printed), unix:PATH, stdio, none
`,
	options: {
		...buildOptions,
		manifest: { type: "string" },
		...forwardOptions,
		serial: { type: "string" },
	},
	rest: true,
	async run(words) {
		const chosen = chosenBuild(words);
		const serial = text(words, "serial");
		const { command, args } = await buildImage({ ...chosen, manifest: text(words, "manifest") });
		const options = [...(serial === undefined ? [] : ["--serial", serial]), ...forwardWords(words)];
		const restore = rememberTerminal();
		const status = await run(command, [...args, ...options], { input: true });
		restore();
		if (status > 128 && process.stdin.isTTY) process.stderr.write("\n"); // it could not end its line
		return status;
	},
};
