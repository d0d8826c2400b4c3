// SPDX-License-Identifier: MIT
// lwIP's source: Debian's source package, with Debian's patches applied. It is fetched by apt from the package sources
// of this machine, in a private apt state under build/, so neither root nor a change to the machine is needed. What is
// compiled is pinned by a digest: any package in which that part is the same is as good.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { Failure, progress } from "../cli/report.js";
import { type Captured, capture } from "../cli/run.js";
import { inBuild, sources } from "../paths.js";
import { codename, readEntries, sourceStanzas } from "./apt-sources.js";
import { fetchedVersion, fillFolder, treeDigest } from "./fetched.js";

/** The folders of src/ that are compiled, or that what is compiled includes: no applications, no sequential API. */
export const compiled = ["core", "include", "netif"];

/** The releases of lwIP that the project is tested with. */
export const accepted = [
	{
		upstream: "2.1.3+dfsg1",
		/** treeDigest of those folders once Debian's patches are applied. */
		tree: "40b3b54ebd243302912b3d167f56258e64f0a5bc624273df02db0adf6edf3325",
	},
	{
		upstream: "2.2.1+dfsg1",
		tree: "db86f566c2da2b5252622fcfd3d9af1694f96921abbc58c06f76a6acdee2f3b4",
	},
];

/** Whether an accepted source is in place. */
export function haveLwip(): boolean {
	const version = fetchedVersion(sources.lwip);
	return version !== undefined && isAccepted(version);
}

/** The package version that is in place ("2.1.3+dfsg1-2"). */
export function lwipVersion(): string | undefined {
	return fetchedVersion(sources.lwip);
}

/** Debian's patches to the source that is in place, in the order in which they are applied. */
export function lwipPatches(): string[] {
	const series = readFileSync(join(sources.lwip, "debian", "patches", "series"), "utf8");
	return series.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

function isAccepted(version: string): boolean {
	return accepted.some(({ upstream }) => version.startsWith(`${upstream}-`));
}

/** Fetches, checks and unpacks the source, unless that is done. */
export async function fetchLwip(): Promise<void> {
	if (haveLwip()) return;
	progress("fetching lwIP (Debian source package lwip)");
	const found = await fromThisMachine();
	if (found !== undefined && isAccepted(found.version)) {
		await unpack(found);
		return;
	}
	const wanted = accepted.map(({ upstream }) => upstream).join(" or ");
	throw new Failure(
		found
			? `this machine's release has lwip ${found.version}; the project is tested with ${wanted} (see docs/building.md)`
			: `this machine's package sources have no lwip; the project needs its version ${wanted}`,
	);
}

interface SourcePackage {
	version: string;
	/** The folder with the package's files. */
	folder: string;
}

/** The newest accepted version that this machine's release offers, downloaded; else what it offers; undefined: nothing. */
async function fromThisMachine(): Promise<SourcePackage | undefined> {
	const stanzas = sourceStanzas(readEntries(), codename());
	if (stanzas === "") return undefined;
	const apt = await PrivateApt.create("machine", stanzas);
	const versions = await apt.versions("lwip");
	const version = versions.find(isAccepted) ?? versions[0];
	if (version === undefined) return undefined;
	if (isAccepted(version)) await apt.download("lwip", version);
	return { version, folder: apt.downloads };
}

async function unpack({ version, folder }: SourcePackage): Promise<void> {
	const dsc = readdirSync(folder).find((name) => name.endsWith(`_${version}.dsc`));
	if (dsc === undefined) throw new Failure(`apt-get brought no lwip_${version}.dsc`);
	await fillFolder(sources.lwip, async (partial) => {
		// dpkg-source makes the folder itself.
		rmSync(partial, { recursive: true });
		const unpacked = await capture("dpkg-source", ["-q", "--no-copy", "-x", join(folder, dsc), partial]);
		if (unpacked.status !== 0) throw new Failure(`cannot unpack ${dsc}: ${lastLine(unpacked)}`);
		const tree = treeDigest(join(partial, "src"), compiled);
		if (!accepted.some((entry) => entry.tree === tree)) {
			throw new Failure(
				`lwip ${version} is not a source that the project is tested with (what is compiled of it has digest ${tree})`,
			);
		}
		return version;
	});
}

/** apt with package lists, cache and configuration of its own; of the machine's configuration it keeps proxies and the like. */
class PrivateApt {
	readonly downloads: string;
	private readonly config: string;

	private constructor(folder: string) {
		this.config = join(folder, "apt.conf");
		this.downloads = join(folder, "downloads");
	}

	static async create(name: string, stanzas: string): Promise<PrivateApt> {
		const folder = inBuild("downloads", `apt-${name}`);
		const apt = new PrivateApt(folder);
		for (const part of ["lists/partial", "cache/archives/partial", "downloads", "empty"]) {
			mkdirSync(join(folder, part), { recursive: true });
		}
		writeFileSync(join(folder, "machine.sources"), stanzas);
		const settings: Record<string, string> = {
			"Dir::Etc::Main": "/dev/null",
			"Dir::Etc::Parts": join(folder, "empty"),
			"Dir::Etc::SourceList": join(folder, "machine.sources"),
			"Dir::Etc::SourceParts": join(folder, "empty"),
			"Dir::State::Lists": join(folder, "lists"),
			"Dir::Cache": join(folder, "cache"),
			"APT::Sandbox::User": userInfo().username,
			"Acquire::Languages": "none",
		};
		const own = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
		const dump = await capture("apt-config", ["dump"]);
		writeFileSync(apt.config, [...machineSettings(dump.stdout), ...own, ""].join("\n"));
		const updated = await apt.run("apt-get", "update", "-q", "--error-on=any");
		if (updated.status !== 0) throw new Failure(`cannot read Debian's package lists: ${lastLine(updated)}`);
		return apt;
	}

	/** Versions of a source package that the lists offer, newest first. */
	async versions(name: string): Promise<string[]> {
		const shown = await this.run("apt-cache", "madison", name);
		const rows = shown.stdout.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
		return rows.filter((cells) => cells[0] === name && cells[2]?.endsWith("Sources")).map((cells) => cells[1] ?? "");
	}

	/** Downloads a source package's files; those that are there already are not fetched again. */
	async download(name: string, version: string): Promise<void> {
		const args = ["source", "--download-only", "--only-source", "-q", `${name}=${version}`];
		const done = await this.run("apt-get", ...args);
		if (done.status !== 0) throw new Failure(`cannot download ${name} ${version}: ${lastLine(done)}`);
	}

	private run(program: string, ...args: string[]): Promise<Captured> {
		const env = { ...process.env, APT_CONFIG: this.config, LC_ALL: "C.UTF-8" };
		return capture(program, args, { cwd: this.downloads, env });
	}
}

/** Settings of the machine's apt that say how to reach the sources (proxies, certificates, retries). */
function machineSettings(dump: string): string[] {
	return dump
		.split("\n")
		.filter((line) => /^Acquire::[^ ]*[^: ] "[^"]+";$/.test(line))
		.filter((line) => !/^Acquire::(IndexTargets|Changelogs|CompressionTypes|Languages|cdrom)/.test(line));
}

/** The line of a failed program's output that says why. */
function lastLine({ stdout, stderr }: Captured): string {
	const lines = `${stdout}\n${stderr}`.trim().split("\n");
	return (lines.findLast((line) => /^(E:|W:|Err)|error:/.test(line)) ?? lines.at(-1) ?? "").trim();
}
