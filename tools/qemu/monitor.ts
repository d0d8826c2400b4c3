// SPDX-License-Identifier: MIT
// QEMU's monitor (QMP, docs/interop/qmp-spec.rst of QEMU): commands to a machine that runs.
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";

interface Reply {
	return?: unknown;
	error?: { desc: string };
	QMP?: unknown;
}

export class Monitor {
	readonly #stream: Duplex;
	/** Who waits for the replies, which come in the order of the commands. */
	readonly #waiting: ((reply: Reply) => void)[] = [];

	constructor(stream: Duplex) {
		this.#stream = stream;
		// QEMU's end closes this: what then is asked has no answer, and nobody waits for it but a process that ends.
		stream.on("error", () => {});
		const lines = createInterface({ input: stream });
		lines.on("error", () => {});
		lines.on("line", (line) => {
			const reply = JSON.parse(line) as Reply;
			if ("return" in reply || "error" in reply) this.#waiting.shift()?.(reply);
		});
		void this.execute("qmp_capabilities");
	}

	/** Executes a command; gives its result, or undefined if it failed. */
	execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
		return new Promise((resolve) => {
			this.#waiting.push((reply) => resolve(reply.return));
			this.#stream.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
		});
	}

	/** Executes a command of the monitor that is for people; gives its text. */
	async human(line: string): Promise<string> {
		return String(await this.execute("human-monitor-command", { "command-line": line }));
	}
}
