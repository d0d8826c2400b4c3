// SPDX-License-Identifier: MIT
// A line of input that is edited: its text, the cursor, what was killed, and how all that looks on one row of a terminal.
// A line that is longer than the row is shown as a window that moves with the cursor, so that nothing depends on how a
// terminal wraps. The session (session.ts) decides what keys mean that end a line.

import type { Key } from "repl/keys";
import { isNarrow, textWidth, width } from "repl/width";

/** Characters of a line at most: what does not fit is refused with a bell. */
export const LINE_LIMIT = 1024;
/** Lines and characters of the history: on a board of 512 KB a kilobyte more is a client less. */
const HISTORY_LINES = 32;
const HISTORY_LIMIT = 1024;

const BELL = "\x07";
const ERASE_TO_END = "\x1b[K";

const WORD = /[\w$\u0080-\u{10ffff}]/u;

function isWord(character: string): boolean {
	return WORD.test(character);
}

/**
 * XS indexes strings by code points (it is built without mxCESU8), so a character is one place in a string; on another
 * engine those beyond U+FFFF would count as two.
 */
export class LineEditor {
	prompt = "> ";
	/** Columns of the terminal. */
	columns = 80;
	/** The text before and after the cursor: strings, for an array would take thirty times the room. */
	#before = "";
	#after = "";
	#killed = "";
	readonly #history: string[] = [];
	/** Where in the history the line came from; its length for a new one. */
	#at = 0;
	/** The new line, while an old one is shown. */
	#draft = "";

	get text(): string {
		return this.#before + this.#after;
	}

	/** The text before the cursor. */
	get before(): string {
		return this.#before;
	}

	/** The row, from its first column, with the cursor where it belongs. */
	render(): string {
		const room = Math.max(this.columns - textWidth(this.prompt) - 1, 8);
		const before = this.#fit(room);
		let used = textWidth(before);
		const at = textWidth(this.prompt) + used;
		let after = this.#after.slice(0, Math.max(room - used, 0));
		if (!isNarrow(after)) {
			let shown = "";
			for (const character of after) {
				used += width(character);
				if (used > room) break;
				shown += character;
			}
			after = shown;
		}
		const back = at > 0 ? `\x1b[${at}C` : "";
		return `\r${this.prompt}${before}${after}${ERASE_TO_END}\r${back}`;
	}

	/** As much of the text before the cursor as is shown: all if there is room, else what is next to the cursor. */
	#fit(room: number): string {
		const keep = this.#after === "" ? room : Math.floor((room * 3) / 4);
		// No character is wider than two columns, and most are one: only the last of them have to be looked at.
		const tail = this.#before.slice(-room - 1);
		if (tail.length === this.#before.length && textWidth(tail) <= room) return tail;
		if (isNarrow(tail)) return tail.slice(-keep);
		let first = tail.length;
		let used = 0;
		while (first > 0 && used + width(tail[first - 1] as string) <= keep) used += width(tail[--first] as string);
		return tail.slice(first);
	}

	/** Adds text at the cursor; what to send to the terminal. */
	insert(text: string): string {
		const taken = text.slice(0, Math.max(LINE_LIMIT - this.#before.length - this.#after.length, 0));
		this.#before += taken;
		const bell = taken.length < text.length ? BELL : "";
		if (taken === "") return bell;
		const simple = this.#after === "" && this.#before.length + this.prompt.length < this.columns / 2;
		return (simple ? taken : this.render()) + bell;
	}

	/** Does what a key of editing means; what to send to the terminal. */
	press(key: Key): string {
		const { length } = this.#before;
		switch (key) {
			case "left":
			case "ctrl-b":
				this.#move(length - 1);
				break;
			case "right":
				this.#move(length + 1);
				break;
			case "home":
			case "ctrl-a":
				this.#move(0);
				break;
			case "end":
			case "ctrl-e":
				this.#move(Infinity);
				break;
			case "word-left":
				this.#move(this.#wordStart());
				break;
			case "word-right":
				this.#move(length + this.#wordEnd());
				break;
			case "backspace":
				if (length === 0) return BELL;
				this.#before = this.#before.slice(0, -1);
				break;
			case "delete":
			case "ctrl-d":
				if (this.#after === "") return BELL;
				this.#after = this.#after.slice(1);
				break;
			case "kill-line":
				this.#killed = this.#after;
				this.#after = "";
				break;
			case "kill-start":
				this.#killed = this.#before;
				this.#before = "";
				break;
			case "kill-word": {
				const start = this.#wordStart();
				this.#killed = this.#before.slice(start);
				this.#before = this.#before.slice(0, start);
				break;
			}
			case "kill-word-right": {
				const end = this.#wordEnd();
				this.#killed = this.#after.slice(0, end);
				this.#after = this.#after.slice(end);
				break;
			}
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
		const { text } = this;
		if (remember && text.trim() !== "" && text !== this.#history[this.#history.length - 1]) {
			this.#history.push(text);
			let characters = 0;
			for (const line of this.#history) characters += line.length;
			while (this.#history.length > HISTORY_LINES || (characters > HISTORY_LIMIT && this.#history.length > 1)) {
				characters -= (this.#history.shift() as string).length;
			}
		}
		this.#before = this.#after = this.#draft = "";
		this.#at = this.#history.length;
		return text;
	}

	/** Puts the cursor before the character with this number. */
	#move(index: number): void {
		const { text } = this;
		const at = Math.min(Math.max(index, 0), text.length);
		this.#before = text.slice(0, at);
		this.#after = text.slice(at);
	}

	#recall(index: number): boolean {
		if (index < 0 || index > this.#history.length) return false;
		if (this.#at === this.#history.length) this.#draft = this.text;
		this.#at = index;
		this.#before = this.#history[index] ?? this.#draft;
		this.#after = "";
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
