// SPDX-License-Identifier: MIT
// A line of input that is edited: its text, the cursor, what was killed, and how all that looks on one row of a terminal.
// A line that is longer than the row is shown as a window that moves with the cursor, so that nothing depends on how a
// terminal wraps. The session (session.ts) decides what keys mean that end a line.

import type { Key } from "repl/keys";
import { textWidth, width } from "repl/width";

/** Characters of a line at most: what does not fit is refused with a bell. */
export const LINE_LIMIT = 1024;
/** Lines and characters of the history. */
const HISTORY_LINES = 100;
const HISTORY_LIMIT = 4096;

const BELL = "\x07";
const ERASE_TO_END = "\x1b[K";

function isWord(character: string): boolean {
	return /[\w$\u0080-\u{10ffff}]/u.test(character);
}

export class LineEditor {
	prompt = "> ";
	/** Columns of the terminal. */
	columns = 80;
	/** Characters before and after the cursor. Characters are code points: XS counts so, node does not. */
	#before: string[] = [];
	#after: string[] = [];
	#killed = "";
	readonly #history: string[] = [];
	/** Where in the history the line came from; its length for a new one. */
	#at = 0;
	/** The new line, while an old one is shown. */
	#draft = "";

	get text(): string {
		return this.#before.join("") + this.#after.join("");
	}

	/** The text before the cursor. */
	get before(): string {
		return this.#before.join("");
	}

	/** The row, from its first column, with the cursor where it belongs. */
	render(): string {
		const room = Math.max(this.columns - textWidth(this.prompt) - 1, 8);
		// The window ends at the cursor, or as near to the line's end as there is room for.
		let first = this.#before.length;
		let used = 0;
		const keep = this.#after.length > 0 ? Math.floor((room * 3) / 4) : room;
		if (textWidth(this.before) <= room) {
			first = 0;
			used = textWidth(this.before);
		} else {
			while (first > 0 && used + width(this.#before[first - 1] as string) <= keep) used += width(this.#before[--first] as string);
		}
		const column = used;
		let shown = this.#before.slice(first).join("");
		for (const character of this.#after) {
			if (used + width(character) > room) break;
			used += width(character);
			shown += character;
		}
		const at = textWidth(this.prompt) + column;
		return `\r${this.prompt}${shown}${ERASE_TO_END}\r${at > 0 ? `\x1b[${at}C` : ""}`;
	}

	/** Adds text at the cursor; what to send to the terminal. */
	insert(text: string): string {
		const characters = [...text];
		const room = LINE_LIMIT - this.#before.length - this.#after.length;
		const taken = characters.slice(0, Math.max(room, 0));
		this.#before.push(...taken);
		const bell = taken.length < characters.length ? BELL : "";
		const simple = this.#after.length === 0 && textWidth(this.prompt) + textWidth(this.before) < this.columns;
		return (simple ? taken.join("") : this.render()) + bell;
	}

	/** Does what a key of editing means; what to send to the terminal. */
	press(key: Key): string {
		const before = this.#before;
		const after = this.#after;
		switch (key) {
			case "left":
				if (before.length > 0) after.unshift(before.pop() as string);
				break;
			case "right":
				if (after.length > 0) before.push(after.shift() as string);
				break;
			case "home":
			case "ctrl-a":
				after.unshift(...before.splice(0));
				break;
			case "end":
			case "ctrl-e":
				before.push(...after.splice(0));
				break;
			case "ctrl-b":
				return this.press("left");
			case "word-left":
				after.unshift(...before.splice(this.#wordStart()));
				break;
			case "word-right":
				before.push(...after.splice(0, this.#wordEnd()));
				break;
			case "backspace":
				if (before.length === 0) return BELL;
				before.pop();
				break;
			case "delete":
			case "ctrl-d":
				if (after.length === 0) return BELL;
				after.shift();
				break;
			case "kill-line":
				this.#killed = after.splice(0).join("");
				break;
			case "kill-start":
				this.#killed = before.splice(0).join("");
				break;
			case "kill-word":
				this.#killed = before.splice(this.#wordStart()).join("");
				break;
			case "kill-word-right":
				this.#killed = after.splice(0, this.#wordEnd()).join("");
				break;
			case "yank":
				return this.insert(this.#killed);
			case "up":
				if (!this.#recall(this.#at - 1)) return BELL;
				break;
			case "down":
				if (!this.#recall(this.#at + 1)) return BELL;
				break;
			case "clear":
				return `\x1b[H\x1b[2J${this.render()}`;
			default:
				return "";
		}
		return this.render();
	}

	/** Ends the line: gives it, keeps it in the history, and begins an empty one. */
	take(remember = true): string {
		const text = this.text;
		if (remember && text.trim() !== "" && text !== this.#history[this.#history.length - 1]) {
			this.#history.push(text);
			let characters = 0;
			for (const line of this.#history) characters += line.length;
			while (this.#history.length > HISTORY_LINES || (characters > HISTORY_LIMIT && this.#history.length > 1)) {
				characters -= (this.#history.shift() as string).length;
			}
		}
		this.#set("");
		this.#at = this.#history.length;
		this.#draft = "";
		return text;
	}

	/** Replaces the line. */
	#set(text: string): void {
		this.#before = [...text];
		this.#after = [];
	}

	#recall(index: number): boolean {
		if (index < 0 || index > this.#history.length) return false;
		if (this.#at === this.#history.length) this.#draft = this.text;
		this.#at = index;
		this.#set(this.#history[index] ?? this.#draft);
		return true;
	}

	#wordStart(): number {
		let start = this.#before.length;
		while (start > 0 && !isWord(this.#before[start - 1] as string)) start--;
		while (start > 0 && isWord(this.#before[start - 1] as string)) start--;
		return start;
	}

	#wordEnd(): number {
		let end = 0;
		while (end < this.#after.length && !isWord(this.#after[end] as string)) end++;
		while (end < this.#after.length && isWord(this.#after[end] as string)) end++;
		return end;
	}
}
