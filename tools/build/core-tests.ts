// SPDX-License-Identifier: MIT
// The tests of the socket core: one C program with the core, lwIP and tests/core, under sanitizers, without XS.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lwipFiles } from "../boards/emulated.js";
import { Failure } from "../cli/report.js";
import { inBuild, inRoot, sources } from "../paths.js";
import { setUp } from "../setup/setup.js";
import { fromRoot, writeIfChanged } from "./files.js";
import { withLock } from "./lock.js";
import { NinjaFile, runNinja } from "./ninja.js";
import { addCompileRules, compile, link } from "./ninja-c.js";

/** The core, without its binding to XS; the frames of the serial line; and what their tests share with the device tests. */
const core = [
	"modules/console/console_frame.c",
	"modules/sockets/sockets_tcp.c",
	"modules/sockets/sockets_stream.c",
	"modules/sockets/sockets_receive.c",
	"modules/sockets/sockets_poll.c",
	"modules/sockets/sockets_name.c",
	"modules/sockets/sockets_notify.c",
	"modules/sockets/sockets_options.c",
	"modules/sockets/sockets_utf8.c",
	"modules/sockets/port/bare/sockets_port.c",
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
	const folder = inBuild("tests", "core");
	const program = join(folder, "core-tests");
	return withLock(folder, async () => {
		const file = join(folder, "build.ninja");
		writeIfChanged(file, coreNinja(folder, program));
		const status = await runNinja(fromRoot(file));
		if (status !== 0) throw new Failure("building the tests of the socket core failed (see above)", status);
		return program;
	});
}

function coreNinja(folder: string, program: string): string {
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
	const own = [...tests.map((name) => `tests/core/${name}`), ...core];
	const ninja = new NinjaFile(fromRoot(folder));
	addCompileRules(ninja);
	const objects = [
		...compile(ninja, "C", "gcc", folder, {
			files: own,
			flags: [...flags, "-Wall", "-Wextra", "-Werror", ...includes, "-isystem", lwip],
		}),
		...compile(ninja, "LWIP", "gcc", folder, { files: lwipFiles(), flags: [...flags, "-w", ...includes, `-I${lwip}`] }),
	];
	const target = fromRoot(program);
	link(ninja, target, objects, "gcc", [...sanitizers, "-Wl,--wrap=calloc,--wrap=malloc"]);
	return ninja.text(target);
}
