// SPDX-License-Identifier: MIT
// The machine's own package sources, as sources of source packages: `deb` entries turned into `deb-src` ones. Both
// formats that apt reads (sources.list(5)): one line per entry, and deb822 stanzas.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One entry: where packages come from. Fields have deb822's names; values may have several lines (embedded keys). */
export type AptEntry = Map<string, string>;

/** Fields that say how an entry is trusted, by their one-line option; the others do not matter for source packages. */
const trustOptions = new Map([
	["signed-by", "Signed-By"],
	["trusted", "Trusted"],
	["check-valid-until", "Check-Valid-Until"],
	["allow-insecure", "Allow-Insecure"],
]);

/** Entries of a file in the one-line format; disabled (commented) lines are left out. */
export function parseOneLine(text: string): AptEntry[] {
	const entries: AptEntry[] = [];
	for (const line of text.split("\n")) {
		const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
		if (!match) continue;
		const [, type, options, uri, suite, components] = match as unknown as [string, ...string[]];
		const entry: AptEntry = new Map([
			["Types", type ?? ""],
			["URIs", uri ?? ""],
			["Suites", suite ?? ""],
			["Components", (components ?? "").trim().split(/\s+/).join(" ")],
		]);
		for (const option of (options ?? "").trim().split(/\s+/)) {
			const [name, value] = option.split("=", 2);
			const field = trustOptions.get((name ?? "").toLowerCase());
			if (field && value) entry.set(field, value.replaceAll(",", " "));
		}
		entries.push(entry);
	}
	return entries;
}

/** Entries of a file in the deb822 format; stanzas with `Enabled: no` are left out. */
export function parseDeb822(text: string): AptEntry[] {
	const known = new Map(
		["Types", "URIs", "Suites", "Components", "Enabled", ...trustOptions.values()].map((name) => [
			name.toLowerCase(),
			name,
		]),
	);
	const entries: AptEntry[] = [];
	for (const stanza of text.replace(/^#.*\n?/gm, "").split(/\n\s*\n/)) {
		const entry: AptEntry = new Map();
		let field: string | undefined;
		for (const line of stanza.split("\n")) {
			const match = /^([\w-]+)\s*:\s*(.*)$/.exec(line);
			if (match) {
				field = known.get((match[1] ?? "").toLowerCase());
				if (field) entry.set(field, (match[2] ?? "").trim());
			} else if (/^\s+\S/.test(line) && field) {
				entry.set(field, `${entry.get(field)}\n ${line.trim()}`);
			}
		}
		if (entry.has("URIs") && !/^(no|false)$/i.test(entry.get("Enabled") ?? "yes")) entries.push(entry);
	}
	return entries;
}

/**
 * The distribution's own entries among those given, as `deb-src` stanzas.
 * @param codename VERSION_CODENAME of /etc/os-release; entries of other suites belong to other parties
 * @returns text of a `.sources` file; empty when no entry is the distribution's
 */
export function sourceStanzas(entries: readonly AptEntry[], codename: string): string {
	const ours = new RegExp(`^(${codename}|stable|oldstable|testing|unstable|sid)(-updates|-security)?$`);
	const stanzas = new Set<string>();
	for (const entry of entries) {
		const suites = words(entry, "Suites").filter((suite) => ours.test(suite.replace(/\/updates$/, "")));
		const components = words(entry, "Components").filter((name) => name === "main" || name === "universe");
		if (suites.length === 0 || components.length === 0) continue;
		const lines = ["Types: deb-src", `URIs: ${words(entry, "URIs").join(" ")}`];
		lines.push(`Suites: ${suites.join(" ")}`, `Components: ${components.join(" ")}`);
		for (const field of trustOptions.values()) {
			const value = entry.get(field);
			if (value !== undefined) lines.push(`${field}: ${value}`);
		}
		stanzas.add(`${lines.join("\n")}\n`);
	}
	return [...stanzas].join("\n");
}

function words(entry: AptEntry, field: string): string[] {
	return (entry.get(field) ?? "").split(/\s+/).filter((word) => word !== "");
}

/** All enabled entries of a machine. */
export function readEntries(folder = "/etc/apt"): AptEntry[] {
	const entries = parseOneLine(readOr(join(folder, "sources.list"), ""));
	let names: string[] = [];
	try {
		names = readdirSync(join(folder, "sources.list.d")).sort();
	} catch {
		// No such folder: sources.list is all there is.
	}
	for (const name of names) {
		const text = readOr(join(folder, "sources.list.d", name), "");
		if (name.endsWith(".list")) entries.push(...parseOneLine(text));
		if (name.endsWith(".sources")) entries.push(...parseDeb822(text));
	}
	return entries;
}

/** VERSION_CODENAME of the machine ("bookworm"), or "" when it does not say. */
export function codename(path = "/etc/os-release"): string {
	return /^VERSION_CODENAME="?([\w.-]+)"?/m.exec(readOr(path, ""))?.[1] ?? "";
}

function readOr(path: string, otherwise: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return otherwise;
	}
}
