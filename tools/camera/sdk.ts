// SPDX-License-Identifier: MIT
// The Moddable SDK and ESP-IDF that the user has installed ($MODDABLE, $IDF_PATH), and how an application is built with
// them. The project never fetches them.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "../cli/report.js";
import { inBuild, inRoot, root } from "../paths.js";
import { findProgram } from "../setup/debian.js";

/** The oldest SDK whose XS and ESP-IDF this firmware is made for. */
const OLDEST_SDK = "8.2.0";

export interface Sdk {
	folder: string;
	version: string;
	/** The release of ESP-IDF that it expects, such as `v6.0`. */
	idf: string;
	/** mcconfig's path. */
	mcconfig: string;
}

export interface Idf {
	folder: string;
	version: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const INSTALL = "to install it: npx xs-dev setup, then npx xs-dev setup --device esp32";

/**
 * The SDK at $MODDABLE.
 * @throws {Failure} a line with the remedy: it is not there, too old, or its tools are not built
 */
export function findSdk(environment: Environment = process.env): Sdk {
	const folder = environment.MODDABLE;
	if (!folder)
		throw new Failure(`the camera boards are built with the Moddable SDK, and $MODDABLE is not set; ${INSTALL}`);
	const versionFile = join(folder, "tools", "VERSION");
	if (!existsSync(versionFile)) throw new Failure(`$MODDABLE: there is no Moddable SDK in ${folder}; ${INSTALL}`);
	const version = readFileSync(versionFile, "utf8").trim();
	if (compare(version, OLDEST_SDK) < 0) {
		throw new Failure(
			`the Moddable SDK in ${folder} is ${version}; ${OLDEST_SDK} or newer is needed: npx xs-dev update`,
		);
	}
	const mcconfig = [join(folder, "build", "bin", "lin", "release", "mcconfig"), findProgram("mcconfig")].find(
		(path) => path !== undefined && existsSync(path),
	);
	if (mcconfig === undefined)
		throw new Failure(`the tools of the Moddable SDK in ${folder} are not built: npx xs-dev setup`);
	const manifest = readFileSync(join(folder, "build", "devices", "esp32", "manifest.json"), "utf8");
	const [, idf = "v6.0"] = /"EXPECTED_ESP_IDF":\s*"([^"]+)"/.exec(manifest) ?? [];
	return { folder, version, idf, mcconfig };
}

/**
 * The ESP-IDF at $IDF_PATH, which must be of the release that the SDK expects.
 * @throws {Failure} a line with the remedy
 */
export function findIdf(sdk: Sdk, environment: Environment = process.env): Idf {
	const folder = environment.IDF_PATH;
	const install = `to install ESP-IDF ${sdk.idf}: npx xs-dev setup --device esp32`;
	if (!folder) throw new Failure(`$IDF_PATH is not set; ${install}`);
	const file = join(folder, "tools", "cmake", "version.cmake");
	if (!existsSync(file)) throw new Failure(`$IDF_PATH: there is no ESP-IDF in ${folder}; ${install}`);
	const text = readFileSync(file, "utf8");
	const part = (name: string) => new RegExp(`IDF_VERSION_${name}\\s+(\\d+)`).exec(text)?.[1] ?? "?";
	const version = `v${part("MAJOR")}.${part("MINOR")}.${part("PATCH")}`;
	// A release's patches are as good.
	if (!`${version}.`.startsWith(`${sdk.idf}.`)) {
		throw new Failure(
			`the ESP-IDF in ${folder} is ${version}; the Moddable SDK ${sdk.version} expects ${sdk.idf}: ${install}`,
		);
	}
	return { folder, version };
}

/**
 * Checks that idf.py can run: that ESP-IDF's own set-up of a shell has been sourced.
 * @throws {Failure} a line with the remedy
 */
export function checkIdfTools(idf: Idf, chip: string, environment: Environment = process.env): void {
	for (const program of ["idf.py", `xtensa-${chip}-elf-gcc`]) {
		if (findProgram(program, environment.PATH) === undefined) {
			throw new Failure(`${program} is not on PATH: . ${join(idf.folder, "export.sh")}`);
		}
	}
}

function compare(a: string, b: string): number {
	const numbers = (version: string) => version.split(".").map((part) => Number.parseInt(part, 10) || 0);
	const [left, right] = [numbers(a), numbers(b)];
	for (let i = 0; i < 3; i++) {
		const difference = (left[i] ?? 0) - (right[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

/** A program to run, in the project's root. */
export interface Step {
	words: string[];
	env: Record<string, string>;
}

export type BuildVariant = "debug" | "release";

/** What mcconfig writes into, for all boards. */
export const output = inBuild("mcconfig");

/** Where mcconfig builds an application for a board. `name` is that of the folder of its manifest. */
export function buildFolder(board: string, variant: BuildVariant, name: string): string {
	return join(output, "tmp", "esp32", board, variant, name);
}

/** The variables that every step has, for this shell. */
function environmentOf(sdk: Sdk): Record<string, string> {
	// mcconfig calls the TypeScript compiler and its own tools by their names.
	const folders = [join(sdk.mcconfig, ".."), inRoot("node_modules", ".bin")];
	return { MODDABLE: sdk.folder, PATH: `${folders.join(delimiter)}${delimiter}${process.env.PATH ?? ""}` };
}

/** How mcconfig is called for a board: it reads the manifests and writes a makefile. */
export function mcconfigStep(
	sdk: Sdk,
	folder: string,
	manifest: string,
	{ variant, make, target }: { variant: BuildVariant; make?: boolean; target?: string },
): Step {
	const words = [sdk.mcconfig, ...(variant === "debug" ? ["-d"] : []), ...(make ? ["-m"] : [])];
	words.push("-p", `esp32:./${folder}`, "-o", output);
	if (target !== undefined) words.push("-t", target);
	return { words: [...words, manifest], env: environmentOf(sdk) };
}

/** How make is called on what mcconfig wrote, for some of its targets. */
export function makeStep(sdk: Sdk, folder: string, idf: Idf | undefined, words: readonly string[]): Step {
	// Without ESP-IDF its folder is not looked at by the targets that we make; the makefile wants a name and a version.
	const settings = [`IDF_PATH=${idf?.folder ?? "none"}`, `IDF_VERSION=${idf?.version ?? sdk.idf}`];
	return { words: ["make", "-f", join(folder, "makefile"), ...settings, ...words], env: environmentOf(sdk) };
}

/** A step as a person would type it. */
export function shown({ words }: Step): string {
	return words.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word}'`).replaceAll(`${root}/`, "")).join(" ");
}
