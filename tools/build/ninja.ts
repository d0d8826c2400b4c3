// SPDX-License-Identifier: MIT
// Writes ninja files (https://ninja-build.org/manual.html) and runs ninja.
import { type Captured, capture, run } from "../cli/run.js";
import { root } from "../paths.js";

export interface Rule {
	command: string;
	description: string;
	/** Name of the makefile fragment that the compiler writes with the headers that it read. */
	depfile?: string;
	/** Whether an output that stays as it was leaves what depends on it untouched. */
	restat?: boolean;
	/** "console": alone, with the terminal. */
	pool?: "console";
}

export interface Edge {
	outputs: readonly string[];
	rule: string;
	inputs: readonly string[];
	/** Inputs that are not in the command's `$in`. */
	implicit?: readonly string[];
	variables?: Record<string, string>;
}

/** Collects rules and edges, and gives the text of the file. */
export class NinjaFile {
	private readonly parts: string[] = [];
	/** The edges' outputs, for those who look for one. */
	readonly outputs = new Set<string>();

	constructor(buildFolder: string) {
		this.parts.push(`ninja_required_version = 1.10\nbuilddir = ${escapePath(buildFolder)}\n`);
	}

	rule(name: string, rule: Rule): void {
		const lines = [`rule ${name}`, `  command = ${rule.command}`, `  description = ${rule.description}`];
		if (rule.depfile) lines.push(`  depfile = ${rule.depfile}`, "  deps = gcc");
		if (rule.restat) lines.push("  restat = 1");
		if (rule.pool) lines.push(`  pool = ${rule.pool}`);
		this.parts.push(`${lines.join("\n")}\n`);
	}

	/** Adds an edge; one whose first output there is already is the same one, and left out. */
	build(edge: Edge): void {
		const [first] = edge.outputs;
		if (first === undefined || this.outputs.has(first)) return;
		for (const output of edge.outputs) this.outputs.add(output);
		const implicit = edge.implicit?.length ? ` | ${edge.implicit.map(escapePath).join(" ")}` : "";
		const inputs = edge.inputs.map(escapePath).join(" ");
		const lines = [`build ${edge.outputs.map(escapePath).join(" ")}: ${edge.rule} ${inputs}${implicit}`];
		for (const [name, value] of Object.entries(edge.variables ?? {})) lines.push(`  ${name} = ${escapeValue(value)}`);
		this.parts.push(`${lines.join("\n")}\n`);
	}

	text(target: string): string {
		return [...this.parts, `default ${escapePath(target)}\n`].join("\n");
	}
}

/** Words as the shell takes them, for a rule's command. */
export function shellWords(words: readonly string[]): string {
	return words.map((word) => (/^[\w./:=+,@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

function escapePath(path: string): string {
	return path.replace(/[$ :|]/g, "$$$&");
}

function escapeValue(value: string): string {
	return value.replaceAll("$", "$$$$");
}

/**
 * Runs ninja in the project's folder, with its progress on stderr; says nothing when there is nothing to do.
 * @returns ninja's exit status
 */
export async function runNinja(file: string): Promise<number> {
	const dry: Captured = await capture("ninja", ["-f", file, "-n"], { cwd: root });
	if (dry.status === 0 && dry.stdout.includes("no work to do")) return 0;
	const env = { NINJA_STATUS: "camsock: [%f/%t] ", ...process.env };
	return run("ninja", ["-f", file], { cwd: root, env, output: "stderr" });
}
