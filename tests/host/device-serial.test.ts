// SPDX-License-Identifier: MIT
// Device tests over the serial line, here a pty, each as a test of mocha's: their files are sent as text to a board that
// runs the firmware of tests/images/repl. device.test.ts runs them, and the others, in an image of their own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { boardNames } from "#tools/boards/boards.js";
import { buildImage } from "#tools/build/images.js";
import { declareDeviceTests } from "./support/device-suite.js";
import { MANIFEST, ROOT } from "./support/serial.js";

const FILES = ["inspect", "sockets-linger", "sockets-messages", "sockets-reentry"];
// The parser's tree of these takes more than the RAM that qemu-riscv32 has beside a heap.
const LONG_FILES = ["repl", "async-turns"];

for (const name of boardNames) {
	const { command, args } = await buildImage({ board: name, manifest: MANIFEST });
	const board = spawn(command, [...args, "--no-forward", "--serial", "pty", "--", "quiet"], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	process.on("exit", () => board.kill("SIGKILL"));
	const [line] = (await once(createInterface({ input: board.stderr }), "line")) as [string];
	const port = line.replace("serial line: ", "");

	await declareDeviceTests(
		`over the serial line of ${name}`,
		{
			command: process.execPath,
			args: [
				...[`${ROOT}/tools/camsock.mjs`, "test:device", "--port", port, "--manifest", MANIFEST],
				...[...FILES, ...(name === "native-sim" ? LONG_FILES : [])].map(
					(file) => `${ROOT}/tests/device/${file}.test.ts`,
				),
			],
		},
		undefined,
		{ options: [] },
	);

	after(() => {
		board.kill();
	});
}
