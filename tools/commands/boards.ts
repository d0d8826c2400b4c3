// SPDX-License-Identifier: MIT
// `npm run boards`: the boards that there are, and what can be built for them on this machine.
import { boardSummaries } from "../boards/boards.js";
import { cameraBoardNames, readCameraBoard } from "../camera/boards.js";
import { findIdf, findSdk } from "../camera/sdk.js";
import type { Command } from "../cli/command.js";
import { Failure } from "../cli/report.js";

export const boards: Command = {
	name: "boards",
	summary: "lists the boards, and what can be built for them here",
	help: `Usage: npm run boards

Prints each board with its chip, memory and console, and whether this machine can build for it.
`,
	options: {},
	async run() {
		const rows = [["BOARD", "CHIP", "FLASH", "PSRAM", "CONSOLE", "BUILT HERE"]];
		for (const { name, chip, memory, console } of boardSummaries) rows.push([name, chip, "-", memory, console, "yes"]);
		const { short, remedy } = cameraBuilds();
		for (const name of cameraBoardNames()) {
			const { chip, facts } = readCameraBoard(name);
			const line = facts.usb === 1 ? "USB-Serial-JTAG" : "UART0";
			rows.push([name, chip.title, `${facts.flash_mb} MB`, `${facts.psram_mb} MB`, line, short]);
		}
		const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
		for (const row of rows) {
			process.stdout.write(
				`${row
					.map((cell, column) => cell.padEnd(widths[column] ?? 0))
					.join("  ")
					.trimEnd()}\n`,
			);
		}
		if (remedy !== undefined) process.stdout.write(`\nCamera boards: ${remedy}\n`);
		return 0;
	},
};

/** What this machine can build for the camera boards, and what is missing for the rest. */
function cameraBuilds(): { short: string; remedy?: string } {
	try {
		const sdk = findSdk();
		try {
			findIdf(sdk);
			return { short: "yes" };
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			return { short: "modules only", remedy: error.message };
		}
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return { short: "no", remedy: error.message };
	}
}
