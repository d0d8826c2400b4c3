// SPDX-License-Identifier: MIT
// The real world while a board's clock is virtual: a person at the prompt and a client from outside get their turn, although the board
// never sleeps. What virtual time does within the board is in tests/device/virtual-time.test.ts.

import assert from "node:assert/strict";
import { echoes, usePrompts } from "./support/prompt.js";
import { CTRL_C, ENTER, type Terminal } from "./support/terminal.js";

describe("while the clock is virtual", function () {
	this.timeout(60_000);
	this.slow(3000);
	let terminal: Terminal;
	const { serving, start } = usePrompts("native-sim", (started) => {
		terminal = started;
	});

	const virtual = async () => {
		await terminal.run('import { startVirtualTime, now } from "board/time"; startVirtualTime()');
	};

	for (const [what, line] of [
		["awaits for ever", "await new Promise(() => {})"],
		["is blocked", "server.accept()"],
		["loops", "for (;;);"],
	]) {
		it(`Ctrl-C ends what ${what}`, async () => {
			await start();
			await virtual();
			await terminal.run('import { create_server } from "sockets"; const server = create_server(["127.0.0.1", 9001])');
			terminal.type(`console.log('it', 'begins'); ${line}${ENTER}`);
			await terminal.expect(/it begins/);
			terminal.type(CTRL_C);
			await terminal.expect(/KeyboardInterrupt/);
			await terminal.prompt();
		});
	}

	it("an hour passes at once, and a client from outside is served", async () => {
		const port = await serving();
		await virtual();
		await terminal.run("const before = now(); await new Promise((resolve) => setTimeout(resolve, 3_600_000))");
		assert.match(await terminal.run("now() - before >= 3_600_000"), /true/);
		await echoes(port);
	});

	it("a soft reset makes the clock real", async () => {
		await start();
		await virtual();
		await terminal.run("import { isVirtualTime } from 'board/time'");
		assert.match(await terminal.run("isVirtualTime()"), /true/);
		terminal.type("\x04");
		await terminal.expect(/soft reset[\s\S]*camsock on/);
		await terminal.prompt();
		await terminal.run("import { isVirtualTime } from 'board/time'");
		assert.match(await terminal.run("isVirtualTime()"), /false/);
	});
});
