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
 * Ctrl-C reaches the program by itself, as part of the terminal's process group; a SIGTERM or SIGHUP sent to this
 * process alone is passed on. Either way this process waits for the program to end, so nothing is left running.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, {
			cwd: options.cwd,
			env: options.env,
			stdio: [options.input ? "inherit" : "ignore", options.output === "stderr" ? 2 : "inherit", "inherit"],
		});
		const interrupted = () => {};
		const terminated = (signal: NodeJS.Signals) => void child.kill(signal);
		process.on("SIGINT", interrupted);
		process.on("SIGTERM", terminated);
		process.on("SIGHUP", terminated);
		const settle = () => {
			process.off("SIGINT", interrupted);
			process.off("SIGTERM", terminated);
			process.off("SIGHUP", terminated);
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
