// SPDX-License-Identifier: MIT
// The programs of README.md run as they are written there.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Launch } from "#tools/boards/board.js";
import { buildDeviceTests, buildImage } from "#tools/build/images.js";
import { Board } from "./support/board.js";
import { DeviceRun } from "./support/device-run.js";
import { open, readAll, withServer } from "./support/net.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

describe("README.md", function () {
	this.timeout(120_000);
	this.slow(10_000);
	// Always the same one: it becomes the name of an image in build/.
	const folder = join(ROOT, "build", "tests", "readme");
	let client: string;
	let server: string;
	let awaited: string;
	let test: string;

	before(async () => {
		await mkdir(folder, { recursive: true });
		const text = await readFile(join(ROOT, "README.md"), "utf8");
		const programs = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program]) => program as string);
		assert.equal(programs.length, 4);
		[client, server, awaited, test] = programs as [string, string, string, string];
	});

	/** Builds an application of one program, which starts once the network is up. */
	async function application(program: string): Promise<Launch> {
		const include = ["network", "sockets"].map((name) =>
			relative(folder, join(ROOT, "modules", name, "manifest.json")),
		);
		const creation = {
			static: 65536,
			chunk: { initial: 8192, incremental: 2048 },
			heap: { initial: 512, incremental: 64 },
			stack: 1024,
		};
		const manifest = join(folder, "manifest.json");
		await writeFile(manifest, JSON.stringify({ include, modules: { "*": "./main" }, creation }));
		await writeFile(join(folder, "main.ts"), `import { up } from "network";\nawait up();\n${program}`);
		return buildImage({ board: "native-sim", manifest });
	}

	it("has a client that prints the reply", async () => {
		await withServer(
			(socket) => socket.pipe(socket),
			async (port) => {
				const here = client.replace(/\["[\d.]+", 9000\]/, `["10.0.2.2", ${port}]`);
				assert.notEqual(here, client);
				const board = new Board(await application(here));
				await board.expect(/^reply: hello$/);
				await board.stop();
			},
		);
	});

	async function echoed(port: number, message: string): Promise<string> {
		const socket = await open(port);
		socket.end(message);
		return (await readAll(socket)).toString();
	}

	it("has a server that echoes to one client after the other", async () => {
		const board = new Board(await application(server), { options: ["--forward", "0:9000"] });
		const port = await board.port();
		// Nothing tells when it listens; a client that comes before is refused.
		let first = "";
		while (first === "") first = await echoed(port, "hello").catch(() => "");
		assert.equal(first, "hello");
		assert.equal(await echoed(port, "again"), "again");
		await board.stop();
	});

	it("has a server for many clients", async () => {
		const board = new Board(await application(awaited), { options: ["--forward", "0:9000"] });
		const port = await board.port();
		let first = "";
		while (first === "") first = await echoed(port, "hello").catch(() => "");
		const sockets = await Promise.all(Array.from({ length: 5 }, () => open(port)));
		for (const [i, socket] of sockets.reverse().entries()) {
			socket.end(`client ${i}`);
			assert.equal((await readAll(socket)).toString(), `client ${i}`);
		}
		await board.stop();
	});

	it("has a test that passes", async () => {
		const file = join(folder, "my.test.ts");
		await writeFile(file, test);
		const run = new DeviceRun(await buildDeviceTests({ board: "native-sim", files: [file] }));
		const point = await run.result(1);
		assert.equal(point.title, "a new socket > has no address");
		assert.deepEqual(point.fields, {});
		assert.equal(point.ok, true);
		assert.deepEqual(await run.board.end(), { status: 0, signal: null });
	});
});
