// SPDX-License-Identifier: MIT
// What Tab offers: globals, properties, commands, and modules after `import`. It runs no code of the person's: a getter
// on the way ends the search.

import { modules } from "board";
import { lookup, names } from "board/source";
import { commandNames } from "repl/commands";

const KEYWORDS =
	"async await break case catch class const continue debugger default delete do else export extends false finally for " +
	"function if import in instanceof let new null return static super switch this throw true try typeof undefined var " +
	"void while with yield";

/** More than this is not looked at: on a board, a large object must not take all of the heap. */
const NAMES_LIMIT = 500;

/** What could stand in the place of the last `length` characters of the text. */
export interface Completions {
	length: number;
	/** Sorted, each once. */
	words: string[];
}

export function complete(text: string): Completions {
	const command = /^\s*\.(\w*)$/.exec(text);
	if (command) return filter(command[1] as string, commandNames());
	const specifier = /\b(?:import|from)\s*\(?\s*["'`]([^"'`]*)$/.exec(text);
	if (specifier) return filter(specifier[1] as string, modules());
	const path =
		/(?:[A-Za-z_$\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*\??\.)*[\w$\u0080-\u{10ffff}]*$/u.exec(text)?.[0] ?? "";
	const parts = path.split(/\??\./);
	const last = parts.pop() as string;
	if (parts.length === 0) {
		// An empty line offers nothing; a number has no completions, nor has what follows a bracket's dot.
		if (last === "" || /^\d/.test(last) || /[)\]"'`]\.$/.test(text.slice(0, text.length - last.length))) {
			return { length: 0, words: [] };
		}
		return filter(last, [...names(), ...properties(globalThis), ...KEYWORDS.split(" ")]);
	}
	const object = follow(parts);
	return filter(last, object === undefined || object === null ? [] : properties(Object(object)));
}

function filter(start: string, words: readonly string[]): Completions {
	const found = new Set<string>();
	for (const word of words) if (word.startsWith(start)) found.add(word);
	return { length: start.length, words: [...found].sort() };
}

/** The value of a path of names, undefined if there is none or a getter is in the way. */
function follow([first, ...rest]: string[]): unknown {
	let value: unknown = first === "globalThis" ? globalThis : lookup(first as string);
	if (value === undefined) value = read(globalThis, first as string);
	for (const name of rest) {
		if (value === undefined || value === null) return undefined;
		value = read(Object(value), name);
	}
	return value;
}

function read(object: object, name: string): unknown {
	for (let at: object | null = object; at; at = Object.getPrototypeOf(at)) {
		const property = Reflect.getOwnPropertyDescriptor(at, name);
		if (property) return property.value;
	}
	return undefined;
}

function properties(object: object): string[] {
	const found: string[] = [];
	for (let at: object | null = object; at && found.length < NAMES_LIMIT; at = Object.getPrototypeOf(at)) {
		for (const key of Reflect.ownKeys(at)) {
			if (typeof key === "string" && /^[A-Za-z_$\u0080-\u{10ffff}][\w$\u0080-\u{10ffff}]*$/u.test(key)) found.push(key);
			if (found.length === NAMES_LIMIT) break;
		}
	}
	return found;
}

/** The longest start that all words have in common. */
export function commonStart(words: readonly string[]): string {
	let start = words[0] ?? "";
	for (const word of words) while (!word.startsWith(start)) start = start.slice(0, -1);
	return start;
}

/** Words in columns. */
export function columns(words: readonly string[], width: number): string {
	let longest = 0;
	for (const word of words) longest = Math.max(longest, word.length);
	const perRow = Math.max(Math.floor(width / (longest + 2)), 1);
	const rows = Math.ceil(words.length / perRow);
	let text = "";
	for (let row = 0; row < rows; row++) {
		let line = "";
		for (let at = row; at < words.length; at += rows) line += (words[at] as string).padEnd(longest + 2);
		text += `${line.trimEnd()}\n`;
	}
	return text;
}
