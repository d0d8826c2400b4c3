// SPDX-License-Identifier: MIT
// The prompt in a terminal: Ctrl-C, soft resets, what others print meanwhile, what must not end it, its commands.

import assert from "node:assert/strict";
import { boardNames } from "#tools/boards/boards.js";
import { close, open, readExactly } from "./support/net.js";
import { echoes, usePrompts } from "./support/prompt.js";
import { CTRL_A, CTRL_B, CTRL_C, CTRL_D, ENTER, type Terminal } from "./support/terminal.js";

for (const name of boardNames) {
	describe(`a session at the prompt of ${name}`, function () {
		this.timeout(60_000);
		this.slow(3000);
		let terminal: Terminal;
		const { reset, serving, start } = usePrompts(name, (started) => {
			terminal = started;
		});

		for (const [what, line] of [
			["an endless loop", "begin(); for (;;);"],
			["a loop of promises", "begin(); for (;;) await null"],
			["a blocking accept", "begin(); listener.accept()"],
			["a blocking recv", "begin(); client.recv(1)"],
			["a pending await", "begin(); await new Promise(() => {})"],
			["a loop in a timer", "await new Promise(() => setTimeout(() => { begin(); for (;;); }, 1))"],
			["a regular expression that takes ages", "begin(); /^(a|a)*$/.test('a'.repeat(60) + 'b')"],
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

		// In QEMU each takes its time, and the code is the same.
		const resets = name === "native-sim" ? 200 : 50;
		it(`resets ${resets} times, and the memory is the same`, async function () {
			this.timeout(120_000);
			const port = await serving();
			const measure = async () => {
				await terminal.run('import { memory } from "board"');
				// lwIP's timer of TCP ends with its next tick, by the same clock, 250 ms after the last connection at the latest.
				await terminal.run("await new Promise((resolve) => setTimeout(resolve, 300))");
				return terminal.run("let m = memory(); [m.chunks, m.slots, m.taken, ...Object.values(m.pools)].join(' ')");
			};
			let first: string | undefined;
			for (let i = 0; i < resets; i++) {
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
			for (const [line, error] of [
				["new Uint8Array(10_000_000)", /^RangeError: out of memory/],
				["function deep() { return deep() + 1 }; deep()", /^RangeError: stack overflow/],
				[`${"(".repeat(400)}1${")".repeat(400)}`, /^1$|RangeError|SyntaxError/],
				// What is left after these may be too little for any statement: only a reset helps.
				["const all = []; for (;;) all.push({})", /^RangeError: out of memory/],
				["for (let i = 0; ; i++) globalThis['name' + i] = 0", /^RangeError: out of/],
			] as const) {
				assert.match(await terminal.run(line), error);
				if (!line.includes("for (")) assert.equal(await terminal.run("1 + 1"), "2");
				terminal.type(CTRL_D);
				await terminal.expect(/soft reset/);
				await terminal.prompt();
				assert.equal(await terminal.run("1 + 1"), "2");
			}
		});

		it("survives garbage, NULs, broken UTF-8 and lines without end", async () => {
			await start();
			terminal.type(
				Buffer.from([0, 0, 0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0x1b, 0x5b, 0x31, 0x3b, 0x1b, 0x4f, 0x0e, 0x0f]),
			);
			terminal.type("x".repeat(20_000));
			terminal.type(CTRL_C);
			await terminal.prompt();
			// A parser that has much room takes it for the start of something, one that has little does not.
			terminal.type("(".repeat(1000) + ENTER);
			await terminal.expect(/\.\.\. \x1b\[K|SyntaxError: stack overflow/);
			terminal.type(CTRL_C);
			await terminal.prompt();
			terminal.type(`/*${ENTER}${`${"(".repeat(1000)}${ENTER}`.repeat(9)}`);
			await terminal.expect(/too long: a statement has at most 8192 characters/);
			await terminal.prompt();
			assert.equal(await terminal.run("1 + 1"), "2");
		});

		it("has commands", async () => {
			const port = await serving();
			const help = await terminal.run(".help");
			for (const command of [
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
				assert.match(help, new RegExp(`^\\.${command} `, "m"));
			}
			assert.match(await terminal.run(".net"), /^en1 {2}up {2}10\.0\.2\.15 netmask 255\.255\.255\.0/m);
			const socket = await open(port);
			socket.write("hello");
			await readExactly(socket, 5);
			assert.match(await terminal.run(".sockets"), /10\.0\.2\.15:9000 +10\.0\.2\.2:\d+ +connected +0 +\d/);
			await close(socket);
			assert.match(await terminal.run(".mem"), /stack, slots +\d+ +\d+ +1024/);
			assert.match(await terminal.run(".gc"), /^\d+ bytes of chunks, \d+ slots$/m);
			assert.equal(await terminal.run(".version"), `camsock test on ${name}`);
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
	});
}
