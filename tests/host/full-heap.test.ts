// SPDX-License-Identifier: MIT
// The firmware whose heap is full, because a person at the prompt has filled it but for a little: clients for whom there is no
// memory may be turned away, but the server goes on, and serves as before once there is room again.

import assert from "node:assert/strict";
import { buildImage } from "#tools/build/images.js";
import { SoakBoard } from "#tools/soak/board.js";
import { GUARD } from "./support/board.js";
import { open, readAll } from "./support/net.js";

/** Blocks of 32 bytes that are left free: from none to enough for a client. */
const ROOMS = [0, 1, 2, 3, 4, 6, 8, 10, 12, 16];

for (const name of ["native-sim", "qemu-riscv32"]) {
	describe(`${name} with a full heap`, function () {
		this.timeout(2 * GUARD);
		this.slow(10_000);
		let board: SoakBoard;
		let answers = 0;

		before(async function () {
			this.timeout(0);
			board = await SoakBoard.start(name, await buildImage({ board: name }), []);
		});

		after(() => board?.stop());

		/** A client that sends, may be turned away, and goes if it has to wait for so many milliseconds. */
		async function client(patience: number): Promise<string> {
			const socket = await open(board.port);
			socket.on("error", () => {});
			socket.end("hello");
			const timer = setTimeout(() => socket.destroy(), patience);
			const reply = (await readAll(socket).catch(() => "")).toString();
			clearTimeout(timer);
			return reply;
		}

		/** Types a line, again if there was no memory for it; a soft reset if there is none for the prompt at all. */
		async function insist(line: string): Promise<void> {
			for (let i = 0; i < 5; i++) {
				const answer = `done ${++answers}`;
				const said = new RegExp(`^(${answer})$|^RangeError|^an error that cannot be shown|^soft reset$`);
				if ((await board.type(`${line}; console.log("${answer}")\r`, said))[1]) return;
			}
			await board.type("\x03\x04", /^listening on /);
		}

		it("goes on serving, however little room there was", async () => {
			for (const room of ROOMS) {
				const fill = `try { for (;;) hog.push(new Uint8Array(32)); } catch { hog.length -= ${room}; }`;
				await insist(`globalThis.hog = []; ${fill}`);
				await Promise.all([client(300), client(300), client(300)]);
				await insist("globalThis.hog = 0");
				assert.equal(await client(GUARD), "hello", `after ${room} blocks of room`);
			}
		});
	});
}
