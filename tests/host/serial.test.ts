// SPDX-License-Identifier: MIT
// Programs on a board's serial line: raw mode, and the tools on it. The line is a pty or a Unix socket of native-sim's.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, readFileSync } from "node:fs";
import { mkdtemp, open as openFile, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { type Line, openPort, startBoard } from "#tools/serial/line.js";
import { RawClient } from "#tools/serial/raw-client.js";
import { Board } from "./support/board.js";
import { close, open, readExactly } from "./support/net.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MANIFEST = "tests/images/repl/manifest.json";

/** Hundredths of a second of the processor that a process has used. */
function cpuTicks(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
		.replace(/^.*\) /, "")
		.split(" ");
	return Number(fields[11]) + Number(fields[12]);
}

interface Outcome {
	status: number | null;
	stdout: string;
	stderr: string;
}

describe("the serial line", function () {
	this.timeout(60_000);
	this.slow(5000);
	let image: Launch;
	let folder: string;
	let board: Board | undefined;

	before(async function () {
		this.timeout(300_000);
		image = await buildImage({ manifest: MANIFEST });
		folder = await mkdtemp(join(tmpdir(), "camsock-"));
	});

	afterEach(async () => {
		if (board) await board.stop("SIGKILL");
		board = undefined;
	});

	after(async () => {
		await rm(folder, { recursive: true });
	});

	/** A board with a line; gives what `--port` takes. */
	async function start(where = "pty", ...options: string[]): Promise<string> {
		board = new Board(image, { options: ["--serial", where, ...(options.length > 0 ? options : ["--no-forward"])] });
		const [, name] = await board.expect(/^serial line: (.*)$/, board.stderr);
		return name as string;
	}

	async function file(name: string, content: string): Promise<string> {
		const path = join(folder, name);
		await writeFile(path, content);
		return path;
	}

	function launch(...args: string[]): ChildProcess {
		return spawn(process.execPath, [join(ROOT, "tools", "camsock.mjs"), ...args], {
			cwd: ROOT,
			stdio: ["ignore", "pipe", "pipe"],
		});
	}

	async function outcome(child: ChildProcess): Promise<Outcome> {
		const closed = once(child, "close");
		const [stdout, stderr] = await Promise.all([text(child.stdout as never), text(child.stderr as never)]);
		const [status] = (await closed) as [number | null];
		return { status, stdout, stderr };
	}

	const run = (...args: string[]): Promise<Outcome> => outcome(launch(...args));

	/** All that a run gives. */
	async function gather(client: RawClient): Promise<{ output: string; value: string; error: string; status: number }> {
		const all = { output: "", value: "", error: "", status: -1 };
		for await (const event of client.events(20_000)) {
			if (event.kind === "end") all.status = event.status;
			else all[event.kind] += event.text;
		}
		return all;
	}

	describe("npm run exec", () => {
		it("runs a program of several files, with arguments", async () => {
			await file("part.ts", `export const part: string = "part";`);
			const program = await file(
				"program.ts",
				`import { args } from "board";\nimport { part } from "./part.js";\nconsole.log(part, args);`,
			);
			const port = await start();
			const { status, stdout } = await run("exec", "--port", port, "--manifest", MANIFEST, program, "--", "a", "b");
			assert.equal(stdout, "part [ 'a', 'b' ]\n");
			assert.equal(status, 0);
		});

		it("gives the status of exit(), also from a timer", async () => {
			const program = await file(
				"exits.ts",
				`import { exit } from "board";\nsetTimeout(() => exit(7), 1);\nawait new Promise(() => {});`,
			);
			const { status, stderr } = await run("exec", "--manifest", MANIFEST, program);
			assert.equal(status, 7, stderr);
		});

		it("shows the error of one that throws, with TypeScript's lines", async () => {
			const program = await file(
				"throws.ts",
				`interface Nothing {\n\tone: 1;\n}\nexport type { Nothing };\nconsole.log("before");\nfunction fail(): never {\n\tthrow new RangeError("as asked");\n}\nfail();\nconsole.log("after");`,
			);
			const { status, stdout, stderr } = await run("exec", "--manifest", MANIFEST, program);
			assert.equal(stdout, "before\n");
			assert.match(stderr, /RangeError: as asked\n at fail \(.*throws\.ts:7\)\n at \(.*throws\.ts:9\)/);
			assert.equal(status, 1);
		});

		it("streams 1 MB", async () => {
			const program = await file(
				"prints.ts",
				`for (let i = 0; i < 12500; i++) console.log(String(i).padStart(79, "."));`,
			);
			const { status, stdout, stderr } = await run("exec", "--port", await start(), "--manifest", MANIFEST, program);
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
				const program = await file(`never-${what}.ts`, `console.log("begins");\n${code}\nexport {};`);
				const port = await start("pty", "--forward", "0:9000");
				const forwarded = await (board as Board).port();
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
			const port = await start();
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
			const absent = await run("exec", join(folder, "absent.ts"));
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
				file("first.test.ts", good),
				file("hang.test.ts", hang),
				file("big.test.ts", big),
				file("memory.test.ts", memory),
				file("last.test.ts", good),
			]);
			const port = await start();
			const { status, stdout } = await run(
				...["test:device", "--port", port, "--manifest", MANIFEST, "--silence", "4", ...files],
			);
			const points = stdout.split("\n").filter((line) => /^(not )?ok /.test(line));
			assert.deepEqual(
				points.map((line) => line.replaceAll(folder, "")),
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
				file("reset.test.ts", `import { reset } from "board";\nit("resets", () => reset());`),
				file("after.test.ts", `it("passes", () => {});`),
			]);
			const port = await start();
			const { status, stdout } = await run("test:device", "--port", port, "--manifest", MANIFEST, ...files);
			assert.match(stdout, /^not ok 1 - .*reset\.test\.ts > ends\n {2}---\n {2}message: "the board has reset"/m);
			assert.match(stdout, /^ok 2 - passes$/m);
			assert.equal(status, 1);
		});
	});

	describe("npm run repl", () => {
		it("connects a terminal with a board, captures, and leaves with Ctrl-]", async () => {
			const port = await start();
			const capture = join(folder, "capture.txt");
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
			await expect(/camsock on native-sim[\s\S]*> /);
			child.stdin.write("6 * 7\r");
			await expect(/\n42\r/);
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

	describe("raw mode", () => {
		let line: Line | undefined;
		let client: RawClient;

		/** A client on a line of its own to a board. */
		async function connected(): Promise<RawClient> {
			line = await startBoard(image, ["--no-forward", "--", "quiet"]);
			client = new RawClient(line);
			await client.connect();
			return client;
		}

		afterEach(async () => {
			await line?.close();
			line = undefined;
		});

		it("greets, and keeps output, value and error apart", async () => {
			await connected();
			assert.equal(client.hello.board, "native-sim");
			assert.equal(client.hello.version, "test");
			await client.evaluate("console.log('printed'); ({ a: 1 })");
			assert.deepEqual(await gather(client), { output: "printed\n", value: "{ a: 1 }", error: "", status: 0 });
			await client.evaluate("console.log('printed'); throw new TypeError('wrong')");
			const thrown = await gather(client);
			assert.deepEqual(
				{ ...thrown, error: thrown.error.split("\n")[0] },
				{ output: "printed\n", value: "", error: "TypeError: wrong", status: 1 },
			);
		});

		it("carries every character", async () => {
			await connected();
			const odd = "\\u0000\\u0001\\u0003\\u007d\\u007e\\u007f\\ud83d\\ude00€ä\\r\\n";
			await client.evaluate(`console.log("${odd}".repeat(200))`);
			const expected = `${JSON.parse(`"${odd}"`).repeat(200)}\n`;
			assert.equal((await gather(client)).output, expected);
		});

		it("refuses a module that is no JavaScript, and one that is too big, in one line", async () => {
			await connected();
			await assert.rejects(client.module("a", "a.ts", "let let = 1;"), /a\.ts/);
			await assert.rejects(
				client.module("b", "b.ts", `"${"x".repeat(200_000)}"`),
				/^BoardSilent|.*b\.ts is too big: it takes 200002 bytes of the heap, \d+ are free$/,
			);
			await assert.rejects(
				client
					.program("nowhere", [])
					.then(() => gather(client))
					.then(({ error }) => Promise.reject(new Error(error))),
				/nowhere/,
			);
			await client.evaluate("1");
			assert.equal((await gather(client)).value, "1");
		});

		it("refuses to run two programs at a time", async () => {
			await connected();
			await client.evaluate("await new Promise(() => {})");
			await assert.rejects(client.evaluate("'second'"), /a program is running/);
			client.interrupt();
			assert.equal((await gather(client)).status, 130);
			await client.evaluate("'third'");
			assert.equal((await gather(client)).value, "'third'");
		});

		it("resets to the REPL alone", async () => {
			await connected();
			await client.evaluate("globalThis.x = 1");
			await gather(client);
			const hello = await client.reset();
			assert(hello.free > 30_000);
			await client.evaluate("typeof x");
			assert.equal((await gather(client)).value, "'undefined'");
		});
	});

	describe("a bad line", () => {
		let path: string;

		beforeEach(async () => {
			path = join(folder, `line-${Math.random()}`);
			await start(`unix:${path}`, "--forward", "0:9000");
		});

		/** The line with damage: `damage` gets each chunk, and whether it goes to the board. */
		async function through(
			damage: (data: Buffer, toBoard: boolean) => Buffer,
		): Promise<{ client: RawClient; socket: Socket }> {
			const socket = connect(path);
			await once(socket, "connect");
			const { PassThrough, Duplex } = await import("node:stream");
			const incoming = new PassThrough();
			socket.on("data", (data: Buffer) => incoming.write(damage(data, false)));
			const stream = Duplex.from({
				readable: incoming,
				writable: new (await import("node:stream")).Writable({
					write(data: Buffer, _encoding, done) {
						socket.write(damage(data, true), () => done());
					},
				}),
			});
			const over = new Promise<string>((resolve) => socket.on("close", () => resolve("closed")));
			return {
				client: new RawClient({ stream, name: "the line", over, close: async () => void socket.destroy() }),
				socket,
			};
		}

		it("sends again what the board did not get whole", async () => {
			let frames = 0;
			const { client, socket } = await through((data, toBoard) => {
				if (!toBoard || data[0] !== 0x7e || ++frames % 3 !== 0) return data;
				const copy = Buffer.from(data);
				copy[copy.length >> 1] = (copy[copy.length >> 1] as number) ^ 0x41;
				return copy;
			});
			await client.connect();
			const text = `console.log(${JSON.stringify("x".repeat(5000))});`;
			await client.module("noisy", "noisy.ts", text);
			await client.program("noisy", []);
			assert.equal((await gather(client)).output.length, 5001);
			assert(frames > 5);
			socket.destroy();
		});

		it("says so when what the board sent is damaged", async () => {
			let hit = false;
			const { client, socket } = await through((data, toBoard) => {
				const at = toBoard ? -1 : data.indexOf("damage me");
				if (at < 0) return data;
				hit = true;
				const copy = Buffer.from(data);
				copy[at] = 0x58;
				return copy;
			});
			await client.connect();
			await client.evaluate("console.log('one'); console.log('damage me'); console.log('three')");
			await assert.rejects(gather(client), /the line is noisy/);
			assert(hit);
			socket.destroy();
		});

		it("is survived: frames that are cut, garbage, and a line that drops while the board prints", async () => {
			const first = connect(path);
			await once(first, "connect");
			first.write("\x01");
			await once(first, "data");
			first.write(Buffer.from([0x7e, 0x43, 0x01, 0xff]));
			first.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => 32 + ((i * 7919) % 224))));
			first.destroy();
			// Meanwhile the server serves, and its log lines go nowhere.
			const port = await (board as Board).port();
			for (let i = 0; i < 20; i++) {
				const socket = await open(port);
				socket.write("hello");
				await readExactly(socket, 5);
				await close(socket);
			}
			const line = await openPort(`unix:${path}`);
			const client = new RawClient(line);
			await client.connect();
			await client.evaluate("6 * 7");
			assert.equal((await gather(client)).value, "42");
			client.leave();
			await line.close();
		});

		it("costs nothing after output that nobody read", async () => {
			await board?.stop();
			const port = await start("pty", "--no-forward");
			const line = await openFile(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
			await line.write("for (let i = 0; i < 20000; i++) console.log('line', i)\r");
			// When it says no more, it waits for nobody.
			const pid = (board as Board).pid;
			const quiet = async () => {
				const before = cpuTicks(pid);
				await sleep(1000);
				return cpuTicks(pid) - before <= 2;
			};
			while (!(await quiet()));
			const bytes = Buffer.alloc(65_536);
			for (;;) {
				const { bytesRead } = await line.read(bytes).catch(() => ({ bytesRead: 0 }));
				if (bytesRead === 0) break;
			}
			assert(await quiet(), "it uses the processor although nothing happens");
			await line.write("6 * 7\r");
			let said = "";
			while (!/42/.test(said)) {
				const { bytesRead } = await line.read(bytes).catch(() => ({ bytesRead: 0 }));
				said += bytes.toString("utf8", 0, bytesRead);
				if (bytesRead === 0) await sleep(10);
			}
			await line.close();
		});

		it("goes on when the other side goes away in the middle of much output", async () => {
			const { client, socket } = await through((data) => data);
			await client.connect();
			await client.evaluate("for (let i = 0; i < 100000; i++) console.log('much', i)");
			const events = client.events();
			await events.next();
			await events.return();
			socket.destroy();
			const line = await openPort(`unix:${path}`);
			const second = new RawClient(line);
			await second.connect();
			await second.evaluate("'here'");
			assert.equal((await gather(second)).value, "'here'");
			await line.close();
		});
	});
});
