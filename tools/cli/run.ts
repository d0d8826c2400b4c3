// SPDX-License-Identifier: MIT
// Running other programs.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Failure } from "./report.js";

export interface RunOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** Where the program's stdout goes: this process's stdout (the default) or its stderr. */
	output?: "stdout" | "stderr";
	/** Whether the program may read this process's stdin; default false. */
	input?: boolean;
}

export interface Captured {
	status: number;
	stdout: string;
	stderr: string;
}

/**
 * Runs a program with this process's streams and gives its exit status (128 + n when signal n ended it).
 * Signals that ask this process to end are passed on, and it ends when the program has: nothing is left running. Ctrl-C
 * on a terminal reaches the program by itself, so with a terminal SIGINT is not passed on: it would come twice.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			cwd: options.cwd,
			env: options.env,
			stdio: [options.input ? "inherit" : "ignore", options.output === "stderr" ? 2 : "inherit", "inherit"],
		});
		const pass = (signal: NodeJS.Signals) => {
			if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
		};
		for (const signal of ending) process.on(signal, pass);
		const settle = () => {
			for (const signal of ending) process.off(signal, pass);
		};
		child.on("error", (error) => {
			settle();
			reject(cannotRun(program, error));
		});
		child.on("close", (status, signal) => {
			settle();
			resolve(exitStatus(status, signal));
		});
	});
}

/** Signals that ask a process to end. */
const ending: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs a program and gives what it wrote. */
export function capture(program: string, args: readonly string[], options: RunOptions = {}): Promise<Captured> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			cwd: options.cwd,
			env: options.env,
			stdio: [options.input ? "inherit" : "ignore", "pipe", "pipe"],
		});
		let stdout = "";
		let stderr = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			stderr += text;
		});
		child.on("error", (error) => reject(cannotRun(program, error)));
		child.on("close", (status, signal) => resolve({ status: exitStatus(status, signal), stdout, stderr }));
	});
}

function exitStatus(status: number | null, signal: NodeJS.Signals | null): number {
	return status ?? 128 + constants.signals[signal ?? "SIGKILL"];
}

function cannotRun(program: string, error: NodeJS.ErrnoException): Failure {
	return new Failure(`cannot run ${program}: ${error.code === "ENOENT" ? "it is not installed" : error.message}`);
}
