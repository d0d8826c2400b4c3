// SPDX-License-Identifier: MIT
// The tests of the socket core: one C program with the core, lwIP and tests/core, under sanitizers, without XS.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lwipFiles } from "../boards/emulated.js";
import { inBuild, inRoot, sources } from "../paths.js";
import { setUp } from "../setup/setup.js";
import { buildProgram } from "./c-program.js";
import { fromRoot } from "./files.js";

/** The core, without its binding to XS and without a port. */
export const coreFiles: readonly string[] = [
	"modules/sockets/sockets_tcp.c",
	"modules/sockets/sockets_stream.c",
	"modules/sockets/sockets_receive.c",
	"modules/sockets/sockets_poll.c",
	"modules/sockets/sockets_name.c",
	"modules/sockets/sockets_notify.c",
	"modules/sockets/sockets_options.c",
	"modules/sockets/sockets_utf8.c",
];

/** Its port, and what its tests share with the device tests. */
const shared = [
	"modules/console/console_frame.c",
	"modules/sockets/port/bare/sockets_port.c",
	"boards/common/beside.c",
	"boards/common/tcp_fin.c",
	"boards/common/tcp_isn.c",
	"boards/common/tcp_overrun.c",
	"boards/common/tcp_storms.c",
	"tests/support/dns/dns_responder.c",
	"tests/support/lwip/lwip_faults.c",
];

/**
 * Builds the tests of the socket core, after setting up what is missing.
 * @returns the program's path: `--list` prints the names of its tests, no argument runs all, a name runs one; TAP
 */
export async function buildCoreTests(): Promise<string> {
	await setUp();
	const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
	const flags = ["-std=c11", "-D_GNU_SOURCE", "-g", "-O1", "-fno-omit-frame-pointer", ...sanitizers];
	const lwip = fromRoot(join(sources.lwip, "src", "include"));
	const folders = [
		"tests/core",
		"tests/support/dns",
		"tests/support/lwip",
		"modules/sockets",
		"modules/console",
		"boards/common",
	];
	const includes = [...folders, "boards/common/lwip"].map((name) => `-I${name}`);
	const tests = readdirSync(inRoot("tests", "core")).filter((name) => name.endsWith(".c"));
	return buildProgram({
		what: "the tests of the socket core",
		program: join(inBuild("tests", "core"), "core-tests"),
		own: {
			files: [...tests.map((name) => `tests/core/${name}`), ...coreFiles, ...shared],
			flags: [...flags, "-Wall", "-Wextra", "-Werror", ...includes, "-isystem", lwip],
		},
		lwip: { files: lwipFiles(), flags: [...flags, "-w", ...includes, `-I${lwip}`] },
		link: [...sanitizers, "-Wl,--wrap=calloc,--wrap=malloc"],
	});
}
