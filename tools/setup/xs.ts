// SPDX-License-Identifier: MIT
// The XS engine's source, for the emulated boards: the copy that the npm package @agoric/xsnap carries. It is taken with
// `npm pack` and unpacked, not installed as a dependency: as one it would bring a build and dozens of packages.
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure, progress } from "../cli/report.js";
import { capture } from "../cli/run.js";
import { inBuild, sources } from "../paths.js";
import { fetchedVersion, fileDigest, fillFolder } from "./fetched.js";

export const xs = {
	/** What the engine calls itself. */
	version: "13.3.0",
	package: "@agoric/xsnap@0.15.0",
	sha512: "ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==",
};

/** Whether the pinned source is in place. */
export function haveXs(): boolean {
	return fetchedVersion(sources.xs) === xs.package;
}

/** Fetches, checks and unpacks the source, unless that is done. */
export async function fetchXs(): Promise<void> {
	if (haveXs()) return;
	const tarball = inBuild("downloads", "xsnap.tgz");
	if (!isPinned(tarball)) await download(tarball);
	await fillFolder(sources.xs, async (partial) => {
		const args = ["-xzf", tarball, "-C", partial, "--strip-components=2", "package/moddable"];
		const unpacked = await capture("tar", args);
		if (unpacked.status !== 0) throw new Failure(`cannot unpack ${tarball}: ${unpacked.stderr.trim()}`);
		return xs.package;
	});
}

function isPinned(tarball: string): boolean {
	try {
		return fileDigest(tarball, "sha512", "base64") === xs.sha512;
	} catch {
		return false;
	}
}

async function download(tarball: string): Promise<void> {
	progress(`fetching XS ${xs.version} (npm package ${xs.package})`);
	const folder = `${tarball}.partial`;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	try {
		const args = ["pack", xs.package, "--pack-destination", folder, "--json", "--ignore-scripts", "--loglevel=error"];
		const packed = await capture("npm", args);
		if (packed.status !== 0) {
			throw new Failure(`cannot fetch ${xs.package}: ${npmError(packed.stderr)} (is the npm registry reachable?)`);
		}
		const file = join(folder, packedName(packed.stdout));
		if (!isPinned(file)) {
			const found = fileDigest(file, "sha512", "base64");
			throw new Failure(`${xs.package} is not the pinned tarball: sha512-${found} instead of sha512-${xs.sha512}`);
		}
		renameSync(file, tarball);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The file's name in what `npm pack --json` prints. */
function packedName(output: string): string {
	const list = JSON.parse(output) as unknown;
	const packed = Array.isArray(list) ? list : Object.values(list as object);
	const [first] = packed as { filename: string }[];
	if (!first) throw new Failure("npm pack printed no file name");
	return first.filename.replace(/^@/, "").replaceAll("/", "-");
}

/** What npm says went wrong: the first line of its many. */
export function npmError(text: string): string {
	const lines = text.trim().split("\n");
	return lines.find((line) => /^npm (error|ERR!)/.test(line)) ?? lines.at(-1) ?? "";
}

/** The engine's own version, as its sources say it ("13.3.0"). */
export function sourceVersion(): string | undefined {
	const header = readFileSync(join(sources.xs, "xs", "sources", "xsCommon.h"), "utf8");
	const part = (name: string) => new RegExp(`#define ${name} (\\d+)`).exec(header)?.[1];
	const [major, minor, patch] = ["XS_MAJOR_VERSION", "XS_MINOR_VERSION", "XS_PATCH_VERSION"].map(part);
	return major && `${major}.${minor}.${patch}`;
}
