// SPDX-License-Identifier: MIT
// The camera boards' folders, and what is said about mistakes in them: the checks that need no SDK.
import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
	type CameraBoard,
	cameraBoardNames,
	composeSdkconfig,
	readCameraBoard,
	type SdkconfigText,
} from "#tools/camera/boards.js";
import { checkBoard } from "#tools/camera/checks.js";
import { inRoot } from "#tools/paths.js";
import { temporaryFolder } from "./folder.js";

const names = ["esp32-cam", "esp32-s3-eye", "m5-atoms3r-cam", "t-camera-plus-s3", "xiao-esp32s3-sense"];

describe("the camera boards", () => {
	it("are five", () => {
		assert.deepEqual(cameraBoardNames(), names);
	});

	for (const name of names) {
		it(`${name} is in order`, () => {
			assert.deepEqual(checkBoard(readCameraBoard(name)), []);
		});
	}

	it("have a release sdkconfig whose console is the board's", () => {
		assert.match(composeSdkconfig(readCameraBoard("esp32-cam")).release, /^CONFIG_ESP_CONSOLE_UART_DEFAULT=y$/m);
		assert.match(composeSdkconfig(readCameraBoard("esp32-s3-eye")).release, /^CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG=y$/m);
	});
});

describe("mistakes in a camera board's folder", () => {
	const { path, write } = temporaryFolder();
	/** A copy of a board, with a part of its manifest replaced. */
	const changed = (name: string, change: (manifest: Manifest) => void): CameraBoard => {
		cpSync(inRoot("boards", name), path(name), { recursive: true });
		cpSync(inRoot("boards", "esp32", "partitions"), path("esp32/partitions"), { recursive: true });
		const manifest = JSON.parse(readFileSync(join(path(name), "manifest.json"), "utf8")) as Manifest;
		change(manifest);
		write({ [`${name}/manifest.json`]: JSON.stringify(manifest) });
		return readCameraBoard(name, path());
	};

	interface Manifest {
		build: Record<string, string>;
		config: Record<string, unknown>;
		defines: {
			camera: Record<string, number>;
			board: Record<string, unknown>;
			i2c: Record<string, number>;
		};
	}

	it("a pin that is used twice", () => {
		const board = changed("esp32-s3-eye", ({ defines }) => {
			defines.camera.d0 = 13;
		});
		assert.deepEqual(checkBoard(board), [
			"boards/esp32-s3-eye/manifest.json: camera.d0: GPIO 13 is used by camera.pclk already",
		]);
	});

	it("a pin that the chip does not have", () => {
		const board = changed("esp32-s3-eye", ({ defines }) => {
			defines.camera.d0 = 22;
		});
		assert.deepEqual(checkBoard(board), ["boards/esp32-s3-eye/manifest.json: camera.d0: ESP32-S3 has no GPIO 22"]);
	});

	it("a pin of the flash, of the PSRAM, of the console", () => {
		const board = changed("esp32-s3-eye", ({ defines }) => {
			defines.camera.d0 = 30;
			defines.camera.d1 = 35;
			defines.camera.d2 = 19;
		});
		assert.deepEqual(checkBoard(board), [
			"boards/esp32-s3-eye/manifest.json: camera.d0: GPIO 30 is used by the flash",
			"boards/esp32-s3-eye/manifest.json: camera.d1: GPIO 35 is used by the PSRAM",
			"boards/esp32-s3-eye/manifest.json: camera.d2: GPIO 19 is used by the console (USB)",
		]);
	});

	it("an output on a pin that is an input only", () => {
		const board = changed("esp32-cam", ({ defines }) => {
			defines.camera.xclk = 37;
		});
		assert.deepEqual(checkBoard(board), [
			"boards/esp32-cam/manifest.json: camera.xclk: GPIO 37 of ESP32 is an input only",
		]);
	});

	it("a signal of the camera that is missing", () => {
		const board = changed("esp32-cam", ({ defines }) => {
			delete defines.camera.vsync;
		});
		assert.deepEqual(checkBoard(board), ["boards/esp32-cam/manifest.json: defines.camera.vsync: missing"]);
	});

	it("another chip, another console, another name", () => {
		assert.throws(
			() =>
				changed("esp32-cam", ({ build }) => {
					build.ESP32_SUBCLASS = "esp8266";
				}),
			{ message: "boards/esp32-cam/manifest.json: build.ESP32_SUBCLASS: must be one of esp32, esp32s3" },
		);
		const board = changed("esp32-cam", ({ config, defines }) => {
			config.board = "esp32cam";
			defines.board.console = "#telnet";
		});
		assert.deepEqual(checkBoard(board), [
			'boards/esp32-cam/manifest.json: config.board: must be "esp32-cam"',
			'boards/esp32-cam/manifest.json: defines.board.console: must be "#uart0" or "#usb-serial-jtag"',
		]);
	});

	it("partitions that overlap, or are beyond the flash", () => {
		const board = changed("esp32-cam", ({ build }) => {
			build.PARTITIONS_FILE_FOR_TARGET = "./mine.csv";
		});
		write({
			"esp32-cam/mine.csv":
				"nvs,data,nvs,0x9000,0x8000,\nphy,data,phy,0xf000,0x1000,\nfactory,app,factory,0x18000,0x7f0000,\n",
		});
		assert.deepEqual(checkBoard(board), [
			"boards/esp32-cam: ./mine.csv: phy: overlaps what is before it",
			"boards/esp32-cam: ./mine.csv: factory: must begin at a multiple of 64 KB",
			"boards/esp32-cam: ./mine.csv: ends beyond the flash of 4 MB",
		]);
	});

	describe("in its sdkconfig", () => {
		const with_ = (change: (text: SdkconfigText) => SdkconfigText): string[] => {
			const board = readCameraBoard("esp32-cam");
			return checkBoard(board, change(composeSdkconfig(board)));
		};

		it("an option that modules/sockets needs", () => {
			const findings = with_(({ defaults, release }) => ({
				defaults: defaults.replace("CONFIG_LWIP_TCPIP_CORE_LOCKING=y\n", ""),
				release,
			}));
			assert.deepEqual(findings, [
				"sdkconfig of esp32-cam: CONFIG_LWIP_TCPIP_CORE_LOCKING=y is missing (the socket core calls lwIP under its lock)",
			]);
		});

		it("one that a release build takes back", () => {
			const findings = with_(({ defaults, release }) => ({
				defaults,
				release: `${release}CONFIG_LWIP_TCP_WND_DEFAULT=2880\n`,
			}));
			assert.deepEqual(findings, [
				"sdkconfig of esp32-cam: CONFIG_LWIP_TCP_WND_DEFAULT=5744 or more is missing (as on the emulated boards)",
			]);
		});

		it("a flash of another size, and an option twice", () => {
			const findings = with_(({ defaults, release }) => ({
				defaults: `${defaults.replace("FLASHSIZE_4MB=y", "FLASHSIZE_4MB=n")}CONFIG_SPIRAM=y\n`,
				release,
			}));
			assert.deepEqual(findings, [
				"sdkconfig of esp32-cam: CONFIG_SPIRAM is there twice",
				"sdkconfig of esp32-cam: CONFIG_ESPTOOLPY_FLASHSIZE_4MB=n, but the board has 4 MB",
			]);
		});
	});
});
