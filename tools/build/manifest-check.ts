// SPDX-License-Identifier: MIT
// Which keys a manifest.json may have, and what their values must be: the subset of Moddable's format that this project
// uses (docs/manifests.md). Anything else is an error that names the file and the key, never something ignored.
import { Failure } from "../cli/report.js";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
	[key: string]: Json;
}

/** One or several strings, as `include` and the values of `modules` are. */
export type Strings = string | string[];

/** What a manifest says, for the board at hand or for all. */
export interface Section {
	include?: Strings;
	modules?: Record<string, Strings>;
	preload?: Strings;
	creation?: JsonObject;
	config?: JsonObject;
	defines?: JsonObject;
}

/** A manifest.json as it stands in the file. */
export interface ManifestFile extends Section {
	platforms?: Record<string, unknown>;
}

/** Keys that only mcconfig understands; they say nothing about an emulated board. */
const sdkKeys = new Set(["strip", "typescript"]);

/** The sizes in `creation`, with mcconfig's defaults. `main` is the specifier of the main module. */
export const creationDefaults = {
	static: 0,
	chunk: { initial: 32768, incremental: 1024 },
	heap: { initial: 2048, incremental: 64 },
	stack: 384,
	keys: { initial: 256, incremental: 0, name: 127, symbol: 127 },
	parser: { buffer: 32768, table: 1993 },
	main: "main",
};

export type Creation = typeof creationDefaults;

type Check = (value: Json, where: string) => void;

const checks: Record<keyof Section, Check> = {
	include: strings,
	modules: (value, where) => {
		for (const [key, item] of entries(value, where)) strings(item, `${where}.${key}`);
	},
	preload: strings,
	creation: (value, where) => sizes(value, where, creationDefaults as unknown as JsonObject),
	config: (value, where) => void entries(value, where),
	defines: (value, where) => void entries(value, where),
};

/**
 * Checks the text of a manifest.
 * @param file its path, for the messages
 * @throws {Failure} naming the file and the key
 */
export function checkManifest(text: string, file: string): ManifestFile {
	let json: Json;
	try {
		json = JSON.parse(text) as Json;
	} catch (error) {
		throw new Failure(`${file}: not JSON: ${(error as Error).message}`);
	}
	for (const [key, value] of entries(json, file)) {
		if (key === "platforms") void entries(value, `${file}: platforms`);
		else if (!sdkKeys.has(key)) checkKey(key, value, file);
	}
	return json as ManifestFile;
}

/** Checks an entry of `platforms`; only that of the board at hand is looked at. */
export function checkSection(value: unknown, where: string): Section {
	for (const [key, item] of entries(value as Json, where)) {
		if (!sdkKeys.has(key)) checkKey(key, item, where);
	}
	return value as Section;
}

function checkKey(key: string, value: Json, where: string): void {
	const separator = where.includes(": ") ? "." : ": ";
	if (!Object.hasOwn(checks, key)) throw new Failure(`${where}${separator}${key}: unknown key`);
	checks[key as keyof Section](value, `${where}${separator}${key}`);
}

function strings(value: Json, where: string): void {
	const list = Array.isArray(value) ? value : [value];
	if (list.some((item) => typeof item !== "string")) throw new Failure(`${where}: must be a string or strings`);
}

function sizes(value: Json, where: string, known: JsonObject): void {
	for (const [key, item] of entries(value, where)) {
		const example = known[key];
		const place = `${where}.${key}`;
		if (example === undefined) throw new Failure(`${place}: unknown key`);
		if (typeof example === "object") sizes(item, place, example as JsonObject);
		else if (typeof example === "string" && typeof item !== "string") throw new Failure(`${place}: must be a string`);
		else if (typeof example === "number" && !(Number.isInteger(item) && (item as number) >= 0)) {
			throw new Failure(`${place}: must be a whole number`);
		}
	}
}

function entries(value: Json, where: string): [string, Json][] {
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		throw new Failure(`${where}: must be an object`);
	}
	return Object.entries(value);
}
