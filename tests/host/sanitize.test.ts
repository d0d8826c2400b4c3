// SPDX-License-Identifier: MIT
// native-sim under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer: that they see what they are there for;
// the device tests; the same with garbage collected at every allocation; the firmware with clients from outside. What a
// sanitizer has to report ends the board. See docs/testing.md.

import assert from "node:assert/strict";
import type { Launch } from "#tools/boards/board.js";
import { buildDeviceTests, buildImage, deviceTestFiles } from "#tools/build/images.js";
import { Board, GUARD } from "./support/board.js";
import { declareDeviceTests } from "./support/device-suite.js";
import { noise, open, readAll } from "./support/net.js";
import { CTRL_C, CTRL_D, ENTER, Terminal } from "./support/terminal.js";

const build = { board: "native-sim", variant: "sanitize" } as const;
const collectAlways = "--collect-always";
const deviceTests = await buildDeviceTests({ ...build, files: deviceTestFiles() });

describe("native-sim with sanitizers", () => {
	describe("sees", function () {
		this.timeout(2 * GUARD);
		this.slow(2000);
		let planted: Launch;

		before(async function () {
			this.timeout(0);
			planted = await buildImage({ ...build, manifest: "tests/images/planted/manifest.json" });
		});

		/** Runs the image with one of its bugs; gives the status, and what was said on stderr. */
		async function run(bug: string, options: string[]): Promise<{ status: number | null; said: string }> {
			const board = new Board(planted, { options: ["--no-forward", ...options], words: [bug] });
			const { status } = await board.end();
			return { status, said: board.stderr.all.join("\n") };
		}

		it("nothing in a native function without a bug", async () => {
			assert.deepEqual(await run("clean", [collectAlways]), { status: 0, said: "" });
		});

		const bugs: [string, string, RegExp][] = [
			["a pointer into a buffer that an allocation has moved", "buffer", /AddressSanitizer: heap-use-after-free/],
			["a pointer into a string that an allocation has moved", "string", /AddressSanitizer: heap-use-after-free/],
			["a read past the end of a buffer", "past", /AddressSanitizer: heap-buffer-overflow/],
			["an integer overflow", "overflow", /runtime error: signed integer overflow/],
			["memory that is lost", "leak", /LeakSanitizer: detected memory leaks/],
		];
		for (const [title, bug, report] of bugs) {
			it(title, async () => {
				const { status, said } = await run(bug, [collectAlways]);
				assert.match(said, report);
				assert.match(said, /planted_xs\.c:\d+/);
				assert.notEqual(status, 0);
			});
		}
	});

	it("serves clients, with garbage collected at every allocation", async function () {
		this.timeout(0);
		const board = new Board(await buildImage(build), { options: ["--forward", "0:9000", collectAlways] });
		const port = await board.port();
		await board.expect(/^listening/);
		const bytes = noise(50_000);
		for (let i = 0; i < 3; i++) {
			const socket = await open(port);
			socket.end(bytes);
			assert((await readAll(socket)).equals(bytes), "other bytes came back");
		}
		assert.deepEqual(await board.stop(), { status: 0, signal: null });
		assert.deepEqual(
			board.stderr.all.filter((line) => !line.startsWith("forwarding ")),
			[],
		);
	});
});

describe("the prompt with sanitizers", () => {
	for (const options of [[], [collectAlways]]) {
		it(`evaluates, interrupts and resets${options.length > 0 ? ", with garbage collected at every allocation" : ""}`, async function () {
			this.timeout(0);
			const image = await buildImage({ ...build, manifest: "tests/images/repl/manifest.json" });
			const terminal = new Terminal(image, { options: ["--no-forward", ...options], words: ["quiet"] });
			await terminal.prompt();
			for (let i = 0; i < 3; i++) {
				await terminal.run("const a = { b: [1, 'two', new Uint8Array(3)] }; let c = 1");
				assert.match(await terminal.run("a"), /two/);
				assert.match(await terminal.run("Obj\t.name.len\t"), /6/);
				await terminal.run('import { create_connection, create_server } from "sockets"');
				await terminal.run("const server = create_server(['127.0.0.1', 9001])");
				await terminal.run("create_connection(['127.0.0.1', 9001]).detach()");
				await terminal.run("server.accept(); const begin = () => console.log('it', 'begins')");
				for (const line of ["await new Promise(() => {})", "server.accept()", "for (;;) c++"]) {
					terminal.type(`begin(); ${line}${ENTER}`);
					await terminal.expect(/it begins/);
					terminal.type(CTRL_C);
					await terminal.expect(/KeyboardInterrupt/);
					await terminal.prompt();
				}
				assert.match(await terminal.run("throw new Error('as asked')"), /Error: as asked/);
				assert.match(await terminal.run(".sockets"), /9001/);
				terminal.type(CTRL_D);
				await terminal.expect(/soft reset[\s\S]*camsock on/);
				await terminal.prompt();
			}
			assert.equal(await terminal.leave(), 0, terminal.screen.lines.join("\n"));
		});
	}
});

// All JavaScript is slower, many times.
const words = ["--timeout", "30000"];

await declareDeviceTests("device tests with sanitizers", deviceTests, undefined, { words });

/** Files that are about what lwIP does in a long time, with thousands of turns of JavaScript: half an hour of collections. */
const long = /(^|\/)(link|link-timers|hostile-random)\.test\.ts$/;

await declareDeviceTests(
	"device tests with sanitizers, and garbage collected at every allocation",
	await buildDeviceTests({ ...build, files: deviceTestFiles().filter((file) => !long.test(file)) }),
	undefined,
	{
		options: ["--no-forward", collectAlways],
		words: ["--timeout", "120000"],
		// Its socket is collected before the leak check can find it.
		without: ["leak check > reports a socket that nobody has any more"],
	},
);
