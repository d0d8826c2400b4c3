// SPDX-License-Identifier: MIT
// Folders of fetched source. One is either complete, with the version that it holds, or not there at all: it is filled
// under another name and moved into place as the last step, so an interrupted set-up leaves nothing half-done.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const versionFile = ".version";

/** The version that a fetched folder holds, or undefined when it is not there. */
export function fetchedVersion(folder: string): string | undefined {
	try {
		return readFileSync(join(folder, versionFile), "utf8");
	} catch {
		return undefined;
	}
}

/**
 * Fills a folder and moves it into place.
 * @param fill puts the content into the folder that it is given (which exists and is empty), and gives the version
 */
export async function fillFolder(folder: string, fill: (partial: string) => Promise<string>): Promise<void> {
	const partial = `${folder}.partial`;
	rmSync(partial, { recursive: true, force: true });
	mkdirSync(partial, { recursive: true });
	try {
		writeFileSync(join(partial, versionFile), await fill(partial));
		touch(partial);
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(dirname(folder), { recursive: true });
		renameSync(partial, folder);
	} finally {
		rmSync(partial, { recursive: true, force: true });
	}
}

/** Makes all files new: an archive's files have its times, by which what was built from another version would pass for newer. */
function touch(folder: string): void {
	const now = new Date();
	for (const path of files(folder)) utimesSync(path, now, now);
}

/** The paths of all files below a folder. */
function files(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((item) => item.isFile())
		.map((item) => join(item.parentPath ?? item.path, item.name));
}

/** Digest of a file's bytes. */
export function fileDigest(path: string, algorithm: "sha256" | "sha512", encoding: "hex" | "base64"): string {
	return createHash(algorithm).update(readFileSync(path)).digest(encoding);
}

/**
 * SHA-256 over the names and bytes of all files below a folder: the same for the same tree, wherever it came from.
 * @param parts the folders in it that count; all of it if not given
 */
export function treeDigest(folder: string, parts: readonly string[] = [""]): string {
	const hash = createHash("sha256");
	for (const entry of parts
		.flatMap((part) => files(join(folder, part)))
		.map((path) => path.slice(folder.length + 1))
		.sort()) {
		const bytes = readFileSync(join(folder, entry));
		hash.update(`${entry}\0${bytes.length}\0`).update(bytes);
	}
	return hash.digest("hex");
}
