// SPDX-License-Identifier: MIT
// The Debian packages: found by what they provide, and what is said when they are missing.
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { debianFinding } from "#tools/commands/doctor.js";
import { clangRuntime } from "#tools/setup/clang.js";
import { findProgram, isPresent, toBuild, toEmulate } from "#tools/setup/debian.js";
import { temporaryFolder } from "./folder.js";

describe("Debian packages", () => {
	const { path, write } = temporaryFolder();

	it("are present where their programs can be run", () => {
		write({ "bin/tool": "", "more/tool": "" });
		chmodSync(path("bin/tool"), 0o644);
		chmodSync(path("more/tool"), 0o755);
		assert.equal(findProgram("tool", `${path("none")}:${path("bin")}::${path("more")}`), path("more/tool"));
		assert.equal(findProgram("tool", path("bin")), undefined);
	});

	it("are all present where tests run", () => {
		assert.deepEqual(
			[...toBuild, ...toEmulate].filter((requirement) => !isPresent(requirement)),
			[],
		);
	});

	it("are reported with the command that installs them", () => {
		const absent = { package: "no-such-package", purpose: "nothing", programs: ["no-such-program"] };
		assert.deepEqual(debianFinding(absent, "missing"), {
			what: "no-such-package",
			state: "missing",
			detail: "nothing; to install it: sudo apt-get install no-such-package",
		});
		assert.equal(isPresent({ package: "x", purpose: "", headers: ["no-such-header.h"] }), false);
	});

	it("have the runtime of the clang that is there", () => {
		const [debian12, debian13] = ["/usr/lib/llvm-14/lib/clang/14.0.6", "/usr/lib/llvm-19/lib/clang/19"];
		assert.deepEqual(clangRuntime("14.0.6\n", `${debian12}/lib/linux/libclang_rt.builtins-x86_64.a\n`), {
			package: "libclang-rt-14-dev",
			purpose: "libFuzzer and the sanitizers of clang",
			files: [`${debian12}/lib/linux/libclang_rt.fuzzer-x86_64.a`, `${debian12}/lib/linux/libclang_rt.asan-x86_64.a`],
		});
		const target = `${debian13}/lib/x86_64-pc-linux-gnu`;
		assert.deepEqual(clangRuntime("19.1.7", `${target}/libclang_rt.builtins.a`).files, [
			`${target}/libclang_rt.fuzzer.a`,
			`${target}/libclang_rt.asan.a`,
		]);
	});
});
