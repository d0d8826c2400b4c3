// SPDX-License-Identifier: MIT
// Bytes of a terminal as keys: UTF-8 text, control characters, and the escape sequences of the keys that terminals have
// (ECMA-48, xterm's ctlseqs). Whatever comes, this keeps a few bytes only, and is back in step at the next key.

/** What a sequence of bytes means. Text is passed on as itself. */
export type Key =
	| "enter"
	| "tab"
	| "backspace"
	| "delete"
	| "left"
	| "right"
	| "up"
	| "down"
	| "home"
	| "end"
	| "word-left"
	| "word-right"
	| "kill-line"
	| "kill-start"
	| "kill-word"
	| "kill-word-right"
	| "yank"
	| "clear"
	| "ctrl-a"
	| "ctrl-b"
	| "ctrl-d"
	| "ctrl-e";

const CONTROLS: Record<number, Key> = {
	1: "ctrl-a",
	2: "ctrl-b",
	4: "ctrl-d",
	5: "ctrl-e",
	6: "right",
	8: "backspace",
	9: "tab",
	11: "kill-line",
	12: "clear",
	13: "enter",
	14: "down",
	16: "up",
	21: "kill-start",
	23: "kill-word",
	25: "yank",
	127: "backspace",
};

/** Final letters after ESC [ or ESC O. With a modifier (Ctrl, Alt) left and right move by words. */
const LETTERS: Record<string, Key> = {
	A: "up",
	B: "down",
	C: "right",
	D: "left",
	F: "end",
	H: "home",
};

/** Numbers before ~ after ESC [. */
const NUMBERS: Record<string, Key> = { 1: "home", 3: "delete", 4: "end", 7: "home", 8: "end" };

/** After ESC alone: Alt with a letter, as most terminals send it. */
const ALTS: Record<string, Key> = {
	b: "word-left",
	f: "word-right",
	d: "kill-word-right",
	"\x7f": "kill-word",
	"\b": "kill-word",
};

/** Longest parameters of an escape sequence that are looked at. */
const PARAMETERS_LIMIT = 16;

export class Keys {
	#state: "text" | "escape" | "sequence" | "single" = "text";
	#parameters = "";
	/** The character that is being received, how many bytes of it are missing, and the least value that it may have. */
	#code = 0;
	#missing = 0;
	#least = 0;
	/** CR LF is one Enter. */
	#afterReturn = false;

	/**
	 * Takes bytes and tells of each key and of each run of text.
	 *
	 * @param onkey gives true to end this
	 * @returns how many bytes were taken: all, or those up to the key that ended it
	 */
	feed(bytes: Uint8Array, onkey: (key: Key) => boolean, ontext: (text: string) => void): number {
		let text = "";
		let ended = false;
		const key = (name: Key | undefined) => {
			if (text !== "") ontext(text);
			text = "";
			if (name !== undefined) ended = onkey(name);
		};
		for (let i = 0; i < bytes.length; i++) {
			if (ended) return i;
			const byte = bytes[i] as number;
			const afterReturn = this.#afterReturn;
			this.#afterReturn = false;
			if (this.#state !== "text") {
				key(this.#escape(byte));
			} else if (byte >= 0x80) {
				text += this.#utf8(byte);
			} else {
				if (this.#missing > 0) text += "\ufffd";
				this.#missing = 0;
				if (byte === 0x1b) this.#state = "escape";
				else if (byte === 10) {
					if (!afterReturn) key("enter");
				} else if (byte < 0x20 || byte === 0x7f) {
					this.#afterReturn = byte === 13;
					key(CONTROLS[byte]);
				} else text += String.fromCharCode(byte);
			}
		}
		if (text !== "") ontext(text);
		return bytes.length;
	}

	/** A byte of an escape sequence; the key that it completes. */
	#escape(byte: number): Key | undefined {
		const letter = String.fromCharCode(byte);
		if (byte === 0x1b) {
			this.#state = "escape";
			return undefined;
		}
		switch (this.#state) {
			case "escape":
				this.#parameters = "";
				if (letter === "[") this.#state = "sequence";
				else if (letter === "O") this.#state = "single";
				else {
					this.#state = "text";
					return ALTS[letter];
				}
				return undefined;
			case "single":
				this.#state = "text";
				return LETTERS[letter];
			default:
				if (byte >= 0x20 && byte < 0x40) {
					if (this.#parameters.length < PARAMETERS_LIMIT) this.#parameters += letter;
					return undefined;
				}
				this.#state = "text";
				return this.#sequence(letter);
		}
	}

	#sequence(final: string): Key | undefined {
		const [first = "", modifier = ""] = this.#parameters.split(";");
		if (final === "~") return NUMBERS[first];
		const key = LETTERS[final];
		// 3 Alt, 5 Ctrl, 7 both.
		const word = modifier === "3" || modifier === "5" || modifier === "7" || first === "5";
		if (word && key === "left") return "word-left";
		if (word && key === "right") return "word-right";
		return key;
	}

	/** A byte beyond ASCII; the character that it completes, U+FFFD for what is none. */
	#utf8(byte: number): string {
		if (byte < 0xc0) {
			if (this.#missing === 0) return "\ufffd";
			this.#code = (this.#code << 6) | (byte & 0x3f);
			if (--this.#missing > 0) return "";
			const code = this.#code;
			// Control characters in two bytes are none that a person typed.
			const whole = code >= this.#least && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) && code >= 0xa0;
			return whole ? String.fromCodePoint(code) : "\ufffd";
		}
		const broken = this.#missing > 0 ? "\ufffd" : "";
		if (byte < 0xe0) [this.#missing, this.#code, this.#least] = [1, byte & 0x1f, 0x80];
		else if (byte < 0xf0) [this.#missing, this.#code, this.#least] = [2, byte & 0x0f, 0x800];
		else if (byte < 0xf8) [this.#missing, this.#code, this.#least] = [3, byte & 0x07, 0x10000];
		else {
			this.#missing = 0;
			return `${broken}\ufffd`;
		}
		return broken;
	}
}
