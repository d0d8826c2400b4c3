// SPDX-License-Identifier: MIT
// The prompt in a terminal, with the keys that a person presses. tests/images/repl is a prompt with an echo server beside
// it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { Board } from "./support/board.js";
import { close, open, readExactly } from "./support/net.js";
import {
	CTRL_A,
	CTRL_B,
	CTRL_C,
	CTRL_D,
	CTRL_E,
	ENTER,
	LEAVE,
	Terminal,
	type TerminalOptions,
} from "./support/terminal.js";

describe("the prompt", function () {
	this.timeout(60_000);
	this.slow(3000);
	let image: Launch;
	let terminal: Terminal;

	before(async function () {
		this.timeout(300_000);
		image = await buildImage({ manifest: "tests/images/repl/manifest.json" });
	});

	/** A board whose prompt is there. */
	async function start(options: TerminalOptions = {}): Promise<Terminal> {
		terminal = new Terminal(image, { words: ["quiet"], env: { NO_COLOR: "1" }, ...options });
		await terminal.prompt();
		return terminal;
	}

	/** One with the echo server, and the port that leads to it. */
	async function serving(): Promise<number> {
		await start({ words: [], options: ["--forward", "0:9000"] });
		const [, port] = /forwarding 127\.0\.0\.1:(\d+)/.exec(terminal.raw) ?? [];
		assert(port, "the board says its port first");
		await terminal.expect(/listening/);
		await terminal.prompt();
		return Number(port);
	}

	/** Ctrl-D, and waits until the server listens again. */
	async function reset(): Promise<void> {
		terminal.type(CTRL_D);
		await terminal.expect(/soft reset[\s\S]*listening/);
		await terminal.prompt();
	}

	/** Has the echo server echo something. */
	async function echoes(port: number): Promise<void> {
		const socket = await open(port);
		socket.write("hello");
		assert.equal((await readExactly(socket, 5)).toString(), "hello");
		await close(socket);
	}

	afterEach(async () => {
		if (terminal) await terminal.leave();
	});

	it("says who is there, and has a prompt that ends in '> '", async () => {
		await start();
		assert.match(terminal.screen.lines.join("\n"), /camsock on native-sim; \.help/);
		assert.equal(terminal.screen.line, ">");
		assert.equal(terminal.screen.column, 2);
	});

	it("shows values, and the last one is _", async () => {
		await start();
		assert.equal(await terminal.run("1 + 1"), "2");
		assert.equal(await terminal.run("_ * 21"), "42");
		assert.equal(await terminal.run("undefined"), "");
		assert.equal(await terminal.run("_"), "42");
		assert.equal(await terminal.run("{ a: 1, b: [2, 'c'] }"), "{ a: 1, b: [ 2, 'c' ] }");
		assert.equal(await terminal.run("new Uint8Array([0, 1, 255])"), "Uint8Array(3) { 00 01 ff }");
		assert.equal(await terminal.run("new Map([[1, new Set([2])]])"), "Map(1) { 1 => Set(1) { 2 } }");
		assert.equal(await terminal.run("const o = {}; o.o = o"), "{ o: [Circular] }");
		assert.match(await terminal.run("'x'.repeat(9000)"), /^'x{3000,4500}…' \(\d+ more characters\)$/);
		assert.match(await terminal.run("new Uint8Array(1000)"), /… 900 more/);
	});

	it("shows errors with their stacks", async () => {
		await start();
		await terminal.run("function fail() { throw new RangeError('too much'); return 1 }");
		assert.equal(await terminal.run("fail(); 1"), "RangeError: too much\n at fail (prompt:1)\n at (prompt:1)");
		assert.match(await terminal.run("nothing"), /^ReferenceError: .*nothing/);
		assert.match(await terminal.run("1 +* 2"), /^SyntaxError: /);
		assert.equal(await terminal.run("throw 5"), "thrown: 5");
		assert.equal(
			await terminal.run("await Promise.reject(new Error('late'))"),
			"Error: late\n at (prompt:1)\n at (prompt:1)",
		);
	});

	it("keeps what is declared, also before an error", async () => {
		await start();
		await terminal.run("const a = 1; let b = 2; var c = 3; class D {}; function e() { return a + b }");
		assert.equal(await terminal.run("[a, b, c, new D(), e()]"), "[ 1, 2, 3, D {}, 3 ]");
		await terminal.run("b = 10");
		assert.equal(await terminal.run("e()"), "11");
		assert.match(await terminal.run("a = 2"), /^TypeError: .*const/);
		assert.equal(await terminal.run("const a = 'again'; a"), "'again'");
		assert.match(await terminal.run("const f = 6, g = (() => { throw new Error('no') })()"), /^Error: no/);
		assert.equal(await terminal.run("f"), "6");
		assert.match(await terminal.run("g"), /^ReferenceError/);
		assert.equal(await terminal.run("const g = 7; g"), "7");
	});

	it("awaits and imports at the top", async () => {
		await start();
		assert.equal(await terminal.run("await new Promise((done) => setTimeout(() => done(5), 10))"), "5");
		await terminal.run("const late = await Promise.resolve(6)");
		assert.equal(await terminal.run("late"), "6");
		await terminal.run('import { inet_pton } from "sockets"');
		assert.equal(await terminal.run('inet_pton(2, "127.0.0.1")'), "Uint8Array(4) { 7f 00 00 01 }");
		assert.equal(await terminal.run('(await import("sockets")).AF_INET'), "2");
		assert.match(await terminal.run('import "nowhere"'), /module "nowhere" not found/);
	});

	it("knows when a statement is complete", async () => {
		await start();
		terminal.type(`function twice(x) {${ENTER}`);
		await terminal.expect(/\.\.\. \x1b\[K/);
		terminal.type(`return x * 2${ENTER}`);
		await terminal.expect(/\.\.\. \x1b\[K/);
		await terminal.run("}");
		assert.equal(await terminal.run("twice(4)"), "8");
		for (const [first, ...rest] of [
			["`a", "b`"],
			["[1,", "2]"],
			["1 +", "2"],
			["/* a", "comment */ 1"],
			["'a\\", "b'"],
			["if (1)", "{", "}"],
		] as string[][]) {
			terminal.type(first + ENTER);
			for (const line of rest) {
				await terminal.expect(/\.\.\. \x1b\[K/);
				terminal.type(line + ENTER);
			}
			await terminal.prompt();
		}
		assert.match(await terminal.run("'abc"), /^SyntaxError: end of line in string/);
		assert.match(await terminal.run("/abc"), /^SyntaxError/);
		assert.match(await terminal.run(")"), /^SyntaxError/);
	});

	it("edits lines", async () => {
		await start();
		const [left, right, home, end] = ["\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F"];
		const wordLeft = "\x1b[1;5D";
		const wordRight = "\x1bf";
		assert.equal(await terminal.run(`13${left}2`), "123");
		assert.equal(await terminal.run(`23${home}1${end}4`), "1234");
		assert.equal(await terminal.run(`12\x7f3`), "13");
		assert.equal(await terminal.run(`123${left}${left}\x1b[3~`), "13");
		assert.equal(await terminal.run(`'one two three'${wordLeft}${wordLeft}X`), "'one Xtwo three'");
		assert.equal(await terminal.run(`'one two'${home}${wordRight}X`), "'oneX two'");
		// Kill to the end, to the start, a word; and yank.
		assert.equal(await terminal.run(`1 + 2${left}${left}${left}\x0b`), "1");
		assert.equal(await terminal.run(`9 + 1\x15${"7"}`), "7");
		assert.equal(await terminal.run(`'a b c'${left}\x17\x19\x19`), "'a b cc'");
		assert.equal(await terminal.run(`1\x01\x05 + 1`), "2");
		assert.equal(await terminal.run(`'ä€😀'${left}${left}\x7f`), "'ä€'".replace("€", "😀"));
		assert.equal(await terminal.run(`12${left}${right}${right}3`), "123");
	});

	it("shows a long line as a window around the cursor", async () => {
		await start({ columns: 30 });
		terminal.type(`'${"abcdefghij".repeat(6)}`);
		await terminal.expect(/j\x1b\[K/);
		assert(terminal.screen.line.length <= 30, terminal.screen.line);
		assert.match(terminal.screen.line, /^> \w+j$/);
		terminal.type("\x1b[H");
		await terminal.expect(/'abc/);
		assert.match(terminal.screen.line, /^> 'abcdefg/);
		assert.equal(terminal.screen.column, 2);
		assert.equal(await terminal.run("\x1b[F'.length"), "60");
	});

	it("remembers lines", async () => {
		await start();
		await terminal.run("1 + 1");
		await terminal.run("2 + 2");
		assert.equal(await terminal.run("\x1b[A\x1b[A"), "2");
		assert.equal(await terminal.run("\x1b[A\x1b[A\x1b[A\x1b[B"), "4");
		// What was being typed comes back.
		assert.equal(await terminal.run("3\x1b[A\x1b[B"), "3");
	});

	it("completes globals, properties, commands and modules", async () => {
		await start();
		assert.equal(await terminal.run("Obj\t.na\t"), "'Object'");
		await terminal.run("const camera = { resolution: { width: 640 } }");
		assert.equal(await terminal.run("cam\t.res\t.wi\t"), "640");
		assert.match(await terminal.run(".up\t"), /^\d+ s$/);
		assert.equal(await terminal.run('typeof (await import("sockets/sta\t")).stats'), "'function'");
		terminal.type("Math.s\t");
		await terminal.expect(/sin .*sqrt/);
		await terminal.expect(/> Math\.s/);
		assert.equal(terminal.screen.line, "> Math.s");
		terminal.type(CTRL_C);
		await terminal.prompt();
		// A getter is not called for it.
		await terminal.run("let called = 0; const trap = { get it() { called++; return {} } }");
		terminal.type("trap.it.x\t");
		await terminal.expect(/\x07/);
		terminal.type(CTRL_C);
		await terminal.prompt();
		assert.equal(await terminal.run("called"), "0");
	});

	it("pastes", async () => {
		await start();
		terminal.type(CTRL_E);
		await terminal.expect(/=== \x1b\[K/);
		terminal.type(`let sum = 0${ENTER}${ENTER}for (const n of [1, 2, 3])${ENTER}\tsum += n${ENTER}sum * 2`);
		terminal.type(CTRL_D);
		await terminal.expect(/\n12\r+\n/);
		await terminal.prompt();
		// Ctrl-C takes what was typed before it, so it has to come later.
		terminal.type(`${CTRL_E}throw 1${ENTER}`);
		await terminal.expect(/throw 1\r+\n/);
		terminal.type(CTRL_C);
		await terminal.prompt();
		assert.equal(await terminal.run("5"), "5");
	});

	it("takes 4 KB in one write, and loses nothing", async () => {
		await start();
		await terminal.run("let total = 0");
		const lines = Array.from({ length: 256 }, (_, i) => `total += ${String(i).padStart(6)}${ENTER}`);
		const paste = lines.join("");
		assert.equal(paste.length, 4096);
		terminal.type(paste);
		await terminal.expect(/\n32640\r+\n/);
		await terminal.prompt();
		assert.equal(await terminal.run("total"), "32640");
	});

	for (const [what, line] of [
		["an endless loop", "begin(); for (;;);"],
		["a loop of promises", "begin(); for (;;) await null"],
		["a blocking accept", "begin(); listener.accept()"],
		["a blocking recv", "begin(); client.recv(1)"],
		["a pending await", "begin(); await new Promise(() => {})"],
		["a loop in a timer", "await new Promise(() => setTimeout(() => { begin(); for (;;); }, 1))"],
		["an endless regular expression", "begin(); /(a*)*b/.test('a'.repeat(40))"],
	] as const) {
		it(`interrupts ${what}, and the sockets stay`, async () => {
			const port = await serving();
			await terminal.run('import { create_connection, create_server } from "sockets"');
			await terminal.run('const listener = create_server(["127.0.0.1", 9001])');
			await terminal.run("const client = create_connection(['127.0.0.1', 9001]); const [peer] = listener.accept()");
			await terminal.run("const begin = () => console.log('it', 'begins')");
			terminal.type(line + ENTER);
			await terminal.expect(/it begins/);
			terminal.type(CTRL_C);
			await terminal.expect(/KeyboardInterrupt/);
			await terminal.prompt();
			assert.equal(await terminal.run("peer.sendall('x'); client.recv(1)"), "Uint8Array(1) { 78 }");
			await echoes(port);
		});
	}

	it("gives a KeyboardInterrupt that can be caught", async () => {
		await start();
		await terminal.run('import { KeyboardInterrupt } from "sockets"');
		await terminal.run("let caught; const begin = () => console.log('it', 'begins')");
		terminal.type(`try { begin(); for (;;); } catch (error) { caught = error }${ENTER}`);
		await terminal.expect(/it begins/);
		terminal.type(CTRL_C);
		await terminal.prompt();
		assert.equal(await terminal.run("caught.name"), "'KeyboardInterrupt'");
		assert.equal(await terminal.run("caught instanceof KeyboardInterrupt"), "true");
	});

	it("resets when Ctrl-C is caught again and again", async () => {
		await start();
		await terminal.run("const begin = () => console.log('it', 'begins')");
		terminal.type(`for (;;) { try { begin(); for (;;); } catch {} }${ENTER}`);
		for (let i = 0; i < 3; i++) {
			await terminal.expect(/it begins/);
			terminal.type(CTRL_C);
		}
		await terminal.expect(/soft reset[\s\S]*camsock on/);
		await terminal.prompt();
		assert.equal(await terminal.run("1 + 1"), "2");
	});

	it("resets softly: everything is gone, and the port is free at once", async () => {
		const port = await serving();
		const socket = await open(port);
		socket.on("error", () => {});
		socket.write("hello");
		await readExactly(socket, 5);
		await terminal.run("const x = 1");
		await reset();
		assert.match(await terminal.run("x"), /^ReferenceError/);
		assert.match(await terminal.run(".sockets"), /^local .*\n0\.0\.0\.0:9000 +- +listening/);
		await echoes(port);
		socket.destroy();
	});

	it("resets 200 times, and the memory is the same", async function () {
		this.timeout(120_000);
		const port = await serving();
		const measure = async () => {
			await terminal.run('import { memory } from "board"');
			return terminal.run("let m = memory(); [m.chunks, m.slots, m.taken, ...Object.values(m.pools)].join(' ')");
		};
		let first: string | undefined;
		for (let i = 0; i < 200; i++) {
			// With a listener, a connection, and a socket that only its number stands for.
			await terminal.run('import { create_server, create_connection } from "sockets"');
			await terminal.run(
				"let s = create_server(['', 9002]), c = create_connection(['127.0.0.1', 9002]), [p] = s.accept()",
			);
			await terminal.run("create_connection(['127.0.0.1', 9002]).detach()");
			await reset();
			if (i === 0) first = await measure();
			if (i === 0) await reset();
		}
		await echoes(port);
		await reset();
		assert.equal(await measure(), first);
	});

	it("keeps the input line whole while others print", async () => {
		const port = await serving();
		terminal.type("1 + 2");
		await terminal.expect(/1 \+ 2/);
		await echoes(port);
		await terminal.expect(/a client has gone/);
		await terminal.expect(/> 1 \+ 2\x1b\[K/);
		assert.equal(terminal.screen.line, "> 1 + 2");
		assert.equal(terminal.screen.lines.at(-2), "a client has gone after 5 bytes");
		assert.equal(await terminal.run(""), "3");
	});

	it("shows errors of timers and lost promises, and goes on", async () => {
		await start();
		terminal.type(`setTimeout(() => { throw new RangeError("in a timer") }, 1)${ENTER}`);
		await terminal.expect(/uncaught RangeError: in a timer/);
		await terminal.prompt();
		terminal.type(`void Promise.reject(new RangeError("lost"))${ENTER}`);
		await terminal.expect(/uncaught RangeError: lost/);
		await terminal.prompt();
		assert.equal(await terminal.run("1 + 1"), "2");
	});

	it("survives what is fatal elsewhere", async () => {
		await start();
		assert.match(await terminal.run("const all = []; for (;;) all.push({})"), /^RangeError: out of memory/);
		await terminal.run("all.length = 0");
		assert.match(await terminal.run("new Uint8Array(10_000_000)"), /^RangeError: out of memory/);
		assert.match(await terminal.run("function deep() { return deep() + 1 }; deep()"), /^RangeError: stack overflow/);
		assert.match(await terminal.run(`${"(".repeat(400)}1${")".repeat(400)}`), /^1$|RangeError|SyntaxError/);
		assert.match(await terminal.run("for (let i = 0; ; i++) globalThis['name' + i] = 0"), /^RangeError: out of/);
		terminal.type(CTRL_D);
		await terminal.expect(/soft reset/);
		await terminal.prompt();
		assert.equal(await terminal.run("1 + 1"), "2");
	});

	it("survives garbage, NULs, broken UTF-8 and lines without end", async () => {
		await start();
		terminal.type(
			Buffer.from([0, 0, 0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0x1b, 0x5b, 0x31, 0x3b, 0x1b, 0x4f, 0x0e, 0x0f]),
		);
		terminal.type("x".repeat(20_000));
		terminal.type(CTRL_C);
		await terminal.prompt();
		terminal.type(`${"(".repeat(1000)}${ENTER}`.repeat(9));
		await terminal.expect(/too long: a statement has at most 8192 characters/);
		await terminal.prompt();
		assert.equal(await terminal.run("1 + 1"), "2");
	});

	it("survives a fuzzer", async () => {
		const fuzzer = await buildImage({ manifest: "tests/images/fuzz/manifest.json" });
		const board = new Board(fuzzer, { words: ["3000", String(process.pid)] });
		assert.deepEqual(await board.end(), { status: 0, signal: null }, board.stderr.all.join("\n"));
		const heap = /heap (\d+) (\d+) before, (\d+) (\d+) after/.exec(board.stdout.all.join("\n"));
		const [chunks = 0, slots = 0, chunksAfter = 0, slotsAfter = 0] = (heap ?? []).slice(1).map(Number);
		// What was killed last may be a whole line of characters of three bytes.
		assert(chunks > 0 && chunksAfter - chunks < 8192 && slotsAfter - slots < 200, heap?.[0]);
	});

	it("has commands", async () => {
		const port = await serving();
		const help = await terminal.run(".help");
		for (const name of [
			"net",
			"sockets",
			"serve",
			"stop",
			"connect",
			"test",
			"mem",
			"gc",
			"uptime",
			"version",
			"reset",
		]) {
			assert.match(help, new RegExp(`^\\.${name} `, "m"));
		}
		assert.match(await terminal.run(".net"), /^en1 {2}up {2}10\.0\.2\.15 netmask 255\.255\.255\.0/m);
		const socket = await open(port);
		socket.write("hello");
		await readExactly(socket, 5);
		assert.match(await terminal.run(".sockets"), /10\.0\.2\.15:9000 +10\.0\.2\.2:\d+ +connected +0 +\d/);
		await close(socket);
		assert.match(await terminal.run(".mem"), /stack, slots +\d+ +\d+ +1024/);
		assert.match(await terminal.run(".gc"), /^\d+ bytes of chunks, \d+ slots$/m);
		assert.equal(await terminal.run(".version"), "camsock test on native-sim");
		assert.match(await terminal.run(".test"), /ok 1 - sample > passes\nnot ok 2 - sample > fails/);
		assert.match(await terminal.run(".nothing"), /^there is no command \.nothing/);
		assert.equal(await terminal.run(".serve 9001"), "listening on 0.0.0.0:9001; .stop ends it");
		assert.match(await terminal.run(".connect 127.0.0.1 9001 good day"), /^9 bytes: good day$/m);
		assert.match(await terminal.run(".serve 9001"), /EADDRINUSE/);
		assert.equal(await terminal.run(".stop"), "stopped: port 9001");
		assert.match(await terminal.run(".connect 127.0.0.1 9001"), /ECONNREFUSED/);
		assert.match(await terminal.run(".serve http"), /^'http' is no port/);
		terminal.type(`.reset${ENTER}`);
		await terminal.expect(/soft reset[\s\S]*listening/);
	});

	it("has colours on a terminal, and none with NO_COLOR", async () => {
		await start({ env: { NO_COLOR: "" } });
		terminal.type(`[1, 'a']${ENTER}`);
		await terminal.expect(/\x1b\[33m1\x1b\[39m, \x1b\[32m'a'\x1b\[39m/);
		await terminal.leave();
		await start();
		await terminal.run("[1, 'a']");
		assert.doesNotMatch(terminal.raw, /\x1b\[\d+m/);
	});

	it("goes to raw mode and back", async () => {
		await start();
		terminal.type(CTRL_A);
		await terminal.expect(/~H.*"protocol":1.*~/);
		terminal.type(CTRL_B);
		await terminal.expect(/camsock on/);
		await terminal.prompt();
		assert.equal(await terminal.run("1 + 1"), "2");
	});

	describe("leaves the terminal as it was", () => {
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
					return words[0]?.endsWith("/firmware") && words.includes(word);
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
					options: ["--manifest", "tests/images/repl/manifest.json", "--forward", "0:9000"],
					words: ["quiet", marker],
				},
			);
			await terminal.prompt();
			process.kill(firmwareWith(marker), "SIGKILL");
			const [before, after] = await settings();
			assert.equal(after, before);
		});

		for (const signal of ["INT", "TERM", "HUP", "QUIT", "ABRT", "SEGV"]) {
			it(`after SIG${signal}`, async () => {
				await start({ before: "stty -g; sh -c 'echo pid $$; exec \"$@\"' sh", after: "stty -g;" });
				const [, pid] = /pid (\d+)/.exec(terminal.raw) as RegExpExecArray;
				process.kill(Number(pid), `SIG${signal}`);
				const [before, after] = await settings();
				assert.equal(after, before);
			});
		}
	});
});
