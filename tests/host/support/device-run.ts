// SPDX-License-Identifier: MIT
// A run of device tests on a board, read as it goes: the names first, then TAP line by line. modules/testing/tap.ts
// writes what this reads.

import { Board, type BoardOptions, type Ending, GUARD, type Program } from "./board.js";

/** A test as the board lists it. */
export interface ListedTest {
	file: string;
	/** Titles from the outermost suite to the test. */
	path: string[];
	skip?: boolean;
	only?: boolean;
}

/** What TAP says of a test. */
export interface TestPoint {
	number: number;
	title: string;
	ok: boolean;
	skipped: boolean;
	/** The YAML block's fields. */
	fields: Record<string, unknown>;
	/** What else the board printed since the test before. */
	console: string[];
}

/** A device test that failed, as mocha shows errors. */
export class DeviceTestError extends Error {
	readonly expected: unknown;
	readonly actual: unknown;
	readonly showDiff: boolean;

	constructor({ fields, console }: Pick<TestPoint, "fields" | "console">) {
		const { message, also, stack, expected, actual } = fields;
		const said = console.length > 0 ? [`the board printed:`, ...console] : [];
		super([message, also, ...said].filter((part) => part !== undefined).join("\n"));
		this.name = "";
		this.expected = expected;
		this.actual = actual;
		this.showDiff = "expected" in fields && "actual" in fields;
		this.stack = `${this.message}\n${String(stack ?? "").replace(/^/gm, "    ")}`;
	}
}

/** The tests of an image, in the order in which they run. */
export async function listTests(launch: Program, options?: string[]): Promise<ListedTest[]> {
	const board = new Board(launch, { options, words: ["--list"] });
	const { status } = await board.end();
	if (status !== 0) throw new Error(`the board could not list its tests:\n${board.stderr.all.join("\n")}`);
	return board.stdout.all.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as ListedTest);
}

/** A field of a YAML block: JSON, or the lines of a literal. */
function parseFields(lines: string[]): Record<string, unknown> {
	const fields: Record<string, unknown> = {};
	for (let i = 0; i < lines.length; i++) {
		const [, key, value] = /^(\w+): (.*)$/.exec(lines[i] as string) ?? [];
		if (key === undefined || value === undefined) throw new Error(`not the YAML of a device test: ${lines[i]}`);
		if (value !== "|-") {
			fields[key] = JSON.parse(value);
			continue;
		}
		const literal: string[] = [];
		while (lines[i + 1]?.startsWith("  ")) literal.push((lines[++i] as string).slice(2));
		fields[key] = literal.join("\n");
	}
	return fields;
}

/** Runs all tests of an image; the results come one by one. */
export class DeviceRun {
	readonly board: Board;
	readonly #points: AsyncGenerator<TestPoint, void, void>;
	readonly #results = new Map<number, TestPoint>();
	#over = false;

	constructor(launch: Program, options: BoardOptions = {}) {
		this.board = new Board(launch, options);
		this.#points = this.#read();
	}

	/** The result of a test, as soon as there is one. An error if the board has ended, or says nothing for too long. */
	async result(number: number): Promise<TestPoint> {
		for (;;) {
			const point = this.#results.get(number);
			if (point) return point;
			if (this.#over) throw new Error("not run: the board had ended");
			if (!(await this.#next())) throw await this.#end();
		}
	}

	/** Reads on until all tests have run, and waits for the board to end. */
	async end(): Promise<Ending> {
		while (await this.#next());
		return this.board.end();
	}

	/** Takes the next result; false if the board says no more. */
	async #next(): Promise<boolean> {
		const guard = setTimeout(() => this.board.process.kill("SIGKILL"), 2 * GUARD);
		const { value } = await this.#points.next();
		clearTimeout(guard);
		if (value) this.#results.set(value.number, value);
		return value !== undefined;
	}

	/** Whether a test has failed so far. */
	get failed(): boolean {
		return [...this.#results.values()].some(({ ok }) => !ok);
	}

	/** What to say of the test in which the board ended. */
	async #end(): Promise<Error> {
		this.#over = true;
		const { status, signal } = await this.board.ended;
		const how = signal === "SIGKILL" ? "was silent and had to be killed" : `ended with status ${status ?? signal}`;
		return new Error(`the board ${how} before this test's result:\n${this.board.stderr.all.join("\n")}`);
	}

	async *#read(): AsyncGenerator<TestPoint, void, void> {
		const { stdout } = this.board;
		let console: string[] = [];
		let line = await stdout.next();
		while (line !== undefined) {
			const [, not, number, rest] = /^(not )?ok (\d+) - (.*)$/.exec(line) ?? [];
			if (number === undefined || rest === undefined) {
				if (!/^(TAP version 14$|1\.\.\d+$|# )/.test(line)) console.push(line);
				line = await stdout.next();
				continue;
			}
			const [, title, skip] = /^(.*?)( # SKIP)?$/.exec(rest) as RegExpExecArray;
			const point: TestPoint = {
				number: Number(number),
				title: (title as string).replace(/\\([\\#])/g, "$1"),
				ok: not === undefined,
				skipped: skip !== undefined,
				fields: {},
				console,
			};
			console = [];
			if (!point.ok) point.fields = parseFields(await this.#block());
			yield point;
			line = await stdout.next();
		}
	}

	/** The lines of the YAML block that comes next. */
	async #block(): Promise<string[]> {
		const lines: string[] = [];
		for (;;) {
			const line = await this.board.stdout.next();
			if (line === undefined || line === "  ...") return lines;
			if (line !== "  ---") lines.push(line.slice(2));
		}
	}
}
