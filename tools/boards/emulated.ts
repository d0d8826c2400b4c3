// SPDX-License-Identifier: MIT
// What the emulated boards have in common: which files of XS and lwIP are compiled, and with what.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fromRoot } from "../build/files.js";
import { root, sources } from "../paths.js";
import type { Board } from "./board.js";

const xs = fromRoot(join(sources.xs, "xs"));
const lwip = fromRoot(sources.lwip);

const xsFolders = [`${xs}/includes`, `${xs}/platforms`, `${xs}/sources`];

/** What of XS is compiled in; the header xs_platform.h (boards/common) adapts it to the board. */
const xsDefines = [
	"-DINCLUDE_XSPLATFORM",
	'-DXSPLATFORM="xs_platform.h"',
	"-DmxParse=1",
	"-DmxRun=1",
	"-DmxSloppy=1",
	"-DmxBoundsCheck=1",
	"-DmxNoConsole=1",
	"-DmxRegExpUnicodePropertyEscapes=1",
	"-DmxStringNormalize=1",
	"-DmxMinusZero=1",
	"-DmxMetering=1",
];

function cFiles(folder: string, without = /^$/): string[] {
	return readdirSync(join(root, folder))
		.filter((name) => name.endsWith(".c") && !without.test(name))
		.sort()
		.map((name) => `${folder}/${name}`);
}

/** The files of lwIP that the emulated boards use: IPv4, no TLS layer, no multicast groups, no link-local addresses. */
export function lwipFiles(): string[] {
	return [
		...cFiles(`${lwip}/src/core`, /^altcp/),
		...cFiles(`${lwip}/src/core/ipv4`, /^(igmp|autoip)\.c$/),
		`${lwip}/src/netif/ethernet.c`,
	];
}

/** The C of an emulated board, with its flags. The sources of XS and lwIP must be in place. */
export function emulatedC(
	flags: readonly string[],
	{ xs: xsFlags = [], lwip: lwipFlags = [] }: { xs?: readonly string[]; lwip?: readonly string[] } = {},
): Pick<Board, "xs" | "lwip" | "flags"> {
	const lwipFolders = ["boards/common/lwip", `${lwip}/src/include`];
	return {
		xs: {
			files: cFiles(`${xs}/sources`),
			flags: [...flags, ...xsFlags, "-w", ...xsFolders.map((folder) => `-I${folder}`), "-Iboards/common", ...xsDefines],
		},
		lwip: {
			files: lwipFiles(),
			flags: [...flags, ...lwipFlags, "-w", "-Iboards/common", ...lwipFolders.map((folder) => `-I${folder}`)],
		},
		flags: [
			"-std=c11",
			"-D_GNU_SOURCE",
			...flags,
			"-Wall",
			"-Wextra",
			"-Werror",
			...xsDefines,
			"-Iboards/common",
			"-Iboards/common/lwip",
			...[...xsFolders, `${lwip}/src/include`].flatMap((folder) => ["-isystem", folder]),
		],
	};
}

/** What error_stack.c (boards/common) takes the place of. */
export const emulatedLink: readonly string[] = ["-Wl,--wrap=fxCaptureErrorStack"];
