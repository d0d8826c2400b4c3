// SPDX-License-Identifier: MIT
// The commands that use a board's serial line: exec, test:device --port, repl. The line is a pty of an emulated board's.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { boardNames } from "#tools/boards/boards.js";
import type { Board } from "./support/board.js";
import { close, open, readExactly } from "./support/net.js";
import { launch, MANIFEST, outcome, ROOT, run, SerialBoards } from "./support/serial.js";

for (const name of boardNames) {
	describe(`on a serial line of ${name}`, function () {
		this.timeout(60_000);
		this.slow(5000);
		const boards = new SerialBoards(name);

		describe("npm run exec", () => {
			it("runs a program of several files, with arguments", async () => {
				await boards.file("part.ts", `export const part: string = "part";`);
				const program = await boards.file(
					"program.ts",
					`import { args } from "board";\nimport { part } from "./part.js";\nconsole.log(part, args);`,
				);
				const port = await boards.start();
				const { status, stdout } = await run("exec", "--port", port, "--manifest", MANIFEST, program, "--", "a", "b");
				assert.equal(stdout, "part [ 'a', 'b' ]\n");
				assert.equal(status, 0);
			});

			it("gives the status of exit(), also from a timer", async () => {
				const program = await boards.file(
					"exits.ts",
					`import { exit } from "board";\nsetTimeout(() => exit(7), 1);\nawait new Promise(() => {});`,
				);
				const { status, stderr } = await run("exec", "--board", name, "--manifest", MANIFEST, program);
				assert.equal(status, 7, stderr);
			});

			it("shows the error of one that throws, with TypeScript's lines", async () => {
				const program = await boards.file(
					"throws.ts",
					`interface Nothing {\n\tone: 1;\n}\nexport type { Nothing };\nconsole.log("before");\nfunction fail(): never {\n\tthrow new RangeError("as asked");\n}\nfail();\nconsole.log("after");`,
				);
				const { status, stdout, stderr } = await run("exec", "--board", name, "--manifest", MANIFEST, program);
				assert.equal(stdout, "before\n");
				assert.match(stderr, /RangeError: as asked\n at fail \(.*throws\.ts:7\)\n at \(.*throws\.ts:9\)/);
				assert.equal(status, 1);
			});

			it("streams 1 MB", async function () {
				this.timeout(300_000); // QEMU's UART takes each byte by itself
				const program = await boards.file(
					"prints.ts",
					`for (let i = 0; i < 12500; i++) console.log(String(i).padStart(79, "."));`,
				);
				const { status, stdout, stderr } = await run(
					"exec",
					"--port",
					await boards.start(),
					"--manifest",
					MANIFEST,
					program,
				);
				assert.equal(status, 0, stderr);
				const expected = Array.from({ length: 12_500 }, (_, i) => `${String(i).padStart(79, ".")}\n`).join("");
				assert.equal(stdout.length, 1_000_000);
				assert(stdout === expected, "what came is not what was printed");
			});

			for (const [what, code] of [
				["loops", "for (;;);"],
				["awaits", "await new Promise(() => {});"],
				["prints", "for (;;) console.log('again');"],
				["blocks", "import { create_server } from 'sockets'; create_server(['127.0.0.1', 9001]).accept();"],
			] as const) {
				it(`ends a program that ${what} for ever when Ctrl-C comes, and the board goes on`, async () => {
					const program = await boards.file(`never-${what}.ts`, `console.log("begins");\n${code}\nexport {};`);
					const port = await boards.start("pty", "--forward", "0:9000");
					const forwarded = await (boards.board as Board).port();
					const child = launch("exec", "--port", port, "--manifest", MANIFEST, program);
					child.stdout?.resume();
					await once(child.stdout as never, "data");
					child.kill("SIGINT");
					const { status, stderr } = await outcome(child);
					assert.match(stderr, /KeyboardInterrupt/);
					assert.equal(status, 130);
					const socket = await open(forwarded);
					socket.write("hello");
					assert.equal((await readExactly(socket, 5)).toString(), "hello");
					await close(socket);
				});
			}

			it("evaluates code and prints its value", async () => {
				const port = await boards.start();
				const first = await run(
					"exec",
					"--port",
					port,
					"--eval",
					"const a = await Promise.resolve([1, 2]); a.map((x) => x * 2)",
				);
				assert.equal(first.stdout, "[ 2, 4 ]\n");
				// What it declares stays.
				assert.equal((await run("exec", "--port", port, "--eval", "a.length")).stdout, "2\n");
				const wrong = await run("exec", "--port", port, "--eval", "nothing");
				assert.match(wrong.stderr, /ReferenceError/);
				assert.equal(wrong.status, 1);
			});

			it("says what is wrong in one line", async () => {
				const missing = await run("exec", "--port", "/dev/nowhere", "--eval", "1");
				assert.match(missing.stderr, /there is no port \/dev\/nowhere/);
				const nothing = await run("exec");
				assert.match(nothing.stderr, /FILE\.ts, or --eval CODE/);
				const absent = await run("exec", join(boards.folder, "absent.ts"));
				assert.match(absent.stderr, /absent\.ts/);
				for (const { status, stderr } of [missing, nothing, absent]) {
					assert.notEqual(status, 0);
					assert.equal(stderr.trim().split("\n").length, 1, stderr);
				}
			});
		});

		describe("npm run test:device --port", () => {
			it("runs each file on a board that was reset, and goes on after one that hangs it", async () => {
				const good = `import assert from "assert";
	import { Socket } from "sockets";
	it("passes", () => assert(Socket));
	it("fails", () => {
		assert.strictEqual(1, 2);
	});
	it("has the board for itself", () => {
		using server = new Socket();
		server.bind(["", 9000]);
		server.listen(1);
		assert.strictEqual((globalThis as { left?: number }).left, undefined);
		(globalThis as { left?: number }).left = 1;
	});
	`;
				const hang = `it("passes before", () => {});
	it("hangs", function () {
		this.timeout(0);
		for (;;) {
			try {
				for (;;);
			} catch {}
		}
	});
	`;
				const big = `it("is big", () => { ${"console.log(1 + 1); ".repeat(8000)} });`;
				const memory = `it("takes all memory", () => { const all: unknown[] = []; for (;;) all.push({}); });`;
				const files = await Promise.all([
					boards.file("first.test.ts", good),
					boards.file("hang.test.ts", hang),
					boards.file("big.test.ts", big),
					boards.file("memory.test.ts", memory),
					boards.file("last.test.ts", good),
				]);
				const port = await boards.start();
				const { status, stdout } = await run(
					...["test:device", "--port", port, "--manifest", MANIFEST, "--silence", "4", ...files],
				);
				const points = stdout.split("\n").filter((line) => /^(not )?ok /.test(line));
				assert.deepEqual(
					points.map((line) => line.replaceAll(boards.folder, "")),
					[
						"ok 1 - passes",
						"not ok 2 - fails",
						"ok 3 - has the board for itself",
						"ok 4 - passes before",
						"not ok 5 - /hang.test.ts > ends",
						"not ok 6 - /big.test.ts > loads",
						"not ok 7 - takes all memory",
						"ok 8 - passes",
						"not ok 9 - fails",
						"ok 10 - has the board for itself",
					],
				);
				assert.match(stdout, /message: "the board said nothing for 4 s"/);
				assert.match(stdout, /big\.test\.ts is too big: it takes \d+ bytes of the heap, \d+ are free/);
				assert.match(stdout, /RangeError: out of memory/);
				assert.match(stdout, /stack: "at \(.*first\.test\.ts:5\)"/);
				assert.match(stdout, /^1\.\.10\n# 5 passed, 5 failed, 0 skipped$/m);
				assert.equal(status, 1);
			});

			it("notices a board that resets", async () => {
				const files = await Promise.all([
					boards.file("reset.test.ts", `import { reset } from "board";\nit("resets", () => reset());`),
					boards.file("after.test.ts", `it("passes", () => {});`),
				]);
				const port = await boards.start();
				const { status, stdout } = await run("test:device", "--port", port, "--manifest", MANIFEST, ...files);
				assert.match(stdout, /^not ok 1 - .*reset\.test\.ts > ends\n {2}---\n {2}message: "the board has reset"/m);
				assert.match(stdout, /^ok 2 - passes$/m);
				assert.equal(status, 1);
			});
		});

		describe("npm run repl", () => {
			it("connects a terminal with a board, captures, and leaves with Ctrl-]", async () => {
				const port = await boards.start();
				const capture = join(boards.folder, "capture.txt");
				const command = [
					process.execPath,
					join(ROOT, "tools", "camsock.mjs"),
					"repl",
					"--port",
					port,
					"--capture",
					capture,
				];
				const child = spawn("script", ["-q", "-e", "-c", command.map((word) => `'${word}'`).join(" "), "/dev/null"], {
					cwd: ROOT,
					stdio: ["pipe", "pipe", "inherit"],
					env: { ...process.env, NO_COLOR: "1", SHELL: "/bin/sh" },
				});
				let said = "";
				child.stdout.setEncoding("utf8").on("data", (data: string) => {
					said += data;
					child.emit("news");
				});
				const expect = async (pattern: RegExp) => {
					while (!pattern.test(said)) await once(child, "news");
				};
				await expect(new RegExp(`camsock on ${name}[\\s\\S]*> `));
				child.stdin.write("6 * 7\r");
				await expect(/\n42\r+\n[\s\S]*> /);
				child.stdin.write("\x1d");
				const [status] = (await once(child, "close")) as [number];
				assert.equal(status, 0);
				assert.match(await readFile(capture, "utf8"), /6 \* 7\r\n42\r\n/);
			});

			it("lists the ports if it is not told which", async () => {
				const { status, stderr } = await run("repl");
				assert.match(stderr, /no serial port|several serial ports|connected to/);
				assert.notEqual(status, 0);
			});
		});
	});
}
