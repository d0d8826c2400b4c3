// SPDX-License-Identifier: MIT
// What is said when the SDK or ESP-IDF is missing, or is another one than the firmware needs; and the commands that use
// them. The SDK here is a folder with the files that are looked at. With a real one at $MODDABLE, check:boards is run too.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkNatives } from "#tools/camera/check.js";
import { evaluate, readKconfig, readSdkconfig } from "#tools/camera/kconfig.js";
import { buildFolder, findIdf, findSdk } from "#tools/camera/sdk.js";
import { capture } from "#tools/cli/run.js";
import { inRoot } from "#tools/paths.js";
import { temporaryFolder } from "./folder.js";

/** Runs a command of ours without an SDK. */
function camsock(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
	const { MODDABLE: _, IDF_PATH: __, ...env } = process.env;
	return capture(process.execPath, [inRoot("tools", "camsock.mjs"), ...words], { env });
}

describe("the Moddable SDK", () => {
	const { path, write } = temporaryFolder();
	const sdk = (version = "8.2.3") =>
		write({
			"sdk/tools/VERSION": `${version}\n`,
			"sdk/build/bin/lin/release/mcconfig": "",
			"sdk/build/devices/esp32/manifest.json": '{"build": {"EXPECTED_ESP_IDF": "v6.0"}}',
		});
	const idf = (major: number, minor: number) =>
		write({
			"idf/tools/cmake/version.cmake": `set(IDF_VERSION_MAJOR ${major})\nset(IDF_VERSION_MINOR ${minor})\nset(IDF_VERSION_PATCH 2)\n`,
		});
	const found = () => findSdk({ MODDABLE: path("sdk") });
	const install = "to install it: npx xs-dev setup, then npx xs-dev setup --device esp32";

	it("is found, with the ESP-IDF that it expects", () => {
		sdk();
		idf(6, 0);
		assert.equal(found().version, "8.2.3");
		assert.equal(findIdf(found(), { IDF_PATH: path("idf") }).version, "v6.0.2");
	});

	it("is not there", () => {
		assert.throws(() => findSdk({}), {
			message: `the camera boards are built with the Moddable SDK, and $MODDABLE is not set; ${install}`,
		});
		assert.throws(() => findSdk({ MODDABLE: path("none") }), {
			message: `$MODDABLE: there is no Moddable SDK in ${path("none")}; ${install}`,
		});
	});

	it("is too old", () => {
		sdk("5.6.0");
		assert.throws(found, {
			message: `the Moddable SDK in ${path("sdk")} is 5.6.0; 8.2.0 or newer is needed: npx xs-dev update`,
		});
	});

	it("is there without its tools", () => {
		write({ "sdk/tools/VERSION": "8.2.3" });
		assert.throws(() => findSdk({ MODDABLE: path("sdk") }), {
			message: `the tools of the Moddable SDK in ${path("sdk")} are not built: npx xs-dev setup`,
		});
	});

	it("finds no ESP-IDF, or another one than it expects", () => {
		sdk();
		const remedy = "to install ESP-IDF v6.0: npx xs-dev setup --device esp32";
		assert.throws(() => findIdf(found(), {}), { message: `$IDF_PATH is not set; ${remedy}` });
		assert.throws(() => findIdf(found(), { IDF_PATH: path("none") }), {
			message: `$IDF_PATH: there is no ESP-IDF in ${path("none")}; ${remedy}`,
		});
		idf(5, 4);
		assert.throws(() => findIdf(found(), { IDF_PATH: path("idf") }), {
			message: `the ESP-IDF in ${path("idf")} is v5.4.2; the Moddable SDK 8.2.3 expects v6.0: ${remedy}`,
		});
	});
});

describe("a native function", () => {
	const name = "natives-test";
	const folder = buildFolder(name, "debug", name);
	after(() => rmSync(join(folder, "..", ".."), { recursive: true, force: true }));

	it("that no C file has is named", () => {
		mkdirSync(folder, { recursive: true });
		const c = join(folder, "mine.c");
		writeFileSync(c, "void xs_mine(xsMachine *the) {\n}\n");
		writeFileSync(join(folder, "makefile"), `$(TMP_DIR)/mine.c.o: ${c} $(HEADERS) | $(TMP_DIR)/mc.xs.c\n`);
		writeFileSync(join(folder, "mc.xs.c"), "\t{ xs_mine, 0, 1 },\n\t{ xs_mien, 0, 2 },\n");
		const subject = { board: name, folder: "", chip: "esp32", manifest: "", name };
		assert.deepEqual(checkNatives(subject, "debug"), ['native function "xs_mien" is in no C file of the image']);
	});
});

describe("ESP-IDF's options", () => {
	const { path, write } = temporaryFolder();

	it("have their values by type, default, dependency, choice, select and what is given", () => {
		write({
			Kconfig: 'source "$IDF_PATH/more/Kconfig"  # a comment\n',
			"more/Kconfig": 'config MORE\n\tint "x"\n\tdefault 7 if SECOND\n\tdefault 5\n',
			"components/a/Kconfig": `menu "a"
config FIRST
	bool "first"
	default y
	help
		config NOT_ONE
		is text.
config HIDDEN
	int
	depends on !FIRST && (SIZE > 3)
	default 1
choice WHICH
	prompt "which"
	default SECOND
	config SECOND
		bool "second"
	config THIRD
		bool "third"
		select CHOSEN
endchoice
config CHOSEN
	bool
if FIRST
config SIZE
	hex "size"
	default 0x10
endif
endmenu
`,
		});
		const options = readKconfig(path(), "esp32");
		assert.equal(options.has("NOT_ONE"), false);
		const plain = evaluate(options, new Map(), "esp32");
		assert.deepEqual(
			["FIRST", "HIDDEN", "SECOND", "THIRD", "CHOSEN", "SIZE", "MORE"].map((name) => plain.get(name)),
			["y", undefined, "y", undefined, undefined, "0x10", "7"],
		);
		const given = evaluate(options, readSdkconfig("CONFIG_THIRD=y\nCONFIG_FIRST=n\n"), "esp32");
		assert.deepEqual(
			["FIRST", "SECOND", "THIRD", "CHOSEN", "SIZE", "MORE"].map((name) => given.get(name)),
			[undefined, undefined, "y", "y", undefined, "5"],
		);
	});
});

describe("commands for camera boards, without an SDK", () => {
	const missing = "the camera boards are built with the Moddable SDK, and $MODDABLE is not set;";

	it("boards lists all of them, and what is missing", async () => {
		const { status, stdout } = await camsock("boards");
		assert.equal(status, 0);
		assert.match(stdout, /^esp32-cam +ESP32 +4 MB +4 MB +UART0 +no$/m);
		assert.match(stdout, /^native-sim .* yes$/m);
		assert.ok(stdout.includes(`Camera boards: ${missing}`));
	});

	it("build and flash say what is missing, in one line", async () => {
		for (const command of [["build"], ["flash"]]) {
			const { status, stderr } = await camsock(...command, "--board", "esp32-cam");
			assert.equal(status, 1);
			assert.ok(stderr.startsWith(`camsock: ${missing}`), stderr);
			assert.equal(stderr.trim().split("\n").length, 1);
		}
	});

	it("a board that there is not", async () => {
		const { status, stderr } = await camsock("flash", "--board", "esp32cam");
		assert.equal(status, 2);
		assert.match(stderr, /^camsock: there is no board 'esp32cam'; boards that can be flashed: esp32-cam, /);
		assert.match(
			(await camsock("build", "--board", "esp32cam")).stderr,
			/there is no board 'esp32cam'; boards: native-sim, .*esp32-cam/,
		);
		assert.match(
			(await camsock("start", "--board", "esp32-cam")).stderr,
			/'esp32-cam' is a camera board, which runs nothing here/,
		);
		assert.match(
			(await camsock("flash", "--board", "native-sim")).stderr,
			/'native-sim' has no flash: npm start -- --board native-sim/,
		);
	});

	it("check:boards checks what it can, and says once what it has not", async () => {
		const { status, stdout } = await camsock("check:boards");
		assert.equal(status, 0, stdout);
		assert.match(stdout, /^ok {5}xiao-esp32s3-sense: folder, pins, partitions, sdkconfig$/m);
		assert.equal(stdout.match(/^not checked: /gm)?.length, 1);
		assert.match(stdout, /^5 passed, 0 failed$/m);
	});
});

(process.env.MODDABLE ? describe : describe.skip)("with the SDK at $MODDABLE", () => {
	it("check:boards passes for all boards and the example", async () => {
		const { status, stdout } = await capture(process.execPath, [inRoot("tools", "camsock.mjs"), "check:boards"]);
		assert.equal(status, 0, stdout);
	}).timeout(1_200_000);
});
