// SPDX-License-Identifier: MIT
// Device tests over a serial line, on a board that already runs the firmware: one file after the other, each in a board that was
// reset, so that what one leaves behind is no other's.
import { Failure } from "../cli/report.js";
import { mapLines, type Program, sendProgram } from "./program.js";
import { BoardReset, BoardSilent, type RawClient } from "./raw-client.js";

const DRIVER = "test/driver";

export interface SerialTestOptions {
	/** Milliseconds in which a board has to say something; else it hangs. */
	silence: number;
	/** Milliseconds for tests that do not say theirs. */
	timeout?: number;
	/** Print the tests as JSON, and run none. */
	list?: boolean;
	print: (line: string) => void;
}

/** The module that runs a file's tests on the board. */
function driver({ specifier, file }: Program, only: boolean, { timeout, list }: SerialTestOptions): string {
	const files = JSON.stringify([{ specifier, file }]);
	const options = JSON.stringify({ only, ...(timeout === undefined ? {} : { timeout }) });
	return `import { exit } from "board";
import { listFiles, runFiles } from "testing/run";
${list ? `await listFiles(${files}); exit(0);` : `exit((await runFiles(${files}, ${options})) ? 0 : 1);`}
`;
}

/** Runs the files' tests and prints TAP 14; whether all passed. @throws {Failure} if the board is lost */
export async function runSerialTests(
	client: RawClient,
	programs: readonly Program[],
	options: SerialTestOptions,
): Promise<boolean> {
	const only = programs.some(({ modules }) => modules.some(({ text }) => /\b(?:it|describe)\.only\(/.test(text)));
	const report = new Report(options.print);
	if (!options.list) options.print("TAP version 14");
	for (const program of programs) await runFile(client, program, only, options, report);
	if (options.list) return true;
	return report.end();
}

async function runFile(
	client: RawClient,
	program: Program,
	only: boolean,
	options: SerialTestOptions,
	report: Report,
): Promise<void> {
	try {
		await client.connect({ reset: true });
		await sendProgram(client, program);
		await client.module(DRIVER, DRIVER, driver(program, only, options));
	} catch (error) {
		if (!(error instanceof Failure) || error instanceof BoardSilent) throw error;
		report.failure(`${program.file} > loads`, error.message);
		return;
	}
	report.file(program, options.list === true);
	try {
		await client.program(DRIVER, []);
		await follow(client, options, report);
	} catch (error) {
		if (!(error instanceof BoardSilent) && !(error instanceof BoardReset)) throw error;
		report.failure(`${program.file} > ends`, error.message);
		if (error instanceof BoardSilent) await client.force();
	}
}

/** Reads a file's results. */
async function follow(client: RawClient, options: SerialTestOptions, report: Report): Promise<void> {
	for await (const event of client.events(options.silence)) {
		if (event.kind === "output") report.output(event.text);
		else if (event.kind === "error") report.failure("the test runner", event.text);
	}
}

/** One TAP stream of those of several files. */
class Report {
	readonly #print: (line: string) => void;
	#counts = { pass: 0, fail: 0, skip: 0 };
	#number = 0;
	#rest = "";
	#program: Program | undefined;
	#list = false;

	constructor(print: (line: string) => void) {
		this.#print = print;
	}

	/** What follows is of this file. */
	file(program: Program, list: boolean): void {
		this.#program = program;
		this.#list = list;
		this.#rest = "";
	}

	output(text: string): void {
		const lines = (this.#rest + text).split("\n");
		this.#rest = lines.pop() as string;
		for (const line of lines) this.#line(line);
	}

	#line(line: string): void {
		if (this.#list) {
			if (line.startsWith("{")) this.#print(line);
			return;
		}
		// The frame and the count of one file.
		if (/^(TAP version 14|1\.\.\d+|# \d+ passed, \d+ failed, \d+ skipped|# no tests: .*)$/.test(line)) return;
		const [, result, rest] = /^((?:not )?ok) \d+ - (.*)$/.exec(line) ?? [];
		if (result === undefined || rest === undefined) {
			this.#print(this.#program ? mapLines(line, this.#program) : line);
			return;
		}
		const kind = result !== "ok" ? "fail" : / # SKIP$/.test(rest) ? "skip" : "pass";
		this.#counts[kind]++;
		this.#print(`${result} ${++this.#number} - ${rest}`);
	}

	/** A failure that is no test's. */
	failure(title: string, message: string): void {
		this.#counts.fail++;
		this.#print(`not ok ${++this.#number} - ${title}`);
		this.#print("  ---");
		this.#print(`  message: ${JSON.stringify(message)}`);
		this.#print("  ...");
	}

	end(): boolean {
		const { pass, fail, skip } = this.#counts;
		this.#print(`1..${this.#number}`);
		this.#print(`# ${pass} passed, ${fail} failed, ${skip} skipped`);
		if (this.#number === 0) this.#print("# no tests: the files hold no it(), or no file was given");
		return this.#number > 0 && fail === 0;
	}
}
