// SPDX-License-Identifier: MIT
// `npm run build`: the firmware of a board, without running it.
import { relative } from "node:path";
import { buildImage } from "../build/images.js";
import { cameraBoardNames } from "../camera/boards.js";
import { buildForCamera } from "../camera/build.js";
import { type Command, text } from "../cli/command.js";
import { progress } from "../cli/report.js";
import { buildOptions, buildOptionsHelp, chosenBuild } from "./common.js";

export const build: Command = {
	name: "build",
	summary: "builds the firmware for a board",
	help: `Usage: npm run build [-- OPTIONS]

Sets up what is missing and builds the firmware. For a camera board it is built with the Moddable SDK at $MODDABLE and the
ESP-IDF at $IDF_PATH, which are never fetched (\`npm run boards\` lists the boards).

${buildOptionsHelp}
  --manifest PATH      another application than the project's manifest.json
  --print              camera boards: only print the commands
`,
	options: { ...buildOptions, manifest: { type: "string" }, print: { type: "boolean" } },
	async run(words) {
		const name = text(words, "board");
		if (name !== undefined && cameraBoardNames().includes(name)) {
			const print = words.options.print === true;
			return buildForCamera({ board: name, manifest: text(words, "manifest"), print });
		}
		const { image } = await buildImage({ ...chosenBuild(words), manifest: text(words, "manifest") });
		progress(`built ${relative(process.cwd(), image)}`);
		return 0;
	},
};
