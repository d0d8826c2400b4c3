// SPDX-License-Identifier: MIT
// The prompt: keys become lines, lines become statements, statements are run, and their values shown. While something
// runs, what is typed waits on the line; while nothing does, what others print goes above the input line.
//
// Ctrl-C (docs/repl.md): what blocks or loops is interrupted where it is (boards/common/machine.c); what awaits is
// given up here; at the prompt it takes the line away.

import { memory, name, reset } from "board";
import { columns as terminalColumns, write } from "console/line";
import { type InspectStyle, inspect } from "inspect";
import { type Context, loadCommand, UsageError } from "repl/commands";
import { columns, commonStart, complete } from "repl/complete";
import { completeness, evaluate } from "repl/evaluate";
import { type Key, Keys } from "repl/keys";
import { LineEditor } from "repl/line-editor";
import { KeyboardInterrupt } from "sockets/errors";

const PROMPT = "> ";
const CONTINUED = "... ";
const PASTED = "=== ";

/** Characters of a statement over several lines, and of what is pasted, at most. */
export const STATEMENT_LIMIT = 8192;
/** Characters of a value that are shown. */
const VALUE_LIMIT = 4000;

export class Session {
	readonly #keys = new Keys();
	readonly #editor = new LineEditor();
	/** Lines of a statement that is not complete, or of a paste. */
	#text = "";
	#pasting = false;
	/** Ends what is running; undefined while nothing is. */
	#stop: ((error: unknown) => void) | undefined;
	/** Whether the input line is on the screen. */
	#shown = false;
	colours: boolean;
	readonly #onraw: () => void;

	/** @param onraw what Ctrl-A means */
	constructor(colours: boolean, onraw: () => void) {
		this.colours = colours;
		this.#onraw = onraw;
	}

	get busy(): boolean {
		return this.#stop !== undefined;
	}

	/** Sets the width of the terminal, for a board that cannot know it. */
	set columns(columns: number) {
		this.#editor.columns = columns;
	}

	/** Says who is there, and shows the prompt. */
	begin(banner = true): void {
		this.#text = "";
		this.#pasting = false;
		if (banner) write(`camsock on ${name}; .help lists the commands, Ctrl-D is a soft reset\n`);
		this.#prompt();
	}

	/** Prints whole lines: above the input line, if there is one. */
	print(text: string): void {
		if (this.#shown) write("\r\x1b[K");
		if (!write(text, this.busy)) throw new KeyboardInterrupt("interrupted by Ctrl-C");
		if (this.#shown) write(this.#editor.render());
	}

	/** Bytes have come. Those after a line that something is run for wait until that is over. */
	feed(bytes: Uint8Array): void {
		const taken = this.#keys.feed(
			bytes,
			(key) => {
				this.#press(key);
				return this.busy;
			},
			(text) => write(this.#editor.insert(text)),
		);
		this.#waiting = taken < bytes.length ? bytes.slice(taken) : undefined;
	}

	#waiting: Uint8Array | undefined;

	/** Ctrl-C, which has interrupted nothing by itself. */
	interrupt(): void {
		const stop = this.#stop;
		this.#waiting = undefined;
		if (stop) {
			this.#stop = undefined;
			stop(new KeyboardInterrupt("interrupted by Ctrl-C"));
			return;
		}
		this.#editor.take(false);
		this.#text = "";
		this.#pasting = false;
		write("\n");
		this.#prompt();
	}

	/** An error that nobody has caught, from a timer, a server, a promise. */
	uncaught(error: unknown): void {
		// Ctrl-C has interrupted a timer, say, that what runs waits for.
		if (error instanceof KeyboardInterrupt && this.busy) {
			this.interrupt();
			return;
		}
		// It may be what has kept the prompt from coming back: there was no memory to go on with what somebody typed.
		const own = !this.busy && !this.#shown;
		this.print(`${this.#error(error, own ? "" : "uncaught ")}\n`);
		if (own) this.#prompt();
	}

	#prompt(): void {
		const { length } = this.#text;
		this.#editor.prompt = this.#pasting ? PASTED : length > 0 ? CONTINUED : PROMPT;
		this.#editor.columns = terminalColumns() || this.#editor.columns;
		this.#shown = true;
		write(this.#editor.render());
	}

	#press(key: Key): void {
		const empty = this.#editor.text === "";
		switch (key) {
			case "enter":
				this.#enter();
				return;
			case "tab":
				if (this.#pasting || this.#editor.before.trim() === "") write(this.#editor.insert("\t"));
				else this.#complete();
				return;
			case "ctrl-a":
				if (!empty || this.#text !== "") break;
				this.#shown = false;
				this.#onraw();
				return;
			case "ctrl-b":
				if (!empty) break;
				write("\n");
				this.begin();
				return;
			case "ctrl-d":
				if (this.#pasting) {
					this.#endPaste();
					return;
				}
				if (!empty) break;
				if (this.#text !== "") return;
				this.#shown = false;
				write("\nsoft reset\n");
				reset();
				return;
			case "ctrl-e":
				if (!empty || this.#text !== "" || this.#pasting) break;
				write("\npaste mode: Ctrl-D runs it, Ctrl-C does not\n");
				this.#pasting = true;
				this.#prompt();
				return;
		}
		write(this.#editor.press(key));
	}

	/** A line has ended. */
	#enter(): void {
		const line = this.#editor.take(!this.#pasting);
		write("\n");
		this.#shown = false;
		const text = this.#text === "" ? line : `${this.#text}\n${line}`;
		if (text.length > STATEMENT_LIMIT) {
			write(`too long: a statement has at most ${STATEMENT_LIMIT} characters\n`);
			this.#text = "";
			this.#pasting = false;
			this.#prompt();
			return;
		}
		this.#text = text;
		if (this.#pasting) {
			// So that an empty first line is one.
			if (this.#text === "") this.#text = "\n";
			this.#prompt();
			return;
		}
		if (text.trim() === "") this.#text = "";
		const command = /^\s*\.([a-z]\w*)\s*(.*)$/.exec(text);
		if (this.#text === "" || (!command && completeness(text) === "incomplete")) {
			this.#prompt();
			return;
		}
		this.#text = "";
		if (command) this.#run(() => this.#command(command[1] as string, command[2] as string));
		else this.#run(() => this.#evaluate(text));
	}

	#endPaste(): void {
		const line = this.#editor.take(false);
		const text = this.#text === "" ? line : `${this.#text}\n${line}`;
		this.#pasting = false;
		this.#text = "";
		this.#shown = false;
		write("\n");
		if (text.trim() === "") this.#prompt();
		else this.#run(() => this.#evaluate(text));
	}

	/** Runs something, for as long as it takes or until Ctrl-C, then shows the prompt. */
	async #run(job: () => Promise<void>): Promise<void> {
		try {
			await this.guard(job);
		} catch (error) {
			try {
				this.print(`${this.#error(error, "")}\n`);
			} catch (again) {
				// Ctrl-C while a long error is shown, or no memory to show it.
				write(again instanceof KeyboardInterrupt ? "\n" : "an error that cannot be shown\n");
			}
		}
		this.#prompt();
		const waiting = this.#waiting;
		if (waiting) this.feed(waiting);
		if (!this.busy) this.onidle?.();
	}

	/** Called when what was typed meanwhile can be taken. */
	onidle: (() => void) | undefined;

	/** Runs something that interrupt() can end; what it throws is passed on. */
	async guard<T>(job: () => Promise<T>): Promise<T> {
		try {
			return await new Promise<T>((resolve, reject) => {
				this.#stop = reject;
				job().then(resolve, reject);
			});
		} finally {
			this.#stop = undefined;
		}
	}

	async #evaluate(text: string): Promise<void> {
		const value = await evaluate(text);
		if (value === undefined) return;
		(globalThis as { _?: unknown })._ = value;
		this.print(`${inspect(value, VALUE_LIMIT, this.style)}\n`);
	}

	async #command(name: string, rest: string): Promise<void> {
		const command = await loadCommand(name);
		if (!command) throw new UsageError(`there is no command .${name}; .help lists them`);
		const words = rest.split(/\s+/).filter((word) => word !== "");
		const context: Context = { print: (text) => this.print(text), columns: this.#editor.columns };
		await command.run(words, context, rest);
	}

	get style(): InspectStyle {
		return { colours: this.colours, prompt: true };
	}

	#error(error: unknown, what: string): string {
		const text = error instanceof UsageError ? error.message : `${what}${describe(error)}`;
		return this.colours ? `\x1b[31m${text}\x1b[39m` : text;
	}

	#complete(): void {
		const { length, words } = complete(this.#editor.before);
		const start = commonStart(words);
		if (words.length === 0) write("\x07");
		else if (start.length > length) write(this.#editor.insert(start.slice(length)));
		else if (words.length > 1) {
			write(`\n${columns(words, this.#editor.columns)}`);
			write(this.#editor.render());
		}
	}
}

/** An error with its stack and causes; any other value as it is shown. */
export function describe(error: unknown): string {
	if (!(error instanceof Error)) return `thrown: ${inspect(error, VALUE_LIMIT)}`;
	const text = inspect(error, VALUE_LIMIT);
	// The frames of what runs the prompt itself say nothing.
	const inside = /^ at .*\(modules\/repl\/|^ at (Promise )?\(\)$|^ at KeyboardInterrupt \(/;
	const lines = text.split("\n").filter((line) => !inside.test(line));
	return lines.join("\n");
}

/** Bytes of the heap that are free now, after a collection. */
export function freeHeap(): number {
	const now = memory();
	return now.size > 0 ? now.size - now.taken + (now.chunks_room - now.chunks) + (now.slots_room - now.slots) * 16 : 0;
}
