// SPDX-License-Identifier: MIT
// native-sim: XS, lwIP and the firmware in one Linux process.
import type { Board, Counted, Variant } from "./board.js";
import { emulatedC, emulatedLink } from "./emulated.js";

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
 * The three kinds of undefined behaviour that XS relies on, and that are therefore not looked for in its sources (the
 * others are, and lwIP and our own C have no exception):
 * - alignment: the interpreter (xsRun.c, mxUnalignedAccess) reads operands from bytecode at any address, and xsdtoa.c takes its big numbers
 *   from an array of 32-bit words;
 * - shift-base: JavaScript's << shifts bits into and beyond the sign, and the interpreter has C's << do it, whose meaning
 *   for that gcc defines;
 * - nonnull-attribute: xsArray.c copies the 0 items of an empty array, whose address is NULL, with memcpy.
 */
const allowedInXs: Record<Variant, readonly string[]> = {
	release: [],
	sanitize: ["-fno-sanitize=alignment,shift-base,nonnull-attribute"],
};

/** The board, for one of the variants. The sources of XS and lwIP must be in place. */
export function nativeSim(variant: Variant): Board {
	const flags = [...general[variant], ...undefinedBehavior[variant]];
	return {
		name: "native-sim",
		summary: "the firmware in a Linux process, with a network of its own",
		manifest: "boards/native-sim/manifest.json",
		compiler: "gcc",
		nm: "nm",
		generated: [],
		...emulatedC(flags, { xs: allowedInXs[variant] }),
		link: () => [...flags, ...emulatedLink, "-lslirp", "-lm"],
		launch: (image) => ({ image, command: image, args: [], errors: "stderr", counted: counted(image) }),
	};
}

/** By valgrind, from the start of the process to its end. */
function counted(image: string): Counted {
	return {
		command: "valgrind",
		args: ["--tool=callgrind", "--callgrind-out-file=/dev/null", image, "--no-forward"],
		parse(output) {
			const [, count] = /Collected : (\d+)/.exec(output) ?? [];
			return count === undefined ? undefined : Number(count);
		},
	};
}
