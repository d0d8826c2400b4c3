// SPDX-License-Identifier: MIT
// Results as text: the Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html).
// One test point a line, flat, with a YAML block of diagnostics under each that failed; the plan comes at the end,
// because files are loaded one after the other.

import { inspect } from "inspect";
import { HookError, type Result, TimeoutError } from "testing/runner";
import { type Test, userFrames } from "testing/suite";

/** The most characters of a value that are shown: a report must not need more heap than the test. */
const VALUE_LIMIT = 2000;

/** A result, or as much of it as is shown. */
export type Outcome = Pick<Result, "outcome" | "errors"> & { test: Pick<Test, "path" | "place"> };

/** The lines of a result. `number` counts from 1. */
export function formatResult(number: number, { test: { path, place }, outcome, errors }: Outcome): string[] {
	const status = outcome === "fail" ? "not ok" : "ok";
	const lines = [`${status} ${number} - ${escapeTitle(path)}${outcome === "skip" ? " # SKIP" : ""}`];
	if (outcome === "fail") lines.push("  ---", ...diagnose(errors, place).map((line) => `  ${line}`), "  ...");
	return lines;
}

/** Titles in one line; `#` and `\` mean something in TAP. */
function escapeTitle(path: string[]): string {
	return path.join(" > ").replace(/\s+/g, " ").replace(/[\\#]/g, "\\$&");
}

/** The fields of the YAML block, as lines. */
function diagnose([first, ...more]: unknown[], place: string | undefined): string[] {
	const message = first instanceof Error ? `${first.name}: ${first.message}` : `threw ${inspect(first, VALUE_LIMIT)}`;
	const lines = field("message", message);
	// What a hook threw, and where blocking code was when its time was over, tells more than that it did.
	let error = first;
	while ((error instanceof HookError || error instanceof TimeoutError) && error.cause) error = error.cause;
	const code = codeOf(first) ?? codeOf(error);
	if (typeof code === "string") lines.push(...field("code", code));
	if (error instanceof Error) {
		const { operator } = error as { operator?: unknown };
		if (typeof operator === "string") lines.push(...field("operator", operator));
		for (const key of ["expected", "actual"] as const) {
			if (key in error) lines.push(...field(key, (error as unknown as Record<typeof key, unknown>)[key]));
		}
	}
	const frames = userFrames(error instanceof Error ? error.stack : "");
	const stack = frames.length > 0 ? frames.join("\n") : place;
	if (stack !== undefined) lines.push(...field("stack", stack));
	for (const another of more) {
		lines.push(...field("also", another instanceof Error ? `${another.name}: ${another.message}` : inspect(another)));
	}
	return lines;
}

/** As of node's errors, and of the system's. */
function codeOf(error: unknown): unknown {
	return error instanceof Error ? (error as { code?: unknown }).code : undefined;
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
