// SPDX-License-Identifier: MIT
// The device tests, each as a test of mocha's. Read tests/device/*.test.ts for what they test.

import { buildDeviceTests, deviceTestFiles } from "#tools/build/images.js";
import { declareDeviceTests } from "./support/device-suite.js";

const BOARD = "native-sim";

await declareDeviceTests(`on ${BOARD}`, await buildDeviceTests({ board: BOARD, files: deviceTestFiles() }));
