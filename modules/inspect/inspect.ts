// SPDX-License-Identifier: MIT
// Any value as text that a person can read, in the manner of node's util.inspect: for the console and for test reports.
// It never throws, calls no getter of the value's own, and its output has a limit: on a board, the report must not need
// more memory than the value.

/** How deep objects are shown. */
const DEPTH = 4;
/** How many elements of an array, a typed array, a Map or a Set are shown. */
const ELEMENTS = 100;
/** A line longer than this is broken up. */
const WIDTH = 76;
/** Characters beyond the limit that are shown all the same: a note about what is missing. */
const SLACK = 64;

/** How values are shown to a person at a terminal. */
export interface InspectStyle {
	/** Colours, as escape sequences (SGR). */
	colours?: boolean;
	/** As a prompt shows them: typed arrays of bytes in hexadecimal, as buffers are; how much of a string is cut off. */
	prompt?: boolean;
}

/** SGR colours: as node's. */
const COLOURS = { number: 33, string: 32, boolean: 33, bigint: 33, undefined: 90, symbol: 32, special: 36, null: 1 };

/**
 * Gives `value` as text: one line if it is short, several if not.
 *
 * @param limit characters of the result, about; what is beyond is an ellipsis
 * @example inspect({ a: [1, "two"] }) // { a: [ 1, 'two' ] }
 */
export function inspect(value: unknown, limit = 1000, style: InspectStyle = {}): string {
	try {
		const text = new Inspection(limit, style).show(value, 0);
		// Escape sequences are not cut in two: what is coloured is limited by its parts.
		return text.length > limit + (style.prompt ? SLACK : 0) && !style.colours ? `${text.slice(0, limit)}…` : text;
	} catch (error) {
		// A proxy can throw from anything.
		return `[not inspectable: ${error}]`;
	}
}

class Inspection {
	/** The objects around the current one. */
	readonly #around: object[] = [];
	#left: number;
	readonly #style: InspectStyle;

	constructor(limit: number, style: InspectStyle) {
		this.#left = limit;
		this.#style = style;
	}

	show(value: unknown, depth: number): string {
		if (isObject(value)) return this.#object(value, depth);
		const text = primitive(value, this.#left, this.#style.prompt);
		this.#left -= text.length;
		return this.#coloured(text, value === null ? "null" : (typeof value as keyof typeof COLOURS));
	}

	#coloured(text: string, kind: keyof typeof COLOURS): string {
		return this.#style.colours ? `\x1b[${COLOURS[kind]}m${text}\x1b[${kind === "null" ? 22 : 39}m` : text;
	}

	#object(value: object, depth: number): string {
		if (this.#around.includes(value)) return this.#coloured("[Circular]", "special");
		const name = className(value);
		if (typeof value === "function") return this.#coloured(functionText(value), "special");
		if (value instanceof Error) return this.#error(value, depth);
		if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
		if (value instanceof RegExp) return String(value);
		if (depth > DEPTH || this.#left <= 0) return `[${name}]`;
		this.#around.push(value);
		const text = this.#members(value, name, depth);
		this.#around.pop();
		return text;
	}

	#members(value: object, name: string, depth: number): string {
		if (Array.isArray(value)) {
			const items = this.#items(value.length, value.length, (i) =>
				i in value ? this.show(value[i], depth + 1) : "<empty>",
			);
			items.push(...this.#properties(value, depth, (key) => !/^\d+$/.test(key)));
			return join(name === "Array" ? "" : `${name}(${value.length}) `, "[", items, "]");
		}
		const hex = this.#style.prompt && (value instanceof Uint8Array || value instanceof Uint8ClampedArray);
		if (value instanceof ArrayBuffer || value instanceof DataView || hex) {
			const bytes =
				value instanceof ArrayBuffer
					? new Uint8Array(value)
					: new Uint8Array((value as DataView).buffer, (value as DataView).byteOffset, (value as DataView).byteLength);
			const items = this.#items(bytes.length, bytes.length, (i) => (bytes[i] as number).toString(16).padStart(2, "0"));
			return `${name}(${bytes.length}) { ${items.join(" ")} }`;
		}
		if (ArrayBuffer.isView(value)) {
			const view = value as Uint8Array;
			const items = this.#items(view.length, view.length, (i) => this.show(view[i], depth));
			return join(`${name}(${view.length}) `, "[", items, "]");
		}
		if (value instanceof Map) {
			const entries = value.entries();
			const items = this.#items(value.size, value.size, () => {
				const [key, item] = entries.next().value as [unknown, unknown];
				return `${this.show(key, depth + 1)} => ${this.show(item, depth + 1)}`;
			});
			return join(`${name}(${value.size}) `, "{", items, "}");
		}
		if (value instanceof Set) {
			const values = value.values();
			const items = this.#items(value.size, value.size, () => this.show(values.next().value, depth + 1));
			return join(`${name}(${value.size}) `, "{", items, "}");
		}
		if (value instanceof Number || value instanceof String || value instanceof Boolean) {
			return `[${name}: ${this.show(value.valueOf(), depth)}]`;
		}
		const items = this.#properties(value, depth);
		return join(name === "Object" ? "" : `${name} `, "{", items, "}");
	}

	#items(count: number, total: number, item: (index: number) => string): string[] {
		const items: string[] = [];
		for (let i = 0; i < Math.min(count, ELEMENTS) && this.#left > 0; i++) items.push(item(i));
		if (items.length < total) items.push(`… ${total - items.length} more`);
		return items;
	}

	#properties(value: object, depth: number, chosen: (key: string) => boolean = () => true): string[] {
		const items: string[] = [];
		for (const key of Reflect.ownKeys(value)) {
			const property = Reflect.getOwnPropertyDescriptor(value, key);
			if (!property?.enumerable || (typeof key === "string" && !chosen(key))) continue;
			if (this.#left <= 0) {
				items.push("…");
				break;
			}
			const label = typeof key === "symbol" ? `[${String(key)}]` : /^[\w$]+$/.test(key) ? key : quote(key, this.#left);
			this.#left -= label.length;
			const accessor = property.get ? (property.set ? "[Getter/Setter]" : "[Getter]") : "[Setter]";
			items.push(`${label}: ${"value" in property ? this.show(property.value, depth + 1) : accessor}`);
		}
		return items;
	}

	#error(error: Error, depth: number): string {
		const stack =
			typeof error.stack === "string" && error.stack !== "" ? error.stack : `${error.name}: ${error.message}`;
		this.#left -= stack.length;
		if (depth > DEPTH) return stack;
		this.#around.push(error);
		// Fields of a class that the stack shows already.
		const items = this.#properties(error, depth, (key) => !["name", "message", "stack"].includes(key));
		if (error.cause !== undefined && !Object.keys(error).includes("cause")) {
			items.push(`[cause]: ${this.show(error.cause, depth + 1)}`);
		}
		this.#around.pop();
		return items.length > 0 ? `${stack} ${join("", "{", items, "}")}` : stack;
	}
}

function isObject(value: unknown): value is object {
	return (typeof value === "object" && value !== null) || typeof value === "function";
}

function primitive(value: unknown, limit: number, counted = false): string {
	if (typeof value === "string") return quote(value, limit, counted);
	if (typeof value === "bigint") return `${value}n`;
	return Object.is(value, -0) ? "-0" : String(value);
}

/** A string in single quotes, its control characters escaped. */
function quote(text: string, limit: number, counted = false): string {
	const room = Math.max(limit, 16);
	const shown = text.length > room ? text.slice(0, room) : text;
	const escaped = JSON.stringify(shown).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
	if (text.length <= room) return `'${escaped}'`;
	return counted ? `'${escaped}…' (${text.length - room} more characters)` : `'${escaped}…'`;
}

function className(value: object): string {
	const prototype = Object.getPrototypeOf(value);
	if (prototype === null) return "[Object: null prototype]";
	const name = prototype.constructor?.name;
	return typeof name === "string" && name !== "" ? name : "Object";
}

function functionText(value: object): string {
	const { name } = value as { name?: unknown };
	// XS does not give a function's source; a class is one whose prototype cannot be replaced.
	const isClass = Reflect.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
	const kind = isClass ? "class" : "Function";
	return typeof name === "string" && name !== "" ? `[${kind} ${name}]` : `[${kind} (anonymous)]`;
}

/** The length of a text without the escape sequences of its colours. */
function columns(text: string): number {
	return text.includes("\x1b") ? text.replace(/\x1b\[\d+m/g, "").length : text.length;
}

/** Items between brackets: in one line if it is short enough, else one a line. */
function join(prefix: string, open: string, items: string[], close: string): string {
	if (items.length === 0) return `${prefix}${open}${close}`;
	const line = items.join(", ");
	if (prefix.length + columns(line) <= WIDTH && !line.includes("\n")) return `${prefix}${open} ${line} ${close}`;
	const numbers = items.every((item) => columns(item) <= 8);
	const lines = numbers ? wrap(items) : items.map((item) => item.replace(/\n/g, "\n  "));
	return `${prefix}${open}\n  ${lines.join(",\n  ")}\n${close}`;
}

/** Short items, as many a line as fit. */
function wrap(items: string[]): string[] {
	const lines: string[] = [];
	for (const item of items) {
		const last = lines.length - 1;
		const line = lines[last];
		if (line !== undefined && columns(line) + columns(item) + 2 <= WIDTH) lines[last] = `${line}, ${item}`;
		else lines.push(item);
	}
	return lines;
}
