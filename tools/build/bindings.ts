// SPDX-License-Identifier: MIT
// The headers that C sources of an image include as they do in a build with the SDK: mc.xs.h (names as ids) and
// mc.defines.h (`defines` of the manifests).
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { JsonObject } from "./manifest-check.js";

/** What a set of C files and headers has in it. */
export interface CScan {
	/** Names behind the xsID_… that they use, sorted. */
	ids: string[];
	/** The .c files that include mc.xs.h or mc.defines.h, directly or through one of the headers. */
	bound: Set<string>;
}

/** Looks through C sources; paths are absolute. */
export function scanC(c: readonly string[], headers: readonly string[]): CScan {
	const ids = new Set<string>();
	const includes = new Map<string, string[]>();
	for (const path of [...c, ...headers]) {
		const text = readFileSync(path, "utf8");
		for (const [, id] of text.matchAll(/\bxsID_(\w+)/g)) if (id) ids.add(id);
		const names = [...text.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map(([, name]) => basename(name ?? ""));
		includes.set(path, names);
	}
	// Headers that lead to a generated one, found by following what includes them.
	const generated = new Set(["mc.xs.h", "mc.defines.h"]);
	for (let grown = true; grown; ) {
		grown = false;
		for (const path of headers) {
			const name = basename(path);
			if (!generated.has(name) && includes.get(path)?.some((item) => generated.has(item))) {
				generated.add(name);
				grown = true;
			}
		}
	}
	const bound = c.filter((path) => includes.get(path)?.some((item) => generated.has(item)));
	return { ids: [...ids].sort(), bound: new Set(bound) };
}

/** Text of mc.xs.h: `xsID_foo` is the machine's id of the name "foo", which the loader looks up at start. */
export function idsHeader(ids: readonly string[]): string {
	const lines = ids.map((id, index) => `#define xsID_${id} (image_ids[${index}])`);
	return ["#ifndef MC_XS_H", "#define MC_XS_H", '#include "image.h"', ...lines, "#endif", ""].join("\n");
}

/** Text of mc.defines.h: `{"network": {"port": 1}}` is `#define MODDEF_NETWORK_PORT (1)`. */
export function definesHeader(defines: JsonObject): string {
	return ["#ifndef MC_DEFINES_H", "#define MC_DEFINES_H", ...defineLines("MODDEF_", defines), "#endif", ""].join("\n");
}

function defineLines(prefix: string, defines: JsonObject): string[] {
	return Object.entries(defines).flatMap(([key, value]) => {
		const name = prefix + key.toUpperCase();
		if (value === null) return [`#define ${name} NULL`];
		if (Array.isArray(value)) {
			const numbers = value.every((item) => typeof item === "number");
			return [`#define ${name} ${numbers ? `{${value.join(", ")}}` : value.join(" ")}`];
		}
		if (typeof value === "object") return defineLines(`${name}_`, value);
		// As in the SDK: a string that starts with # is a C string, any other is C as it stands.
		if (typeof value === "string") {
			return [`#define ${name} ${value.startsWith("#") ? JSON.stringify(value.slice(1)) : value}`];
		}
		return [`#define ${name} (${value})`];
	});
}
