// SPDX-License-Identifier: MIT
// ESP-IDF's options as its Kconfig files have them: which there are, and what sdkconfig.h says for a chip and the options
// of a board. ESP-IDF's own program for that comes with its tools; this one is for checking C without them, and reads the
// part of the language that decides values: types, defaults, dependencies, selects, choices, conditions.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

interface Rule {
	value: string;
	condition: string;
}

interface Option {
	name: string;
	type: "bool" | "int" | "hex" | "string";
	depends: string[];
	defaults: Rule[];
	selects: Rule[];
	/** The choice that it is one of. */
	choice?: Choice;
}

interface Choice {
	depends: string[];
	defaults: Rule[];
	members: string[];
}

/** All options of an ESP-IDF for a chip. */
export type Options = Map<string, Option>;

/** Reads the Kconfig files of all components of an ESP-IDF, for a chip ("esp32s3"). */
export function readKconfig(idf: string, chip: string): Options {
	const options: Options = new Map();
	const components = join(idf, "components");
	const files = [join(idf, "Kconfig"), join(components, "soc", chip, "include", "soc", "Kconfig.soc_caps.in")];
	for (const name of readdirSync(components).sort()) {
		for (const file of ["Kconfig", "Kconfig.projbuild"]) files.push(join(components, name, file));
	}
	for (const file of files) parse(file, [], options, { IDF_PATH: idf, IDF_TARGET: chip });
	return options;
}

/** What stands before a line's comment, and whether it ends in a backslash is dealt with by the caller. */
function parse(file: string, outer: readonly string[], options: Options, variables: Record<string, string>): void {
	if (!(statSync(file, { throwIfNoEntry: false })?.isFile() ?? false)) return;
	const lines = readFileSync(file, "utf8").replaceAll("\\\n", " ").split("\n");
	const conditions: string[][] = [[...outer]];
	let option: Option | undefined;
	let choice: Choice | undefined;
	let help: number | undefined;
	const context = () => conditions.flat();
	for (const line of lines) {
		const text = line.trim();
		if (text === "") continue;
		const indent = line.length - line.trimStart().length;
		if (help !== undefined) {
			if (help < 0) help = indent;
			if (indent >= help && help > 0) continue;
			help = undefined;
		}
		const [word = ""] = text.split(/\s+/, 1);
		const rest = text.slice(word.length).trim();
		const { value, condition } = split(rest);
		switch (word) {
			case "config":
			case "menuconfig": {
				const name = rest;
				option = options.get(name) ?? { name, type: "bool", depends: [], defaults: [], selects: [] };
				option.depends = context();
				if (choice) {
					option.choice = choice;
					choice.members.push(name);
				}
				options.set(name, option);
				break;
			}
			case "choice":
				choice = { depends: context(), defaults: [], members: [] };
				option = undefined;
				break;
			case "endchoice":
				choice = undefined;
				option = undefined;
				break;
			case "menu":
				conditions.push([]);
				option = undefined;
				break;
			case "if":
				conditions.push([rest]);
				option = undefined;
				break;
			case "endif":
			case "endmenu":
				conditions.pop();
				option = undefined;
				break;
			case "bool":
			case "int":
			case "hex":
			case "string":
				if (option) option.type = word;
				break;
			case "default":
				(option ?? choice)?.defaults.push({ value, condition });
				break;
			case "depends":
				if (option) option.depends.push(rest.replace(/^on\s+/, ""));
				else if (choice) choice.depends.push(rest.replace(/^on\s+/, ""));
				else conditions.at(-1)?.push(rest.replace(/^on\s+/, ""));
				break;
			case "select":
				option?.selects.push({ value, condition });
				break;
			case "help":
				help = -1;
				break;
			case "source":
			case "rsource":
			case "orsource":
			case "osource": {
				const path = value.replace(/^"|"$/g, "").replace(/\$\{?(\w+)\}?/g, (_, name: string) => variables[name] ?? "");
				const target = word.includes("rsource")
					? resolve(dirname(file), path)
					: resolve(variables.IDF_PATH ?? "", path);
				if (target !== file && !path.includes("COMPONENT")) parse(target, context(), options, variables);
				break;
			}
		}
	}
}

function split(rest: string): Rule {
	const at = rest.search(/\sif\s/);
	const strip = (text: string) => text.replace(/\s+#.*$/, "").trim();
	return at < 0
		? { value: strip(rest), condition: "" }
		: { value: strip(rest.slice(0, at)), condition: strip(rest.slice(at + 4)) };
}

/**
 * The values of all options that apply.
 * @param given what an sdkconfig says, "" or "n" for off
 */
export function evaluate(options: Options, given: ReadonlyMap<string, string>, chip: string): Map<string, string> {
	let values = new Map<string, string>();
	// Values depend on each other; a few rounds settle them.
	for (let round = 0; round < 8; round++) {
		const next = new Map<string, string>([["IDF_TARGET", chip]]);
		const holds = (condition: string) => condition === "" || isTrue(condition, values);
		const selected = new Set<string>();
		for (const { name, selects } of options.values()) {
			if (values.get(name) !== "y") continue;
			for (const { value, condition } of selects) if (holds(condition)) selected.add(value);
		}
		for (const option of options.values()) {
			const { name, type, choice } = option;
			const applies = option.depends.every(holds);
			if (selected.has(name)) next.set(name, "y");
			else if (!applies) continue;
			else if (choice) {
				if (choice.depends.every(holds) && chosen(choice, given, holds) === name) next.set(name, "y");
			} else {
				const rule = option.defaults.find(({ condition }) => holds(condition));
				const value = given.get(name) ?? plain(rule?.value ?? (type === "bool" ? "n" : ""), values);
				if (type !== "bool" || value === "y") next.set(name, value);
			}
		}
		const same = next.size === values.size && [...next].every(([name, value]) => values.get(name) === value);
		values = next;
		if (same) break;
	}
	return values;
}

function chosen(
	choice: Choice,
	given: ReadonlyMap<string, string>,
	holds: (condition: string) => boolean,
): string | undefined {
	const asked = choice.members.find((name) => given.get(name) === "y");
	return asked ?? choice.defaults.find(({ condition }) => holds(condition))?.value ?? choice.members[0];
}

function plain(value: string, values: ReadonlyMap<string, string>): string {
	if (/^[A-Z][A-Z0-9_]+$/.test(value)) return values.get(value) ?? "n";
	return value.replace(/^"|"$/g, "");
}

/** Evaluates a condition: names, constants, = != < > <= >=, !, &&, ||, parentheses. */
function isTrue(condition: string, values: ReadonlyMap<string, string>): boolean {
	const tokens = condition.match(/&&|\|\||!=|<=|>=|[!()=<>]|"[^"]*"|[^\s()!=<>&|]+/g) ?? [];
	let at = 0;
	const value = (token: string): string => {
		if (token.startsWith('"')) return token.slice(1, -1);
		return values.get(token) ?? (/^(y|n|-?\d+|0x[\da-f]+)$/i.test(token) ? token : "n");
	};
	const primary = (): boolean => {
		const token = tokens[at++] ?? "n";
		if (token === "!") return !primary();
		if (token === "(") {
			const inner = either();
			at++;
			return inner;
		}
		const left = value(token);
		const operator = tokens[at];
		if (operator === undefined || !/^(=|!=|<|>|<=|>=)$/.test(operator)) return left !== "n" && left !== "";
		at++;
		const right = value(tokens[at++] ?? "n");
		if (operator === "=") return left === right;
		if (operator === "!=") return left !== right;
		const [a, b] = [Number(left), Number(right)];
		return operator === "<" ? a < b : operator === ">" ? a > b : operator === "<=" ? a <= b : a >= b;
	};
	const both = (): boolean => {
		let result = primary();
		while (tokens[at] === "&&") {
			at++;
			result = primary() && result;
		}
		return result;
	};
	const either = (): boolean => {
		let result = both();
		while (tokens[at] === "||") {
			at++;
			result = both() || result;
		}
		return result;
	};
	return either();
}

/** The text of sdkconfig.h. */
export function sdkconfigHeader(options: Options, values: ReadonlyMap<string, string>): string {
	const lines = [...values].map(([name, value]) => {
		const type = options.get(name)?.type ?? "string";
		if (type === "bool") return `#define CONFIG_${name} 1`;
		return `#define CONFIG_${name} ${type === "string" ? JSON.stringify(value) : value || "0"}`;
	});
	return `${lines.join("\n")}\n`;
}

/** The options that an sdkconfig's text sets; "n" and "" for off. Names without `CONFIG_`. */
export function readSdkconfig(text: string): Map<string, string> {
	const result = new Map<string, string>();
	for (const line of text.split("\n")) {
		const [, name, value] = /^CONFIG_(\w+)=(.*)$/.exec(line.trim()) ?? [];
		if (name !== undefined && value !== undefined) result.set(name, value.replace(/^"|"$/g, "") || "n");
	}
	return result;
}
