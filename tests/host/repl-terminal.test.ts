// SPDX-License-Identifier: MIT
// The terminal is as it was before, whatever ends the board.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { boardNames } from "#tools/boards/boards.js";
import { usePrompts } from "./support/prompt.js";
import { ENTER, LEAVE, Terminal } from "./support/terminal.js";

for (const name of boardNames) {
	describe(`the prompt of ${name} leaves the terminal as it was`, function () {
		this.timeout(60_000);
		this.slow(3000);
		let terminal: Terminal;
		const { start } = usePrompts(name, (started) => {
			terminal = started;
		});

		const around = { before: "stty -g;", after: "stty -g;" };

		/** The settings before and after. */
		async function settings(): Promise<[string, string]> {
			await terminal.end();
			const found = [...terminal.raw.matchAll(/^([0-9a-f]+(?::[0-9a-f]+){10,})\r$/gm)].map(
				([, text]) => text as string,
			);
			assert.equal(found.length, 2, terminal.raw);
			return found as [string, string];
		}

		it("after Ctrl-]", async () => {
			await start(around);
			terminal.type(LEAVE);
			const [before, after] = await settings();
			assert.equal(after, before);
		});

		it("after Ctrl-] while it is busy", async () => {
			await start(around);
			terminal.type(`console.log('it', 'begins'); for (;;);${ENTER}`);
			await terminal.expect(/it begins/);
			terminal.type(LEAVE);
			const [before, after] = await settings();
			assert.equal(after, before);
		});

		/** The board's process that has this word. */
		function firmwareWith(word: string): number {
			const found = readdirSync("/proc").filter((name) => {
				if (!/^\d+$/.test(name)) return false;
				try {
					const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
					return words.some((one) => one.endsWith("/firmware")) && words.includes(word);
				} catch {
					return false; // it has ended meanwhile
				}
			});
			assert.equal(found.length, 1);
			return Number(found[0]);
		}

		it("after SIGKILL, under npm start", async () => {
			const marker = `marker-${process.pid}`;
			terminal = new Terminal(
				{ command: process.execPath, args: ["tools/camsock.mjs", "start"] },
				{
					...around,
					options: ["--board", name, "--manifest", "tests/images/repl/manifest.json", "--forward", "0:9000"],
					words: ["quiet", marker],
				},
			);
			await terminal.prompt();
			process.kill(firmwareWith(marker), "SIGKILL");
			const [before, after] = await settings();
			assert.equal(after, before);
		});

		// These end the firmware of native-sim; that of the other board is in QEMU, whose end is not its process's.
		const crashes = name === "native-sim" ? ["ABRT", "SEGV"] : [];
		for (const signal of ["INT", "TERM", "HUP", "QUIT", ...crashes]) {
			it(`after SIG${signal}`, async () => {
				await start({ before: "stty -g; sh -c 'echo pid $$; exec \"$@\"' sh", after: "stty -g;" });
				const [, pid] = /pid (\d+)/.exec(terminal.raw) as RegExpExecArray;
				process.kill(Number(pid), `SIG${signal}`);
				const [before, after] = await settings();
				assert.equal(after, before);
			});
		}
	});
}
