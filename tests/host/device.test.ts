// SPDX-License-Identifier: MIT
// The device tests, on each emulated board, each as a test of mocha's. Read tests/device/*.test.ts for what they test.

import { boardNames } from "#tools/boards/boards.js";
import { buildDeviceTests, deviceTestFiles } from "#tools/build/images.js";
import { declareDeviceTests } from "./support/device-suite.js";

/** A guard for tests that do not say theirs: an emulated board on a busy machine takes ten times as long as a board. */
const words = ["--timeout", "20000"];

for (const board of boardNames) {
	const launch = await buildDeviceTests({ board, files: deviceTestFiles() });
	await declareDeviceTests(`on ${board}`, launch, undefined, { words });
}
