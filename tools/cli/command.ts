// SPDX-License-Identifier: MIT
// What a command is, and how its words are read.
import { type ParseArgsConfig, parseArgs } from "node:util";
import { Failure } from "./report.js";

export type OptionTable = NonNullable<ParseArgsConfig["options"]>;

export interface Words {
	/** Options by name. */
	options: Record<string, string | boolean | (string | boolean)[] | undefined>;
	/** Words that are not options, before `--`. */
	operands: string[];
	/** Words after `--`. */
	rest: string[];
}

export interface Command {
	/** As in `npm run NAME`. */
	name: string;
	/** One line, for the list of commands. */
	summary: string;
	/** What `--help` prints: how it is called, its options, what it does. */
	help: string;
	options: OptionTable;
	/** What operands are called in the error message, or undefined when the command takes none. */
	operands?: string;
	/** Whether words after `--` mean something. */
	rest?: boolean;
	/** Does it; the number is the exit status. */
	run(words: Words): Promise<number>;
}

/**
 * Reads a command's words.
 * @throws {Failure} for an unknown option, an option without its value, or an operand that the command does not take
 */
export function readWords(command: Command, args: readonly string[]): Words {
	const end = args.indexOf("--");
	const own = end < 0 ? args : args.slice(0, end);
	const rest = end < 0 ? [] : args.slice(end + 1);
	const hint = `(see: npm run ${command.name} -- --help)`;
	if (rest.length > 0 && !command.rest) throw new Failure(`${command.name} takes no words after -- ${hint}`, 2);
	try {
		const parsed = parseArgs({
			args: [...own],
			options: { ...command.options, help: { type: "boolean", short: "h" } },
			allowPositionals: command.operands !== undefined,
			strict: true,
		});
		return { options: parsed.values, operands: parsed.positionals, rest };
	} catch (error) {
		throw new Failure(`${firstSentence((error as Error).message)} ${hint}`, 2);
	}
}

/** Node explains at length; its first sentence says what is wrong. */
function firstSentence(message: string): string {
	const sentence = message.split(/\.\s|\n/, 1)[0] ?? message;
	return sentence.replace(/\.$/, "");
}

/** The value of a string option that may be given once. */
export function text(words: Words, name: string): string | undefined {
	const value = words.options[name];
	return typeof value === "string" ? value : undefined;
}

/** The values of a string option that may be repeated. */
export function texts(words: Words, name: string): string[] {
	const value = words.options[name];
	return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
