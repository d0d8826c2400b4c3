// SPDX-License-Identifier: MIT
// The device tests, on each emulated board, each as a test of mocha's. Read tests/device/*.test.ts for what they test.

import { boardNames } from "#tools/boards/boards.js";
import { buildDeviceTests, deviceTestFiles } from "#tools/build/images.js";
import { declareDeviceTests } from "./support/device-suite.js";

for (const board of boardNames) {
	await declareDeviceTests(`on ${board}`, await buildDeviceTests({ board, files: deviceTestFiles() }));
}
