// SPDX-License-Identifier: MIT
// Building and flashing the firmware for a camera board, with the SDK and the ESP-IDF that the user has installed.
import { mkdirSync } from "node:fs";
import { Failure, progress } from "../cli/report.js";
import { run } from "../cli/run.js";
import { root } from "../paths.js";
import { readCameraBoard, writeSdkconfig } from "./boards.js";
import { checkBoard } from "./checks.js";
import { checkIdfTools, findIdf, findSdk, mcconfigStep, output, type Sdk, type Step, shown } from "./sdk.js";

export interface CameraBuild {
	board: string;
	/** Another application than the project's, from the project's root. */
	manifest?: string;
	/** Only print the commands. */
	print: boolean;
	/** The serial port of the board, to flash it. */
	port?: string;
}

/**
 * Builds the firmware in release, and flashes it if there is a port. Gives the exit status.
 * @throws {Failure} a line with the remedy: the SDK or ESP-IDF is missing or of another version, or the board's folder is wrong
 */
export async function buildForCamera({
	board: name,
	manifest = "manifest.json",
	print,
	port,
}: CameraBuild): Promise<number> {
	const board = readCameraBoard(name);
	const [finding, ...others] = checkBoard(board);
	if (finding !== undefined) throw new Failure(others.length > 0 ? `${finding} (and ${others.length} more)` : finding);
	const sdk = findSdk();
	const idf = findIdf(sdk);
	// mcconfig looks for it where the board's manifest says.
	writeSdkconfig(board);
	mkdirSync(output, { recursive: true });
	const steps = cameraSteps(sdk, `boards/${name}`, manifest, port);
	if (print) {
		for (const step of steps)
			process.stdout.write(`${port === undefined ? "" : `UPLOAD_PORT=${port} `}${shown(step)}\n`);
		return 0;
	}
	checkIdfTools(idf, board.chip.name);
	for (const { words, env } of steps) {
		const [program = "", ...args] = words;
		progress(shown({ words, env }));
		const status = await run(program, args, { cwd: root, env: { ...process.env, ...env }, input: true });
		if (status !== 0) throw new Failure(`mcconfig failed (see above)`, status);
	}
	return 0;
}

/** mcconfig's calls: build; with a port, deploy. */
function cameraSteps(sdk: Sdk, folder: string, manifest: string, port: string | undefined): Step[] {
	const steps = [mcconfigStep(sdk, folder, manifest, { variant: "release", make: true, target: "build" })];
	if (port === undefined) return steps;
	steps.push(mcconfigStep(sdk, folder, manifest, { variant: "release", make: true, target: "deploy" }));
	return steps.map((step) => ({ ...step, env: { ...step.env, UPLOAD_PORT: port } }));
}
