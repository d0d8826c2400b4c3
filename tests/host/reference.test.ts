// SPDX-License-Identifier: MIT
// The API reference: what the docstrings must have, and each of their examples, run on a board. docs/reference.md says what an
// example may count on, tools/docs/ how they are found.

import assert from "node:assert/strict";
import { buildDeviceTests } from "#tools/build/images.js";
import { findMissing, findUnknownCodes } from "#tools/docs/check.js";
import { findExamples, writeExampleTests } from "#tools/docs/examples.js";
import { buildReference } from "#tools/docs/reference.js";
import { declareDeviceTests } from "./support/device-suite.js";

const project = await buildReference();

describe("the API reference", () => {
	it("describes everything, with an example of every function and method", () => {
		assert.deepEqual(findMissing(project), []);
	});

	it("knows every error code that sockets can give, and no other", () => {
		assert.deepEqual(findUnknownCodes(project), []);
	});
});

const files = writeExampleTests(findExamples(project));
await declareDeviceTests("examples of the API reference", await buildDeviceTests({ files }), ({ path }) => path);
