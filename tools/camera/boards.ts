// SPDX-License-Identifier: MIT
// The camera boards: folders in boards/ for the SDK's mcconfig, read as far as our tools need it. checks.ts has the rules
// that they must obey, sdk.ts builds them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeIfChanged } from "../build/files.js";
import { Failure } from "../cli/report.js";
import { inBuild, inRoot } from "../paths.js";
import { type Chip, chips } from "./chips.js";

/** What a manifest's `defines.board` says. */
export interface BoardFacts {
	console: string;
	flash_mb: number;
	psram_mb: number;
	usb: number;
	[part: string]: unknown;
}

export interface CameraBoard {
	name: string;
	/** Its folder, an absolute path. */
	folder: string;
	chip: Chip;
	build: Record<string, string>;
	config: Record<string, unknown>;
	facts: BoardFacts;
	/** `defines` without `board`: camera, i2c. */
	defines: Record<string, unknown>;
}

const boardsFolder = inRoot("boards");

/** The names of all camera boards: folders with an sdkconfig of their own. */
export function cameraBoardNames(folder = boardsFolder): string[] {
	return readdirSync(folder)
		.filter((name) => existsSync(join(folder, name, "sdkconfig", "board.defaults")))
		.sort();
}

/**
 * Reads a board's manifest.
 * @throws {Failure} naming the file and what is wrong with it
 */
export function readCameraBoard(name: string, parent = boardsFolder): CameraBoard {
	const folder = join(parent, name);
	const file = `boards/${name}/manifest.json`;
	let manifest: Record<string, Record<string, unknown> | undefined>;
	try {
		manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as typeof manifest;
	} catch (error) {
		throw new Failure(`${file}: ${(error as Error).message}`);
	}
	const { board, ...defines } = manifest.defines ?? {};
	const build = (manifest.build ?? {}) as Record<string, string>;
	const chip = chips[build.ESP32_SUBCLASS ?? ""];
	if (chip === undefined) {
		throw new Failure(`${file}: build.ESP32_SUBCLASS: must be one of ${Object.keys(chips).join(", ")}`);
	}
	if (typeof board !== "object" || board === null) throw new Failure(`${file}: defines.board: missing`);
	return { name, folder, chip, build, config: manifest.config ?? {}, facts: board as BoardFacts, defines };
}

/** The texts of an sdkconfig: for all builds, and over it for release builds. */
export interface SdkconfigText {
	defaults: string;
	release: string;
}

/** Puts a board's sdkconfig together: what all share, then what its own folder has. */
export function composeSdkconfig(board: CameraBoard): SdkconfigText {
	const shared = (name: string) => readFileSync(inRoot("boards", "esp32", "sdkconfig", name), "utf8");
	const line = board.facts.usb === 1 ? "usb" : "uart";
	return {
		defaults: `${shared("common.defaults")}\n${readFileSync(join(board.folder, "sdkconfig", "board.defaults"), "utf8")}`,
		release: `${shared("release.defaults")}\n${shared(`${line}.release.defaults`)}`,
	};
}

/** Writes a board's sdkconfig where its manifest tells mcconfig to look, and gives the folder. */
export function writeSdkconfig(board: CameraBoard): string {
	const folder = inBuild("boards", board.name);
	const { defaults, release } = composeSdkconfig(board);
	writeIfChanged(join(folder, "sdkconfig.defaults"), defaults);
	writeIfChanged(join(folder, "sdkconfig.defaults.release"), release);
	return folder;
}
