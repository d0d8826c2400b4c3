// SPDX-License-Identifier: MIT
// `npm run lint` and `npm run format`: Biome for TypeScript and JSON, clang-format for C, tsc for types.
import { existsSync } from "node:fs";
import type { Command } from "../cli/command.js";
import { colours, complain } from "../cli/report.js";
import { capture, run } from "../cli/run.js";
import { inRoot, root } from "../paths.js";
import { installMissing, toLint } from "../setup/debian.js";

const projects = ["tsconfig.json", "boards/esp32/tsconfig.json", "tools/tsconfig.json", "tests/host/tsconfig.json"];

export const lint: Command = {
	name: "lint",
	summary: "checks types, style and format of all sources",
	help: `Usage: npm run lint

Type-checks all TypeScript, lints it and JSON with Biome, and checks the format of C with clang-format.
`,
	options: {},
	async run() {
		await installMissing(toLint);
		const node = (...args: string[]) => run(process.execPath, args, { cwd: root });
		const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
		const failed: string[] = [];
		for (const project of projects) {
			if ((await node(tsc, "-p", project, "--noEmit")) !== 0) failed.push(`types (${project})`);
		}
		if ((await biome("ci")) !== 0) failed.push("Biome");
		if ((await clangFormat("--dry-run", "-Werror")) !== 0) failed.push("clang-format");
		if (failed.length === 0) return 0;
		complain(`not in order: ${failed.join(", ")}; \`npm run format\` mends what is only format`);
		return 1;
	},
};

export const format: Command = {
	name: "format",
	summary: "formats all sources",
	help: `Usage: npm run format

Formats TypeScript and JSON with Biome (its safe fixes included) and C with clang-format.
`,
	options: {},
	async run() {
		await installMissing(toLint);
		const statuses = [await biome("check", "--write"), await clangFormat("-i")];
		return Math.max(...statuses);
	},
};

function biome(...args: string[]): Promise<number> {
	const program = inRoot("node_modules", "@biomejs", "biome", "bin", "biome");
	const colour = colours(process.stdout) ? "force" : "off";
	return run(process.execPath, [program, ...args, `--colors=${colour}`, "."], { cwd: root });
}

/** clang-format over all C files that git knows or could know. */
async function clangFormat(...args: string[]): Promise<number> {
	const patterns = ["*.c", "*.h"];
	const listed = await capture("git", ["ls-files", "-co", "--exclude-standard", "--", ...patterns], { cwd: root });
	const files = listed.stdout.split("\n").filter((file) => file !== "" && existsSync(inRoot(file)));
	return files.length === 0 ? 0 : run("clang-format", [...args, ...files], { cwd: root });
}
