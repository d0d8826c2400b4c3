#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Where every `npm run` command enters. The tools are TypeScript: this file gets them ready (the npm packages, then
// one tsc over tools/) and hands over to main.ts. It is the only plain JavaScript among them, has no dependencies, and
// must stay readable by old versions of Node so that it can say what is wrong with them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = join(root, "build", "tools");
const stamp = join(output, ".stamp");

function fail(message) {
	console.error(`camsock: ${message}`);
	process.exit(1);
}

/** Runs a program in the project's folder with its output on stderr; its status ends this process when it is not 0. */
function run(program, args) {
	const result = spawnSync(program, args, { cwd: root, stdio: ["inherit", 2, 2] });
	if (result.error) fail(`cannot run ${program}: ${result.error.message}`);
	if (result.signal) process.kill(process.pid, result.signal);
	if (result.status !== 0) process.exit(result.status ?? 1);
}

function modified(path) {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * npm writes node_modules/.package-lock.json last: missing, or older than our lock, means not (completely) installed. A
 * lock that git has only touched is the one that was installed from: its text is kept beside.
 */
function installPackages() {
	const lock = join(root, "package-lock.json");
	const installed = join(root, "node_modules", ".package-lock.json");
	const copy = join(root, "node_modules", ".camsock-lock.json");
	if (modified(installed) > modified(lock)) return;
	const text = readFileSync(lock, "utf8");
	if (existsSync(installed) && existsSync(copy) && readFileSync(copy, "utf8") === text) return;
	console.error("camsock: installing the npm packages");
	const npm = process.env.npm_execpath;
	const args = ["ci", "--no-audit", "--no-fund"];
	if (npm && existsSync(npm)) run(process.execPath, [npm, ...args]);
	else run("npm", args);
	writeFileSync(copy, text);
}

/** One line per source file: when it differs from the stamp's, the tools are compiled again. */
function signature(folder) {
	const lines = [];
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) lines.push(...signature(path));
		else if (/\.ts$|^tsconfig\.json$/.test(entry.name)) lines.push(`${relative(root, path)} ${modified(path)}`);
	}
	return lines.sort();
}

function compileTools() {
	const tools = join(root, "tools");
	const packages = join(root, "node_modules", ".package-lock.json");
	const current = [...signature(tools), `packages ${modified(packages)}`].join("\n");
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === current) return;
	run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", tools]);
	mkdirSync(output, { recursive: true });
	writeFileSync(stamp, current);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
	fail(`Node ${process.versions.node} is too old: 20.19, 22.12 or newer is needed (https://nodejs.org)`);
}
installPackages();
compileTools();
const { main } = await import(new URL("../build/tools/main.js", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
