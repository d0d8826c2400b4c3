// SPDX-License-Identifier: MIT
// Where a board's serial line is: --serial, and that nobody needs to be at its other end. What goes over it is in
// raw-mode.test.ts and serial-tools.test.ts.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "#tools/boards/board.js";
import { boardNames } from "#tools/boards/boards.js";
import { buildImage } from "#tools/build/images.js";
import { Board } from "./support/board.js";
import { open } from "./support/net.js";
import { MANIFEST } from "./support/serial.js";

for (const name of boardNames) {
	describe(`the serial line of ${name}`, function () {
		this.timeout(60_000);
		this.slow(3000);
		let prompt: Launch;
		let endings: Launch;
		let folder = "";
		let path = "";

		before(async function () {
			this.timeout(300_000);
			prompt = await buildImage({ board: name, manifest: MANIFEST });
			endings = await buildImage({ board: name, manifest: "tests/images/endings/manifest.json" });
		});

		beforeEach(async () => {
			folder = await mkdtemp(join(tmpdir(), "camsock-"));
			path = join(folder, "line,with=odd name");
		});

		afterEach(() => rm(folder, { recursive: true }));

		/** A board whose line is there. */
		async function start(launch: Launch, where: string, word = "", forward = "--no-forward"): Promise<Board> {
			const board = new Board(launch, { options: [...forward.split(" "), "--serial", where], words: [word] });
			await board.expect(where === "pty" ? /^serial line: \/dev\/\S+$/ : /^serial line: unix:/, board.stderr);
			return board;
		}

		/** What a board says that cannot have its line. */
		async function refused(where: string): Promise<string> {
			const board = new Board(prompt, { options: ["--no-forward", "--serial", where] });
			const { status } = await board.end();
			assert.ok(status === 1 || status === 2, `status ${status}`);
			assert.deepEqual(board.stdout.all, []);
			assert.equal(board.stderr.all.length, 1, board.stderr.all.join("\n"));
			return board.stderr.all[0] as string;
		}

		it("is a socket that is gone when the board is, and takes the place of one that was left behind", async () => {
			await (await start(prompt, `unix:${path}`)).stop();
			assert.ok(!existsSync(path));
			const left = await start(prompt, `unix:${path}`);
			left.process.kill("SIGKILL");
			await left.end();
			const board = await start(prompt, `unix:${path}`);
			const client = connect(path);
			client.write("\x03\x01"); // raw mode
			const [data] = (await once(client, "data")) as [Buffer];
			assert.ok(data.length > 0);
			client.destroy();
			await board.stop();
		});

		it("is no socket where something else is, which stays", async () => {
			await writeFile(path, "precious");
			assert.match(await refused(`unix:${path}`), /--serial unix:.*exist|in use/);
			assert.equal(await readFile(path, "utf8"), "precious");
			await rm(path);
			const other = createServer().listen(path);
			await once(other, "listening");
			assert.match(await refused(`unix:${path}`), /--serial unix:/);
			const client = connect(path);
			await once(client, "connect");
			client.destroy();
			other.close();
			assert.match(await refused(`unix:${folder}/nowhere/line`), /--serial unix:.*No such file or directory/);
		});

		it("is one of those that there are", async () => {
			assert.match(await refused("com1"), /--serial com1: expected none, stdio, pty or unix:PATH/);
			assert.match(await refused("unix:"), /--serial unix:PATH: PATH must have 1 to 107 bytes/);
			assert.match(await refused(`unix:/${"x".repeat(107)}`), /--serial unix:PATH: PATH must have 1 to 107 bytes/);
		});

		it("is none where there is no terminal: no prompt, and the console is stdout", async () => {
			for (const options of [["--no-forward"], ["--no-forward", "--serial", "none"]]) {
				const board = new Board(prompt, { options });
				await board.expect(/^listening/);
				await board.stop();
				assert.deepEqual(board.stdout.all, ["no serial line", "listening on 0.0.0.0:9000"]);
			}
		});

		for (const where of ["pty", "unix"]) {
			it(`holds up no board that prints when nobody is at the other end (${where})`, async () => {
				const board = await start(endings, where === "pty" ? where : `unix:${path}`, "print and exit");
				assert.deepEqual(await board.end(), { status: 0, signal: null });
			});
		}

		it("brings everything to a reader who is slower than the board, but reads", async () => {
			// What waits for longer than half a second is lost by intent. That a machine that does other work is to blame
			// for it may happen, but not each time.
			let bytes = 0;
			for (let run = 0; run < 5 && bytes < 1_000_000; run++) {
				const board = await start(endings, `unix:${path}`, "print and exit when somebody comes", "--forward 0:9000");
				const reader = connect(path);
				await once(reader, "connect");
				const somebody = (await open(await board.port())).on("error", () => {});
				bytes = 0;
				for await (const data of reader) {
					bytes += (data as Buffer).length;
					await sleep(1);
				}
				assert.deepEqual(await board.end(), { status: 0, signal: null });
				somebody.destroy();
			}
			assert.equal(bytes, 1_000_000);
		});

		it("holds up no board that prints when whoever is at the other end does not read", async () => {
			const board = await start(endings, `unix:${path}`, "print and exit when somebody comes", "--forward 0:9000");
			const reader = connect(path)
				.on("error", () => {})
				.pause();
			await once(reader, "connect");
			const somebody = (await open(await board.port())).on("error", () => {});
			assert.deepEqual(await board.end(), { status: 0, signal: null });
			for (const socket of [reader, somebody]) socket.destroy();
		});
	});
}
