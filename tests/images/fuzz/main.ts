// SPDX-License-Identifier: MIT
// Random keys for the prompt's parser, editor and completion, with the sequences of real keys mixed in: nothing may throw, what
// is kept has its limits, and the heap does not grow. The board's arguments: COUNT SEED. The heap of this image is large, so that it is
// the editor that takes the time, and not the collector.

import { args, exit, memory } from "board";
import { columns, commonStart, complete } from "repl/complete";
import { Keys } from "repl/keys";
import { LINE_LIMIT, LineEditor } from "repl/line-editor";
import { textWidth } from "repl/width";

const SEQUENCES = [
	"\x1b[A",
	"\x1b[B",
	"\x1b[C",
	"\x1b[D",
	"\x1b[H",
	"\x1b[F",
	"\x1b[3~",
	"\x1b[1;5C",
	"\x1b[1;5D",
	"\x1bOA",
	"\x1bb",
	"\x1bf",
	"\x1bd",
	"\x1b",
	"\x1b[",
	"\x1b[200~",
	"\x0b",
	"\x15",
	"\x17",
	"\x19",
	"\x7f",
	"\x0c",
	"\t",
	"\r",
	"\r\n",
	"ä€😀",
	"const x = 1;",
	"console.log('x')",
	" glob",
	"globalThis.Ma",
	"memory.",
	" import 'so",
];

/** xorshift32: the same numbers for the same seed. */
function generator(seed: number): (limit: number) => number {
	let state = seed | 0 || 1;
	return (limit) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % limit;
	};
}

function fuzz(count: number, seed: number): void {
	const random = generator(seed);
	const encoder = new TextEncoder();
	const sequences = SEQUENCES.map((text) => encoder.encode(text));
	const keys = new Keys();
	const editor = new LineEditor();
	const buffer = new Uint8Array(32);
	let [pressed, characters, lines, longest] = [0, 0, 0, 0];

	/** What Tab does with the line. */
	const offer = (text: string): void => {
		const { length, words } = complete(text);
		const start = text.slice(text.length - length);
		if (!words.every((word) => word.startsWith(start))) throw new Error(`${start}: offers ${words.join(" ")}`);
		if (words.length > 0 && !commonStart(words).startsWith(start)) throw new Error(`${start}: nothing in common`);
		columns(words, 20 + random(100));
	};

	const step = (bytes: Uint8Array): void => {
		keys.feed(
			bytes,
			(key) => {
				pressed++;
				if (key === "enter") {
					lines++;
					editor.take();
				} else if (key === "tab") offer(editor.text);
				else editor.press(key);
				return false;
			},
			(text) => {
				characters += text.length;
				editor.insert(text);
			},
		);
		const { length } = editor.text;
		longest = Math.max(longest, length);
		if (length > LINE_LIMIT) throw new Error(`a line of ${length} characters`);
	};

	const round = (i: number): void => {
		if (random(3) === 0) {
			step(sequences[random(sequences.length)] as Uint8Array);
		} else {
			const bytes = buffer.subarray(0, 1 + random(buffer.length - 1));
			for (let k = 0; k < bytes.length; k++) bytes[k] = random(256);
			step(bytes);
		}
		if (i % 64 !== 0) return;
		editor.columns = 20 + random(100);
		const row = editor.render().replace(/\x1b\[\d*[A-Z]|\r/g, "");
		if (textWidth(row) > editor.columns) throw new Error(`a row of ${textWidth(row)} columns: ${row}`);
	};

	/** Ends everything that is under way, so that the heap can be compared. */
	const settle = (): number[] => {
		step(encoder.encode("x\r\r"));
		editor.take();
		for (let i = 0; i < 200; i++) {
			editor.insert(`history ${i}`);
			editor.take();
		}
		const { chunks, slots } = memory();
		return [chunks, slots];
	};

	for (let i = 0; i < 5000; i++) round(i);
	const before = settle();
	for (let i = 0; i < count; i++) round(i);
	const after = settle();
	console.log(`fuzz: ${count} inputs, ${pressed} keys, ${characters} characters, ${lines} lines, longest ${longest}`);
	console.log(`fuzz: heap ${before.join(" ")} before, ${after.join(" ")} after`);
}

fuzz(Number(args[0]), Number(args[1]));
exit(0);
