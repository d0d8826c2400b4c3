// SPDX-License-Identifier: MIT
// Which lines the inputs of the fuzz targets reach: clang's source-based coverage, of the inputs in the repository and of
// those that earlier runs have found.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildFuzzTargets, type FuzzTarget, programOf } from "../build/fuzz-targets.js";
import { Failure, progress } from "../cli/report.js";
import { capture } from "../cli/run.js";
import { inBuild, root } from "../paths.js";
import { corpusOf, wordsOf, workOf } from "./libfuzzer.js";

/** Lines of a file, and how many of them were reached by any target. */
export interface Covered {
	file: string;
	lines: number;
	covered: number;
}

/** Whose lines are told; what is in tests/ is not to be tested. */
const told = /^(modules|boards|build\/sources\/lwip)\//;

/** Builds the targets so that they count lines, runs their inputs, and gives what they reach, by file. */
export async function coverage(targets: readonly FuzzTarget[]): Promise<Covered[]> {
	await buildFuzzTargets(targets, "coverage");
	const folder = inBuild("fuzz", "profiles");
	mkdirSync(folder, { recursive: true });
	const profiles: string[] = [];
	for (const target of targets) {
		const corpora = [corpusOf(target.name), workOf(target.name).corpus].filter((path) => existsSync(path));
		const count = corpora.reduce((sum, path) => sum + readdirSync(path).length, 0);
		progress(`${target.name}: ${count} inputs`);
		const profile = join(folder, `${target.name}.profraw`);
		const env = { ...process.env, LLVM_PROFILE_FILE: profile };
		const words = [...wordsOf({ ...target, quiet: true }), "-runs=0", ...corpora];
		const { status, stderr } = await capture(programOf("coverage", target.name), words, { cwd: root, env });
		if (status !== 0) throw new Failure(`${target.name} does not run its inputs:\n${stderr.slice(-2000)}`);
		profiles.push(profile);
	}
	const merged = join(folder, "all.profdata");
	await tool("llvm-profdata", ["merge", "-sparse", ...profiles, "-o", merged]);
	const [first = "", ...others] = targets.map(({ name }) => programOf("coverage", name));
	const objects = others.flatMap((program) => ["-object", program]);
	const text = await tool("llvm-cov", ["export", "-summary-only", `-instr-profile=${merged}`, first, ...objects]);
	return readSummary(text);
}

async function tool(program: string, args: readonly string[]): Promise<string> {
	const { status, stdout, stderr } = await capture(program, args, { cwd: root });
	if (status !== 0) throw new Failure(`${program} failed:\n${stderr.slice(-2000)}`);
	return stdout;
}

/** llvm-cov's summary. */
function readSummary(text: string): Covered[] {
	const { data } = JSON.parse(text) as {
		data: { files: { filename: string; summary: { lines: { count: number; covered: number } } }[] }[];
	};
	return (data[0]?.files ?? [])
		.map(({ filename, summary: { lines } }) => {
			return { file: filename.replace(`${root}/`, ""), lines: lines.count, covered: lines.covered };
		})
		.filter(({ file }) => told.test(file) && file.endsWith(".c"));
}

/** The table: our files, then the sum of lwIP's. */
export function formatCoverage(files: readonly Covered[]): string {
	const own = files.filter(({ file }) => !file.startsWith("build/"));
	const sum = (name: string, rows: readonly Covered[]): Covered => ({
		file: name,
		lines: rows.reduce((total, { lines }) => total + lines, 0),
		covered: rows.reduce((total, { covered }) => total + covered, 0),
	});
	const lwip = files.filter(({ file }) => file.startsWith("build/"));
	const rows = [...own, sum("our files", own), ...(lwip.length > 0 ? [sum("lwIP", lwip)] : [])];
	const width = Math.max(...rows.map(({ file }) => file.length));
	return rows
		.map(({ file, lines, covered }) => {
			const part = ((100 * covered) / Math.max(lines, 1)).toFixed(1);
			return `${file.padEnd(width)}  ${String(covered).padStart(5)} of ${String(lines).padStart(5)} lines  ${part.padStart(5)} %`;
		})
		.join("\n");
}
