// SPDX-License-Identifier: MIT
// As much of a terminal as the prompt uses: what a person sees after all that was sent. Rows do not wrap, as the prompt
// relies on no wrapping; colours are dropped.

export class Screen {
	readonly #rows: string[][] = [[]];
	#row = 0;
	#column = 0;
	#bells = 0;
	/** An escape sequence that is not complete. */
	#escape = "";

	/** Takes what was sent. */
	write(text: string): void {
		for (const character of text) {
			if (this.#escape !== "") {
				this.#escape += character;
				if (this.#escape.length === 2 ? character !== "[" : /[@-~]/.test(character)) this.#sequence();
			} else if (character === "\x1b") this.#escape = character;
			else this.#plain(character);
		}
	}

	#plain(character: string): void {
		if (character === "\r") this.#column = 0;
		else if (character === "\n") {
			this.#row++;
			while (this.#rows.length <= this.#row) this.#rows.push([]);
		} else if (character === "\x07") this.#bells++;
		else if (character >= " ") {
			const row = this.#rows[this.#row] as string[];
			while (row.length < this.#column) row.push(" ");
			row[this.#column++] = character;
		}
	}

	#sequence(): void {
		const [, number, letter] = /^\x1b\[(\d*)(.)$/.exec(this.#escape) ?? [];
		this.#escape = "";
		if (letter === "K") (this.#rows[this.#row] as string[]).length = Math.min(this.#column, this.#current.length);
		else if (letter === "C") this.#column += Number(number || 1);
		else if (letter === "J") {
			this.#rows.splice(0, this.#rows.length, []);
			this.#row = 0;
		} else if (letter === "H") {
			this.#row = this.#column = 0;
		} else if (letter !== "m") throw new Error(`the prompt sent ESC [ ${number} ${letter}`);
	}

	get #current(): string[] {
		return this.#rows[this.#row] as string[];
	}

	/** The rows from the top, without spaces at their ends. */
	get lines(): string[] {
		return this.#rows.map((row) => row.join("").trimEnd());
	}

	/** The row that the cursor is in. */
	get line(): string {
		return this.#current.join("").trimEnd();
	}

	/** Where in it. */
	get column(): number {
		return this.#column;
	}

	/** How often the bell has rung. */
	get bells(): number {
		return this.#bells;
	}
}
