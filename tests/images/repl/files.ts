// SPDX-License-Identifier: MIT
// The tests in this image: for the command .test.

export default [{ specifier: "test/sample", file: "tests/images/repl/sample.test.ts" }];
