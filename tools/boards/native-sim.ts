// SPDX-License-Identifier: MIT
// native-sim: XS, lwIP and the firmware in one Linux process.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fromRoot } from "../build/files.js";
import { root, sources } from "../paths.js";
import type { Board, Variant } from "./board.js";

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

const general: Record<Variant, readonly string[]> = {
	// Not position-independent, as the image of a microcontroller: its code is at a fixed address.
	release: ["-O2", "-g", "-fno-common", "-fno-strict-aliasing", "-fno-pie", "-no-pie"],
	sanitize: ["-O1", "-g", "-fno-common", "-fno-strict-aliasing", "-fno-omit-frame-pointer", "-fsanitize=address"],
};

const undefinedBehavior: Record<Variant, readonly string[]> = {
	release: [],
	sanitize: ["-fsanitize=undefined", "-fno-sanitize-recover=undefined"],
};

/**
 * The two kinds of undefined behaviour that XS relies on, and that are therefore not looked for in its sources (the
 * others are, and lwIP and our own C have no exception):
 * - alignment: the interpreter (xsRun.c, mxUnalignedAccess) reads operands from bytecode at any address, and xsdtoa.c takes its big numbers
 *   from an array of 32-bit words;
 * - nonnull-attribute: xsArray.c copies the 0 items of an empty array, whose address is NULL, with memcpy.
 */
const allowedInXs: Record<Variant, readonly string[]> = {
	release: [],
	sanitize: ["-fno-sanitize=alignment,nonnull-attribute"],
};

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

/** The board, for one of the variants. The sources of XS and lwIP must be in place. */
export function nativeSim(variant: Variant): Board {
	const flags = [...general[variant], ...undefinedBehavior[variant]];
	const lwipFolders = ["boards/common/lwip", `${lwip}/src/include`];
	return {
		name: "native-sim",
		summary: "the firmware in a Linux process, with a network of its own",
		manifest: "boards/native-sim/manifest.json",
		compiler: "gcc",
		xs: {
			files: cFiles(`${xs}/sources`),
			flags: [
				...flags,
				...allowedInXs[variant],
				"-w",
				...xsFolders.map((folder) => `-I${folder}`),
				"-Iboards/common",
				...xsDefines,
			],
		},
		lwip: {
			files: lwipFiles(),
			flags: [...flags, "-w", "-Iboards/common", ...lwipFolders.map((folder) => `-I${folder}`)],
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
		link: [...flags, "-Wl,--wrap=fxCaptureErrorStack", "-lslirp", "-lm"],
		launch: (image) => ({ command: image, args: [] }),
	};
}
