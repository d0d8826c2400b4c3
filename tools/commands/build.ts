// SPDX-License-Identifier: MIT
// `npm run build`: the firmware of an emulated board, without running it.
import { relative } from "node:path";
import { buildImage } from "../build/images.js";
import { type Command, text } from "../cli/command.js";
import { progress } from "../cli/report.js";
import { buildOptions, buildOptionsHelp, chosenBuild } from "./common.js";

export const build: Command = {
	name: "build",
	summary: "builds the firmware for an emulated board",
	help: `Usage: npm run build [-- OPTIONS]

Sets up what is missing and builds the firmware.

${buildOptionsHelp}
  --manifest PATH      another application than the project's manifest.json
`,
	options: { ...buildOptions, manifest: { type: "string" } },
	async run(words) {
		const { image } = await buildImage({ ...chosenBuild(words), manifest: text(words, "manifest") });
		progress(`built ${relative(process.cwd(), image)}`);
		return 0;
	},
};
