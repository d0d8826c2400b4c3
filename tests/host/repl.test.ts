// SPDX-License-Identifier: MIT
// The prompt in a terminal, with the keys that a person presses: what is typed, and how it is edited. tests/images/repl is a
// prompt with an echo server beside it.

import assert from "node:assert/strict";
import { boardNames } from "#tools/boards/boards.js";
import { usePrompts } from "./support/prompt.js";
import { CTRL_C, CTRL_D, CTRL_E, ENTER, type Terminal } from "./support/terminal.js";

for (const name of boardNames) {
	describe(`the prompt of ${name}`, function () {
		this.timeout(60_000);
		this.slow(3000);
		let terminal: Terminal;
		const { start } = usePrompts(name, (started) => {
			terminal = started;
		});

		it("says who is there, and has a prompt that ends in '> '", async () => {
			await start();
			assert.match(terminal.screen.lines.join("\n"), new RegExp(`camsock on ${name}; \\.help`));
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
			await terminal.expect(/'abc[^\r]*\r\x1b\[2C/);
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
	});
}
