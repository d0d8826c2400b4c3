// SPDX-License-Identifier: MIT
// A board with a serial line, and programs on it, for the tests of one suite.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { buildImage } from "#tools/build/images.js";
import type { RawClient } from "#tools/serial/raw-client.js";
import { Board, type Program } from "./board.js";

export const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
/** The application that these boards run. */
export const MANIFEST = "tests/images/repl/manifest.json";

/** How a command has ended. */
export interface Outcome {
	status: number | null;
	stdout: string;
	stderr: string;
}

export class SerialBoards {
	image: Program = { command: "", args: [] };
	/** For files of the tests. */
	folder = "";
	/** The latest one. */
	board: Board | undefined;

	/** Builds a board's image before the tests of the suite around, and ends the board after each. */
	constructor(name: string) {
		const boards = this;
		before(async function () {
			this.timeout(300_000);
			boards.image = await buildImage({ board: name, manifest: MANIFEST });
			boards.folder = await mkdtemp(join(tmpdir(), "camsock-"));
		});
		afterEach(async () => {
			await this.board?.stop("SIGKILL");
			this.board = undefined;
		});
		after(async () => {
			await rm(this.folder, { recursive: true });
		});
	}

	/** A board with a line; gives what `--port` takes. Options are the board's, after "--" words for the application. */
	async start(where = "pty", ...options: string[]): Promise<string> {
		const at = options.includes("--") ? options.indexOf("--") : options.length;
		const own = options.slice(0, at);
		this.board = new Board(this.image, {
			options: ["--serial", where, ...(own.length > 0 ? own : ["--no-forward"])],
			words: options.slice(at + 1),
		});
		const [, name] = await this.board.expect(/^serial line: (.*)$/, this.board.stderr);
		return name as string;
	}

	/** A file of the test's. */
	async file(name: string, content: string): Promise<string> {
		const path = join(this.folder, name);
		await writeFile(path, content);
		return path;
	}
}

/** Starts one of the project's commands. */
export function launch(...args: string[]): ChildProcess {
	return spawn(process.execPath, [join(ROOT, "tools", "camsock.mjs"), ...args], {
		cwd: ROOT,
		stdio: ["ignore", "pipe", "pipe"],
	});
}

/** Waits for its end. */
export async function outcome(child: ChildProcess): Promise<Outcome> {
	const closed = once(child, "close");
	const [stdout, stderr] = await Promise.all([text(child.stdout as never), text(child.stderr as never)]);
	const [status] = (await closed) as [number | null];
	return { status, stdout, stderr };
}

export const run = (...args: string[]): Promise<Outcome> => outcome(launch(...args));

/** All that a run on a board gives. */
export async function gather(
	client: RawClient,
): Promise<{ output: string; value: string; error: string; status: number }> {
	const all = { output: "", value: "", error: "", status: -1 };
	for await (const event of client.events(20_000)) {
		if (event.kind === "end") all.status = event.status;
		else all[event.kind] += event.text;
	}
	return all;
}
