// SPDX-License-Identifier: MIT
// The tests of the socket core between threads (tests/threads): the core and its port for ESP-IDF, on lwIP with a thread
// of its own, under ThreadSanitizer. POSIX threads stand in for FreeRTOS.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lwipFiles } from "../boards/emulated.js";
import { inBuild, inRoot, sources } from "../paths.js";
import { setUp } from "../setup/setup.js";
import { buildProgram } from "./c-program.js";
import { coreFiles } from "./core-tests.js";
import { fromRoot } from "./files.js";

/**
 * Builds the tests between threads, after setting up what is missing.
 * @returns the program's path: `--list` prints the names of its tests, a name runs one
 */
export async function buildThreadTests(): Promise<string> {
	await setUp();
	const sanitizer = ["-fsanitize=thread"];
	const flags = ["-std=c11", "-D_GNU_SOURCE", "-g", "-O1", ...sanitizer];
	const lwip = fromRoot(join(sources.lwip, "src"));
	const port = "modules/sockets/port/esp32";
	const folders = ["tests/threads", "tests/threads/lwip", "tests/threads/esp-idf", "modules/sockets", port];
	const includes = folders.map((name) => `-I${name}`);
	const tests = readdirSync(inRoot("tests", "threads")).filter((name) => name.endsWith(".c"));
	return buildProgram({
		what: "the tests between threads",
		program: join(inBuild("tests", "threads"), "thread-tests"),
		own: {
			files: [...tests.map((name) => `tests/threads/${name}`), ...coreFiles, `${port}/sockets_port.c`],
			flags: [...flags, "-Wall", "-Wextra", "-Werror", ...includes, "-isystem", `${lwip}/include`],
		},
		lwip: {
			files: [...lwipFiles(), `${lwip}/api/tcpip.c`],
			flags: [...flags, "-w", ...includes, `-I${lwip}/include`],
		},
		link: [...sanitizer, "-lpthread"],
	});
}
