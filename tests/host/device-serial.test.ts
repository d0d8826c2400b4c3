// SPDX-License-Identifier: MIT
// Device tests over the serial line, here a pty, each as a test of mocha's: their files are sent as text to a board that
// runs the firmware of tests/images/repl. device.test.ts runs them, and the others, in an image of their own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { buildImage } from "#tools/build/images.js";
import { declareDeviceTests } from "./support/device-suite.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MANIFEST = "tests/images/repl/manifest.json";
const FILES = ["inspect", "repl", "sockets-linger", "sockets-messages", "async-turns"];

const { command, args } = await buildImage({ manifest: MANIFEST });
const board = spawn(command, [...args, "--no-forward", "--serial", "pty", "--", "quiet"], {
	stdio: ["ignore", "ignore", "pipe"],
});
process.on("exit", () => board.kill("SIGKILL"));
const [line] = (await once(createInterface({ input: board.stderr }), "line")) as [string];
const port = line.replace("serial line: ", "");

await declareDeviceTests(
	"over a serial line",
	{
		command: process.execPath,
		args: [
			...[`${ROOT}/tools/camsock.mjs`, "test:device", "--port", port, "--manifest", MANIFEST],
			...FILES.map((name) => `${ROOT}/tests/device/${name}.test.ts`),
		],
	},
	undefined,
	{ options: [] },
);

after(() => {
	board.kill();
});
