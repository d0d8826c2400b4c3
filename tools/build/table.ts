// SPDX-License-Identifier: MIT
// image.c: the C side of an image. boards/common/image.h explains its parts.
import type { Description } from "./description.js";

/** A native function that a module binds. */
export interface Native {
	name: string;
	/** Path of the module's source, for messages. */
	module: string;
}

/** Reads what xs-compile found in a module: lines `function NAME` and `destructor NAME`. */
export function parseNatives(text: string, module: string): Native[] {
	return [...text.matchAll(/^(?:function|destructor) (\w+)$/gm)].map(([, name = ""]) => ({ name, module }));
}

/** Names of functions that `nm --portability` lists. */
export function parseSymbols(text: string): Set<string> {
	return new Set([...text.matchAll(/^(\w+) [TW] /gm)].map(([, name = ""]) => name));
}

/** Natives that no C function has, each once. */
export function missingNatives(natives: readonly Native[], functions: ReadonlySet<string>): Native[] {
	const missing = new Map<string, Native>();
	for (const native of natives) if (!functions.has(native.name)) missing.set(native.name, native);
	return [...missing.values()];
}

/** Text of image.c. */
export function tableText(description: Description, natives: readonly Native[]): string {
	const { modules, preload, ids, creation } = description;
	// The loader searches with strcmp: order by bytes.
	const names = [...new Set(natives.map(({ name }) => name))].sort((a, b) =>
		Buffer.compare(Buffer.from(a), Buffer.from(b)),
	);
	const quoted = (text: string) => JSON.stringify(text);
	return `// What the firmware starts from. Written by the build; see image.h.
#include <stddef.h>
#include "image.h"

${modules.map(({ symbol }) => `extern const struct image_module ${symbol};`).join("\n")}

static const struct image_module *const modules[] = {
${modules.map(({ symbol }) => `\t&${symbol},\n`).join("")}\tNULL,
};

static const char *const preload[] = {
${preload.map((specifier) => `\t${quoted(specifier)},\n`).join("")}\tNULL,
};

${names.map((name) => `extern void ${name}(void);`).join("\n")}

static const struct image_native natives[] = {
${names.map((name) => `\t{${quoted(name)}, ${name}},\n`).join("")}\t{NULL, NULL},
};

static const char *const ids[] = {
${ids.map((id) => `\t${quoted(id)},\n`).join("")}\tNULL,
};

uint16_t image_ids[${Math.max(ids.length, 1)}];

const struct image image = {
	.modules = modules,
	.preload = preload,
	.natives = natives,
	.native_count = ${names.length},
	.ids = ids,
	.id_count = ${ids.length},
	.creation = {
		.static_size = ${creation.static},
		.chunk_initial = ${creation.chunk.initial},
		.chunk_incremental = ${creation.chunk.incremental},
		.heap_initial = ${creation.heap.initial},
		.heap_incremental = ${creation.heap.incremental},
		.stack = ${creation.stack},
		.keys_initial = ${creation.keys.initial},
		.keys_incremental = ${creation.keys.incremental},
		.keys_name = ${creation.keys.name},
		.keys_symbol = ${creation.keys.symbol},
		.parser_buffer = ${creation.parser.buffer},
		.parser_table = ${creation.parser.table},
	},
	.main = ${quoted(creation.main)},
};
`;
}
