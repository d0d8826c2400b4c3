// SPDX-License-Identifier: MIT
// Results as text: the Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html).
// One test point a line, flat, with a YAML block of diagnostics under each that failed; the plan comes at the end,
// because files are loaded one after the other.

import { inspect } from "inspect";
import { HookError, type Result, TimeoutError } from "testing/runner";

/** The most characters of a value that are shown: a report must not need more heap than the test. */
const VALUE_LIMIT = 2000;

/** The lines of a result. `number` counts from 1. */
export function formatResult(number: number, path: string[], { outcome, errors }: Pick<Result, "outcome" | "errors">) {
	const status = outcome === "fail" ? "not ok" : "ok";
	const lines = [`${status} ${number} - ${escapeTitle(path)}${outcome === "skip" ? " # SKIP" : ""}`];
	if (outcome === "fail") lines.push("  ---", ...diagnose(errors).map((line) => `  ${line}`), "  ...");
	return lines;
}

/** Titles in one line; `#` and `\` mean something in TAP. */
function escapeTitle(path: string[]): string {
	return path.join(" > ").replace(/\s+/g, " ").replace(/[\\#]/g, "\\$&");
}

/** The fields of the YAML block, as lines. */
function diagnose([first, ...more]: unknown[]): string[] {
	const message = first instanceof Error ? `${first.name}: ${first.message}` : `threw ${inspect(first, VALUE_LIMIT)}`;
	const lines = field("message", message);
	// What a hook threw, and where blocking code was when its time was over, tells more than that it did.
	let error = first;
	while ((error instanceof HookError || error instanceof TimeoutError) && error.cause) error = error.cause;
	if (error instanceof Error) {
		const { code, operator } = error as { code?: unknown; operator?: unknown };
		if (typeof code === "string") lines.push(...field("code", code));
		if (typeof operator === "string") lines.push(...field("operator", operator));
		for (const key of ["expected", "actual"] as const) {
			if (key in error) lines.push(...field(key, (error as unknown as Record<typeof key, unknown>)[key]));
		}
		const frames = trimStack(error);
		if (frames) lines.push(...field("stack", frames));
	}
	for (const another of more) {
		lines.push(...field("also", another instanceof Error ? `${another.name}: ${another.message}` : inspect(another)));
	}
	return lines;
}

/** `key: value` in YAML. A text of several lines becomes a block, so that a person can read it. */
function field(key: string, value: unknown): string[] {
	if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return [`${key}: ${value}`];
	if (typeof value === "boolean" || value === null) return [`${key}: ${value}`];
	const text = typeof value === "string" ? shorten(value) : inspect(value, VALUE_LIMIT);
	const quoted = JSON.stringify(text);
	// A block holds anything but control characters and spaces at its ends: those stay escaped.
	const plain = !quoted.replace(/\\[n"\\]/g, "").includes("\\");
	if (plain && text.includes("\n") && text.trim() === text) {
		return [`${key}: |-`, ...text.split("\n").map((line) => `  ${line}`)];
	}
	return [`${key}: ${quoted}`];
}

function shorten(text: string): string {
	return text.length > VALUE_LIMIT ? `${text.slice(0, VALUE_LIMIT)}…` : text;
}

/** The frames of a stack without the message above them, without the assertion's own and without the runner's. */
function trimStack(error: Error): string {
	const frames = (error.stack ?? "")
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line.startsWith("at ") && line !== "at ()");
	const inside = (frame: string) => /\bmodules\/(assert|testing)\//.test(frame);
	while (frames.length > 0 && inside(frames[0] as string)) frames.shift();
	const end = frames.findIndex(inside);
	if (end >= 0) frames.length = end;
	// Built-in functions between the runner and the test, which have no place.
	while (frames[frames.length - 1]?.endsWith("()")) frames.pop();
	return frames.join("\n");
}
