// SPDX-License-Identifier: MIT
// One client that takes all that the board's stack has of something: packet buffers, memory for what is sent, connections. The
// prompt on the serial line answers all the same, and everything is back when that client is gone.

import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { buildImage } from "#tools/build/images.js";
import { GUARD } from "./support/board.js";
import { noise, open } from "./support/net.js";
import { ENTER, Terminal } from "./support/terminal.js";

/** Packet buffers that the board has (PBUF_POOL_SIZE in lwipopts.h), and connections. */
const BUFFERS = 32;
const PCBS = 16;
/** Connections of the client that hold more than all buffers, and than the memory for what is sent. */
const CONNECTIONS = 9;
/** Bytes of lwIP's heap (MEM_SIZE), nearly. */
const HEAP = 40_000;

for (const name of ["native-sim", "qemu-riscv32"]) {
	describe(`${name}, of which one client holds`, function () {
		this.timeout(4 * GUARD);
		this.slow(10_000);
		let board: Terminal;
		let port: number;
		let clients: Socket[] = [];

		before(async function () {
			this.timeout(0);
			const image = await buildImage({ board: name, manifest: "tests/images/repl/manifest.json" });
			board = new Terminal(image, { options: ["--forward", "0:9001"], words: ["quiet"], columns: 1000 });
			port = Number((await board.expect(/127\.0\.0\.1:(\d+) -> 9001/))[1]);
			await board.prompt();
			for (const line of [
				'import { up } from "network"; import { exit, memory } from "board"; import { create_server, Socket } from "sockets"',
				'await up(); const server = create_server(["0.0.0.0", 9001], { backlog: 16 }); const held = []',
				"const accept = () => { while (held.length < 9) held.push(server.accept()[0]) }",
				"const piece = new Uint8Array(1436)",
				// Until nothing moves any more: what is between the board and the client has buffers too.
				"const fill = () => { for (const s of held) try { for (s.settimeout(0.1);;) s.send(piece) } catch {} }",
			]) {
				assert.doesNotMatch(await board.run(line), /Error/);
			}
		});

		after(async () => {
			board.type(`exit(0)${ENTER}`);
			assert.equal(await board.end(), 0);
		});

		/** What the stack has in use, by pool. */
		async function pools(): Promise<Record<string, number>> {
			const said = await board.run("JSON.stringify(memory().pools)");
			return JSON.parse(/\{.*\}/.exec(said)?.[0] ?? assert.fail(said));
		}

		/** Asks again and again, until it is as it should be. */
		async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
			const end = Date.now() + GUARD;
			while (!(await holds())) assert.ok(Date.now() < end, what);
		}

		/** The prompt answers. */
		async function answers(): Promise<void> {
			assert.match(await board.run("6 * 7"), /\b42$/);
		}

		/** The client goes, all at once, and the program closes what it had of it; everything is as before then. */
		async function goes(before: Record<string, number>): Promise<void> {
			for (const client of clients) client.resetAndDestroy();
			clients = [];
			assert.doesNotMatch(await board.run("for (const s of held.splice(0)) s.close()"), /Error/);
			const same = async () => {
				const now = await pools();
				return ["PBUF", "PBUF_POOL", "TCP_PCB", "TCP_SEG", "MEM"].every((pool) => now[pool] === before[pool]);
			};
			await until("not everything is back", same);
		}

		async function opens(count: number): Promise<void> {
			clients = await Promise.all(Array.from({ length: count }, () => open(port)));
			for (const client of clients) client.pause().on("error", () => {});
		}

		it("all packet buffers, with what nobody reads", async () => {
			const before = await pools();
			await opens(CONNECTIONS);
			await board.run("accept()");
			for (const client of clients) client.write(noise(100_000));
			await until("the buffers are not all taken", async () => ((await pools()).PBUF_POOL ?? 0) >= BUFFERS);
			await answers();
			await goes(before);
		});

		it("all memory for what is sent, by not reading", async () => {
			const before = await pools();
			await opens(CONNECTIONS);
			await board.run("accept()");
			await until("the memory is not all taken", async () => {
				await board.run("fill()");
				return ((await pools()).MEM ?? 0) >= HEAP;
			});
			await answers();
			await goes(before);
		});

		it("all connections, of which nobody takes any", async () => {
			const before = await pools();
			await opens(PCBS + 4);
			await until("there is room for another", async () => /ENFILE/.test(await board.run("new Socket().close()")));
			await answers();
			await goes(before);
			assert.doesNotMatch(await board.run("new Socket().close()"), /Error/);
		});
	});
}
